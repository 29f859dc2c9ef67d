"""Modules that are not found in the project and may be there in production: a build or an install brings them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.git_ignored import git_ignored_by
from agentflow_lint.model.image.folders import unknown_folders
from agentflow_lint.model.loading.serving import search_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment

#: Sources from which a build makes a module of the same name (``x_pb2`` from ``x.proto``).
_SOURCES = (".pyx", ".proto", ".c", ".cpp", ".rs")

#: The files that say which folders of a project are installed.
_BUILD_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


def may_be_there(deployment: Deployment, module: str) -> str | None:
    """Why a module that is not found may be there in production, in words; None when nothing says so."""
    return (
        ignored_module(deployment, module)
        or _installed_from_folder(deployment, module.partition(".")[0])
        or unknown_folders(deployment)
    )


def _installed_from_folder(deployment: Deployment, top: str) -> str | None:
    """That a folder holds something of that name, and the project's build names the folder: it may be installed."""
    files = deployment.project.files
    for folder in files.names():
        if files.is_dir(f"{folder}/{top}") or files.is_file(f"{folder}/{top}.py"):
            for build_file, text in _build_files(deployment):
                if re.search(rf"""["'/]{re.escape(folder)}["'/]|=\s*{re.escape(folder)}\s*$""", text, re.MULTILINE):
                    return f"{folder}/{top} has that name, and {build_file} may install what is in {folder}"
    return None


def _build_files(deployment: Deployment) -> Iterator[tuple[str, str]]:
    for name in _BUILD_FILES:
        text = deployment.project.files.read(name)
        if not isinstance(text, (Missing, Unreadable)):
            yield name, text.content


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
