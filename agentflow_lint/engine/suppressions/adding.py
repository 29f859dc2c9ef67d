"""The edits that suppress findings: comments where a file has them, entries of the configuration where it has none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.engine.suppressions.config_entries import add_entries, escaped_glob
from agentflow_lint.engine.suppressions.placing import CommentableFile
from agentflow_lint.model.comment_kinds import CommentKinds
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.engine.suppressions.applying import Rules
    from agentflow_lint.engine.suppressions.config_entries import ConfigTarget, Entry
    from agentflow_lint.model.project import Project


@record(frozen=True)
class Suppressing:
    """Edits that suppress findings, all of them together; those of the configuration are among them."""

    edits: tuple[Edit, ...]
    comments: int
    entries: int


def suppress(
    project: Project, findings: Iterable[Finding], rules: Rules, target: ConfigTarget, reason: str = ""
) -> Suppressing:
    """The edits that suppress ``findings``: of the project's files, and of its configuration ``target``.

    The edit of a configuration has a path relative to the project's folder, which may lead out of it. What one comment
    can say is said by one. Raises :class:`~agentflow_lint.engine.suppressions.errors.CannotAddError`.
    """
    kinds = CommentKinds(project)
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.location.path, []).append(finding)
    edits: list[Edit] = []
    left: list[Finding] = []
    for path, mine in by_path.items():
        text = project.files.read(path)
        kind = kinds.of(path) if isinstance(text, SourceText) else None
        if not isinstance(text, SourceText) or kind is None:
            left += mine
            continue
        file = CommentableFile(path, text, kind, rules.catalogue, rules.require_reason)
        written, remaining = file.edits(mine, reason)
        edits += written
        left += remaining
    comments = len(edits)
    entries = list(dict.fromkeys(_entry(project, finding, target, reason) for finding in left))
    if entries:
        edits.append(add_entries(target, _relative(target.file, project.root), entries))
    return Suppressing(tuple(edits), comments, len(entries))


def _entry(project: Project, finding: Finding, target: ConfigTarget, reason: str) -> Entry:
    path = os.path.join(project.root, finding.location.path)
    folder = os.path.realpath(os.path.dirname(target.file))
    if not project.root.startswith(folder.rstrip(os.sep) + os.sep) and project.root != folder:
        folder = project.root
    keys = [("rule", finding.code), ("path", escaped_glob(_relative(path, folder)))]
    if finding.place:
        keys.append(("place", finding.place))
    if reason.strip():
        keys.append(("reason", " ".join(reason.split())))
    return tuple(keys)


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")


def suppressible(findings: Sequence[Finding], rules: Rules) -> tuple[Finding, ...]:
    """The findings that it makes sense to suppress: not those about suppressions."""
    last = {rule.code for rule in rules.catalogue.rules if getattr(rule, "asked_last", False)}
    return tuple(finding for finding in findings if finding.code not in last)
