"""Kubernetes manifests: workloads and what belongs to them, as typed facts."""

from agentflow_lint.sources.kubernetes.expansion import expand, references
from agentflow_lint.sources.kubernetes.kustomization import KUSTOMIZATION_NAMES
from agentflow_lint.sources.kubernetes.patches import read_patch
from agentflow_lint.sources.kubernetes.reader import read_manifest

__all__ = ["KUSTOMIZATION_NAMES", "expand", "read_manifest", "read_patch", "references"]
