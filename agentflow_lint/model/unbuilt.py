"""Modules that are not in the repository because something makes them before the project is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.git_ignored import git_ignored_by
from agentflow_lint.model.serving import search_paths

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment

#: Sources from which a build makes a module of the same name (``x_pb2`` from ``x.proto``).
_SOURCES = (".pyx", ".proto", ".c", ".cpp", ".rs")


def ignored_module(deployment: Deployment, module: str) -> str | None:
    """Why a module that is not here may be there in production, in words; None when nothing says so."""
    files = deployment.project.files
    for folder in search_paths(deployment):
        path = "/".join((*filter(None, [folder]), *module.split(".")))
        for candidate in (f"{path}.py", f"{path}/__init__.py"):
            ignored = git_ignored_by(files, candidate)
            if ignored is not None:
                line = f"{ignored.path} line {ignored.span.line}"
                return f"{candidate} is not here, and {line} keeps it out of the repository: a build may make it"
        stem = path.removesuffix("_grpc").removesuffix("_pb2")
        source = next((stem + suffix for suffix in _SOURCES if files.is_file(stem + suffix)), None)
        if source is not None:
            return f"{path}.py is not here, and a build may make it from {source}"
    return None
