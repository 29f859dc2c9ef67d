"""Suppressions of the configuration: ``[[tool.agentflow-lint.ignore]]`` and ``per-file-ignores``."""

from __future__ import annotations

import os
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from agentflow_lint.engine.suppressions.globs import is_literal, matches
from agentflow_lint.records import record
from agentflow_lint.sources.text import START, Span

if TYPE_CHECKING:
    from agentflow_lint.engine.finding import Finding

#: The key that an entry stands under.
Key = Literal["ignore", "per-file-ignores"]


@record(frozen=True)
class ConfiguredIgnore:
    """One entry: findings of some rules in some files are not reported.

    ``selector`` is the rule, name or family as written and ``codes`` the rules that it names; ``path`` a glob.
    ``deployment`` and ``place`` narrow it further. ``file`` is the configuration's absolute path, below whose folder
    the glob's paths are; ``index`` its number among the entries of its ``key`` (for ``per-file-ignores`` among the
    rules of its glob), ``span`` its place in the file and ``content`` the file's text.
    """

    selector: str
    codes: frozenset[str]
    path: str
    deployment: str | None = None
    place: str | None = None
    reason: str = ""
    key: Key = "ignore"
    index: int = 0
    file: str = ""
    span: Span = START
    content: str = field(default="", repr=False, compare=False)

    def hides(self, finding: Finding, root: str) -> bool:
        """Whether it is about a finding of the project in folder ``root``."""
        return (
            finding.code in self.codes
            and self.deployment in (None, finding.deployment)
            and self.place in (None, finding.place)
            and self.names(finding.location.path, root)
        )

    def names(self, path: str, root: str) -> bool:
        """Whether its glob means the file at ``path`` of that project."""
        return matches(self.path, self.relative(path, root))

    def relative(self, path: str, root: str) -> str:
        """A project's path as its globs see it: from the configuration's folder, else from the project's."""
        folder = os.path.realpath(os.path.dirname(self.file))
        inside = os.path.normpath(os.path.join(root, path))
        if root != folder and not root.startswith(folder.rstrip(os.sep) + os.sep):
            folder = root
        try:
            return os.path.relpath(inside, folder).replace(os.sep, "/")
        except ValueError:  # another drive
            return path

    def is_within(self, root: str) -> bool:
        """Whether every file that it may mean lies in the project in folder ``root``."""
        folder = os.path.realpath(os.path.dirname(self.file))
        if root == folder:
            return True
        if "/" not in self.path.rstrip("/") or not is_literal(self.path):
            return False
        target = os.path.realpath(os.path.join(folder, self.path))
        return target.startswith(root.rstrip(os.sep) + os.sep)
