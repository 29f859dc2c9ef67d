"""A finding's identity: what stays the same when lines move, and holds no secret."""

from __future__ import annotations

import os
import posixpath
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentflow_lint.engine.finding import Finding


def fingerprint(finding: Finding, folder: str = "") -> str:
    """32 hexadecimal digits made of rule, file and symbolic place.

    ``folder`` is the project's folder relative to the repository's root, "" for the root itself, so that two projects
    of one repository differ. Line, message, value and deployment are left out: the same mistake stays the same finding
    when a comment is inserted, a sentence is reworded or a second deployment reads the file.
    """
    path = posixpath.normpath(
        posixpath.join(folder, finding.location.path)
    )  # a configuration may lie above the project
    identity = "\0".join(("agentflow-lint/1", finding.code, path, finding.place))
    return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def folder_in_repository(root: str) -> str:
    """A project's folder relative to the root of its repository, with forward slashes; "" for that root or without."""
    repository = repository_of(root)
    relative = os.path.relpath(root, repository) if repository else "."
    return "" if relative == "." else relative.replace(os.sep, "/")


def repository_of(root: str) -> str | None:
    """The root of the repository that a project's folder is in, or is; None without one."""
    folder = os.path.abspath(root)
    while not os.path.exists(os.path.join(folder, ".git")):
        folder, name = os.path.split(folder)
        if not name:
            return None
    return folder
