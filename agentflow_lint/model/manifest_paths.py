"""Where a project may have Kubernetes manifests: what can be told by names alone."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.files import ProjectFiles

#: Folders where projects keep their manifests and little else, searched to the bottom.
OWN_FOLDERS = ("k8s", ".k8s", "kubernetes", ".kubernetes", "kube", "kustomize", "manifests")
#: Folders where they keep them among other things; of the root only the files that lie in it are looked at.
_SHARED_FOLDERS = ("deploy", "deployment", "deployments", "infra", "infrastructure", "ops", "chart", "charts", "helm")
_DEEPEST = 6
_MOST_NAMES = 3000
_NAME = re.compile(r"[^.].*\.(?:ya?ml|json)|Kustomization", re.IGNORECASE)
_NOT_A_MANIFEST = re.compile(r"(?:^|[.-])lock\.|^(?:docker-)?compose\b|^mkdocs\.|^values[.-]", re.IGNORECASE)


def manifest_paths(files: ProjectFiles) -> Iterator[tuple[str, bool]]:
    """The files that may be manifests, by name; with True a chart's Chart.yaml, whose folder is not entered."""
    looked_at = 0
    todo = [(folder, _DEEPEST) for folder in reversed((*OWN_FOLDERS, *_SHARED_FOLDERS)) if files.is_dir(folder)]
    todo.append(("", 0))
    while todo:
        folder, depth = todo.pop()
        names = files.names(folder)
        chart = posixpath.join(folder, "Chart.yaml")
        if "Chart.yaml" in names and files.is_file(chart):
            yield chart, True
            continue
        for name in names:
            looked_at += 1
            if looked_at > _MOST_NAMES:
                return
            path = posixpath.join(folder, name)
            if _NAME.fullmatch(name) and not _NOT_A_MANIFEST.search(name):
                if (folder or not name.endswith(".json")) and files.is_file(path):
                    yield path, False
            elif depth and not name.startswith(".") and name != "node_modules" and files.is_dir(path):
                todo.append((path, depth - 1))
