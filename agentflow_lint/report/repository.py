"""Paths as a CI system wants them: relative to the root of the repository, wherever the linter was started."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from agentflow_lint.engine.identity import repository_of
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.engine.run import Run
    from agentflow_lint.model.values import Location


@record(frozen=True)
class RepositoryPaths:
    """Where paths are seen from.

    ``working`` is the working directory. ``workspace`` is where the CI system put the repository ("" if none says); it
    counts only for a project that is in no git repository: GitHub's checkout action downloads an archive where the
    container has no git. ``browse`` is the address below which the CI system shows the files of the commit ("" if it
    shows none).
    """

    working: str
    workspace: str = ""
    browse: str = ""

    def of(self, run: Run, path: str = "") -> str:
        """A path of the run's project relative to the root of its repository, with forward slashes.

        Outside a repository it is relative to the workspace or the working directory, whichever the project is in,
        else to the project. "." is the root itself.
        """
        absolute = os.path.normpath(os.path.join(run.project.root, path))
        return os.path.relpath(absolute, self._root(run.project.root)).replace(os.sep, "/")

    def uri(self, run: Run, path: str) -> str:
        """The same as a relative URI reference: %-encoded, bytes that are no UTF-8 as they are on disk."""
        return quote(self.of(run, path).encode("utf-8", "surrogateescape"), safe="/")

    def link(self, run: Run, location: Location) -> str:
        """The address at which a person sees the place; "" where it is unknown."""
        if not self.browse:
            return ""
        span = location.span
        lines = f"L{span.line}" if span.end_line == span.line else f"L{span.line}-L{span.end_line}"
        return f"{self.browse}/{self.uri(run, location.path)}#{lines}"

    def _root(self, project: str) -> str:
        repository = repository_of(project)
        if repository:
            return repository
        for folder in map(os.path.realpath, filter(None, (self.workspace, self.working))):
            if _is_below(os.path.abspath(project), folder):
                return folder
        return project


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
