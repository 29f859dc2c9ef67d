"""Spans as SARIF regions: columns in UTF-16 code units, and a width wherever there is something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.sources.text import START, SourceText

if TYPE_CHECKING:
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location

Region = dict[str, int]


def region_of(project: Project, location: Location) -> Region:
    """The region to mark for a place.

    A file as a whole is its first line. A place without width is widened by a character, because viewers mark nothing
    or fail there; on an empty line it is the line.
    """
    span = location.span
    if span == START:
        return {"startLine": 1}
    region = exact_region(project, location)
    if span[:2] != span[2:]:
        return region
    line = _line(project, location.path, span.line)
    if span.column <= len(line):
        region["endColumn"] += _units(line[span.column - 1])
    elif line and span.column == len(line) + 1:
        region["startColumn"] -= _units(line[-1])
    else:
        return {"startLine": span.line}
    return region


def exact_region(project: Project, location: Location) -> Region:
    """The region that a span covers exactly; one without width is a place to insert at."""
    span = location.span
    return {
        "startLine": span.line,
        "startColumn": _column(project, location.path, span.line, span.column),
        "endLine": span.end_line,
        "endColumn": _column(project, location.path, span.end_line, span.end_column),
    }


def _column(project: Project, path: str, line: int, column: int) -> int:
    return column + sum(_units(char) - 1 for char in _line(project, path, line)[: column - 1])


def _line(project: Project, path: str, number: int) -> str:
    text = project.files.read(path)
    return text.line(number) if isinstance(text, SourceText) else ""


def _units(text: str) -> int:
    """How many UTF-16 code units a character takes."""
    return 2 if ord(text) > 0xFFFF else 1
