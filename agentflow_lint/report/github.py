"""The report as workflow commands, which GitHub Actions turns into annotations of the files.

How the runner reads them is in its ``ActionCommandManager.cs`` and ``ActionCommand.cs``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.report.entries import reported
from agentflow_lint.report.summary import summary_counts
from agentflow_lint.report.words import IN_PRODUCTION, SEVERITIES
from agentflow_lint.sources.text import START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.run import Report
    from agentflow_lint.model.values import Location
    from agentflow_lint.report.entries import Entry
    from agentflow_lint.report.repository import RepositoryPaths

#: How many annotations of one level GitHub shows for one step.
SHOWN = 10

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = {**_IN_DATA, ord(":"): "%3A", ord(","): "%2C"}


def github_report(report: Report, paths: RepositoryPaths) -> str:
    """One command per finding, the worst first, since GitHub shows but the first ten of a level; then the counts."""
    found = sorted(reported(report), key=_urgency)
    lines = [_command(entry, paths) for entry in found]
    return "\n".join([*lines, *_summary(report, found)]) + "\n"


def _urgency(entry: Entry) -> tuple[int, int]:
    """Loudest first, then by how far down the ladder the consequence is; else as reported."""
    finding = entry.finding
    return -finding.severity.rank, list(Consequence).index(finding.consequence)


def _command(entry: Entry, paths: RepositoryPaths) -> str:
    finding = entry.finding
    deployment = f" ({finding.deployment})" if finding.deployment else ""
    properties = {
        "file": paths.of(entry.run, finding.location.path),
        **_place(finding.location),
        "title": f"{finding.code} {finding.name}{deployment}",
    }
    data = [
        on_one_line(finding.message),
        f"production: {IN_PRODUCTION[finding.consequence]}",
        f"help: {on_one_line(finding.help)}",
    ]
    for related in finding.related:
        path = paths.of(entry.run, related.location.path)
        data.append(f"also: {on_one_line(f'{path}:{related.location.span.line} {related.message}')}")
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(data)}"


def _place(location: Location) -> dict[str, str]:
    """The lines, and the columns where they are in one line: GitHub takes none with several. The last is included."""
    span = location.span
    if span == START:
        return {"line": "1"}
    place = {"line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:
        place |= {"col": str(span.column), "endColumn": str(max(span.column, span.end_column - 1))}
    return place


def _property(value: str) -> str:
    return on_one_line(value).translate(_IN_PROPERTY)


def _data(lines: list[str]) -> str:
    return "\n".join(lines).translate(_IN_DATA)


def _summary(report: Report, found: list[Entry]) -> Iterator[str]:
    """The counts as plain lines of the log, and how many findings GitHub will not show beside the code."""
    yield from summary_counts(report)
    levels = Counter(entry.finding.severity for entry in found)
    left_out = sum(max(0, levels[severity] - SHOWN) for severity in SEVERITIES)
    if left_out:
        yield f"GitHub shows the first {SHOWN} of each level beside the code; {left_out} more are only in this log"
