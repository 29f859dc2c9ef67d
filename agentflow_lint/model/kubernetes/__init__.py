"""Kubernetes workloads as deployments: the manifests of a project, joined as a cluster would join them."""

from agentflow_lint.model.kubernetes.manifests import ManifestFile, Manifests, UndecidedManifest, find_manifests

__all__ = ["ManifestFile", "Manifests", "UndecidedManifest", "find_manifests"]
