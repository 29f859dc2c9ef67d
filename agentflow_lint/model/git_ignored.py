"""Whether git leaves a file of the project out, so that a clone does not have it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.values import Location
from agentflow_lint.sources.gitignore import read_gitignore

if TYPE_CHECKING:
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.gitignore import GitIgnore


def git_ignored_by(files: ProjectFiles, path: str) -> Location | None:
    """The .gitignore line that leaves ``path`` out, or None; the file itself need not be there.

    Only the project's own .gitignore files are read, not those of folders above the project. Nothing below a folder
    that is left out can be brought back.
    """
    parts = posixpath.normpath(path).split("/")
    found: list[tuple[str, GitIgnore]] = []
    for depth in range(1, len(parts) + 1):
        folder = "/".join(parts[: depth - 1])
        name = posixpath.join(folder, ".gitignore")
        if name and files.is_file(name):
            text = files.read(name)
            if not isinstance(text, (Missing, Unreadable)):
                found.append((folder, read_gitignore(text)))
        here = "/".join(parts[:depth])
        for above, ignore in reversed(found):
            relative = here.removeprefix(above).lstrip("/")
            pattern = ignore.decisive(relative, is_folder=depth < len(parts))
            if pattern is not None and not pattern.brings_back:
                return Location(posixpath.join(above, ".gitignore"), pattern.span)
            if pattern is not None:
                break
    return None
