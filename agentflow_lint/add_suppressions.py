"""``check --add-suppressions``: a suppression for every finding there is.

All rounds happen in memory, over the disk; whoever asked decides what becomes of the result.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.check import check_found, find_projects
from agentflow_lint.engine.fix import edited_bytes
from agentflow_lint.engine.fixing import FixedFile
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.suppressions.adding import suppress, suppressible
from agentflow_lint.engine.suppressions.errors import MissingReasonError
from agentflow_lint.fix import content_of
from agentflow_lint.model.disk import DISK, Disk, Overlay
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.check import ConfiguredProject, Request
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.run import Report, Run

#: Projects that share a file take turns, one a round. More rounds mean that suppressions bring up findings for ever.
_MOST_ROUNDS = 20


@record(frozen=True)
class Added:
    """The verdicts on the changed files, the files, sorted by path, and how much was written into them.

    ``comments`` counts comments that are new or name one more rule, ``entries`` those of configurations.
    """

    report: Report
    files: tuple[FixedFile, ...]
    comments: int
    entries: int


def add_suppressions(
    request: Request, reason: str = "", catalogue: Catalogue | None = None, disk: Disk = DISK
) -> Added:
    """Suppress every finding of ``request`` with ``reason``; nothing is written. Findings about suppressions are left.

    Raises what :func:`~agentflow_lint.check.check` raises, and other kinds of
    :class:`~agentflow_lint.engine.suppressions.errors.SuppressionError` where a reason is missing or a configuration
    cannot take an entry.
    """
    catalogue = catalogue or load_catalogue()
    contents: dict[str, bytes] = {}
    comments = entries = 0
    for _ in range(_MOST_ROUNDS):
        found = find_projects(request, catalogue, Overlay(contents, disk) if contents else disk)
        report = check_found(found, request, catalogue)
        changed: dict[str, bytes] = {}
        for run, each in zip(report.runs, found.projects, strict=True):
            one = _Round(run, each, catalogue, reason)
            new = one.contents
            if changed.keys().isdisjoint(new):  # else it waits for the next round
                changed |= new
                comments += one.comments
                entries += one.entries
        if not changed:
            break
        contents = {**contents, **changed}
    files = tuple(FixedFile(path, content_of(path, disk), contents[path]) for path in sorted(contents))
    return Added(report, files, comments, entries)


class _Round:
    """What suppresses the findings of one run: the new bytes of each file by its real path."""

    def __init__(self, run: Run, each: ConfiguredProject, catalogue: Catalogue, reason: str) -> None:
        rules = each.suppression_rules(catalogue)
        findings = suppressible(run.findings, rules)
        if findings and rules.require_reason and not reason.strip():
            raise MissingReasonError
        suppressing = suppress(each.project, findings, rules, each.config_target, reason)
        self.comments, self.entries = suppressing.comments, suppressing.entries
        by_path: dict[str, list[Edit]] = {}
        for edit in suppressing.edits:
            by_path.setdefault(edit.location.path, []).append(edit)
        self.contents = {
            os.path.realpath(os.path.join(each.project.root, path)): _changed(each, path, edits)
            for path, edits in by_path.items()
        }


def _changed(each: ConfiguredProject, path: str, edits: Sequence[Edit]) -> bytes:
    """The new bytes of the file that edits of a project know by ``path``."""
    text: object = SourceText(each.config_target.content or "")
    if os.path.realpath(os.path.join(each.project.root, path)) != os.path.realpath(each.config_target.file):
        text = each.project.files.read(path)
    assert isinstance(text, SourceText)  # no edits are made of a file that cannot be read
    return edited_bytes(text, edits)
