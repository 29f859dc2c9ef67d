"""From paths to fixed files in one call: lint, apply the fixes, and again until nothing is left to apply.

All passes happen in memory, over the disk; whoever asked decides what becomes of the result.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.check import check
from agentflow_lint.engine.fixing import DivergingFixesError, FixedFile, apply_fixes
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.model.disk import DISK, Disk, Overlay
from agentflow_lint.model.files import MAX_FILE_BYTES
from agentflow_lint.records import record
from agentflow_lint.writing import write_together

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.check import Request
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.run import Report

#: No chain of fixes that make room for one another is longer; one that is goes round in circles.
MOST_PASSES = 20


@record(frozen=True)
class Fixed:
    """What fixing comes to: the verdicts on the fixed files, each run with what was fixed in it, and the files, sorted
    by path.
    """

    report: Report
    files: tuple[FixedFile, ...]


def fix(
    request: Request,
    unsafe: bool = False,
    catalogue: Catalogue | None = None,
    disk: Disk = DISK,
    *,
    file: str | None = None,
) -> Fixed:
    """Fix what can be fixed in the projects of ``request``; with ``unsafe`` also where a person should look.

    With ``file``, a real path, only what is found in that file, wherever the edits are. Nothing is written.

    Raises :class:`DivergingFixesError`, and what :func:`~agentflow_lint.check.check` raises.
    """
    catalogue = catalogue or load_catalogue()
    contents: dict[str, bytes] = {}
    before: dict[str, bytes | None] = {}
    fixed: dict[str, list[Finding]] = {}
    for _ in range(MOST_PASSES):
        report = check(request, catalogue, Overlay(contents, disk) if contents else disk)
        changes = _one_pass(report, unsafe, file)
        if not changes.contents:
            break
        for path in changes.contents:
            if path not in before:
                before[path] = content_of(path, disk)
        for root, findings in changes.fixed.items():
            fixed.setdefault(root, []).extend(findings)
        contents = {**contents, **changes.contents}
    else:
        codes = {finding.code for findings in changes.fixed.values() for finding in findings}
        raise DivergingFixesError(MOST_PASSES, tuple(sorted(codes)))
    runs = tuple(replace(run, fixed=tuple(fixed.get(run.project.root, ()))) for run in report.runs)
    files = [FixedFile(path, before[path], contents[path]) for path in sorted(before)]
    return Fixed(replace(report, runs=runs), tuple(each for each in files if each.before != each.after))


def content_of(path: str, disk: Disk) -> bytes | None:
    """What a file of ``disk`` holds; None when there is none."""
    try:
        return disk.read(path, MAX_FILE_BYTES).data
    except FileNotFoundError:
        return None


def write_fixes(files: Iterable[FixedFile]) -> None:
    """Write all the files, or none: see :func:`~agentflow_lint.writing.write_together` for what it raises."""
    write_together({file.path: (file.before, file.after) for file in files})


@record(frozen=True)
class _Changes:
    """What one pass over all projects comes to: new contents by real path, and what is fixed by project root."""

    contents: dict[str, bytes]
    fixed: dict[str, tuple[Finding, ...]]


def _one_pass(report: Report, unsafe: bool, file: str | None) -> _Changes:
    """Apply the fixes of every project; where two projects share a file, the second waits for the next pass."""
    changes = _Changes({}, {})
    for run in report.runs:
        inside = None if file is None else os.path.relpath(file, run.project.root).replace(os.sep, "/")
        findings = [each for each in run.findings if inside is None or each.location.path == inside]
        result = apply_fixes(run.project.files, findings, unsafe)
        of_run = {
            os.path.realpath(os.path.join(run.project.root, path)): content for path, content in result.contents.items()
        }
        if changes.contents.keys().isdisjoint(of_run):
            changes.contents.update(of_run)
            changes.fixed[run.project.root] = result.fixed
    return changes
