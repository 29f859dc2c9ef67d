"""The frame: a finding's source line with its number and a mark under what is meant."""

from __future__ import annotations

import unicodedata
from itertools import takewhile
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.records import record
from agentflow_lint.report.masking import MAX_LINE, is_env_file, masked_line
from agentflow_lint.sources.text import START

if TYPE_CHECKING:
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location
    from agentflow_lint.sources.text import SourceText, Span

_WIDEST = 120
_TAB = "    "
_CUT = "..."


@record(frozen=True)
class Frame:
    """What to show of a place.

    ``line`` is the source line ready to print, ``indent`` and ``width`` how many terminal cells precede the mark and
    how many it covers, ``note`` what the line alone does not show.
    """

    number: int
    line: str
    indent: int
    width: int
    note: str = ""


def frame_of(project: Project, location: Location) -> Frame | None:
    """The frame for a place; None for a file as a whole, one that cannot be shown, or a place that is not in it."""
    text = project.files.read(location.path)
    span = location.span
    if span == START or isinstance(text, (Missing, Unreadable)) or not 1 <= span.line <= text.line_count:
        return None
    original = text.line(span.line)
    shown = masked_line(text, span.line, assignments_only=is_env_file(location.path))
    if shown is None:
        return Frame(span.line, "", 0, 0, f"the line has {len(original)} characters, more than the {MAX_LINE} shown")
    if not shown.strip():
        return None
    start, end = _shown_columns(original, shown, *_columns(text, span))
    return _rendered(span, shown, start, end)


def shown_line(path: str, text: SourceText, number: int) -> str:
    """Line ``number`` of the file at ``path`` as a report may quote it: masked, without control characters."""
    shown = masked_line(text, number, assignments_only=is_env_file(path))
    if shown is None:
        return f"({len(text.line(number))} characters)"
    return "".join(char if char == "\t" else _printable(char) for char in shown)


def _columns(text: SourceText, span: Span) -> tuple[int, int]:
    """The offsets in its first line that the span covers."""
    length = len(text.line(span.line))
    start = min(span.column - 1, length)
    end = length if span.end_line > span.line else min(span.end_column - 1, length)
    return start, max(start, end)


def _shown_columns(original: str, shown: str, start: int, end: int) -> tuple[int, int]:
    """Where two offsets of the original line are in the masked one; what was masked counts as one piece."""
    if original == shown:
        return start, end
    alike_before = _alike(original, shown)
    alike_after = _alike(original[alike_before:][::-1], shown[alike_before:][::-1])
    last = len(original) - alike_after

    def moved(offset: int, inside: int) -> int:
        if offset <= alike_before:
            return offset
        return offset + len(shown) - len(original) if offset >= last else inside

    return moved(start, alike_before), moved(end, len(shown) - alike_after)


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginnings on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _rendered(span: Span, line: str, start: int, end: int) -> Frame:
    left, right = _window(len(line), start, end)
    before, marked, after = line[left:start], line[start : min(end, right)], line[min(end, right) : right]
    prefix = _CUT if left else ""
    suffix = _CUT if right < len(line) else ""
    shown = prefix + "".join(map(_printable, before + marked + after)) + suffix
    note = f"continues to line {span.end_line}" if span.end_line > span.line else ""
    return Frame(span.line, shown.rstrip(), len(prefix) + _cells(before), max(1, _cells(marked)), note)


def _window(length: int, start: int, end: int) -> tuple[int, int]:
    """Which part of a long line to show: all that is marked if possible, and what is around it."""
    if length <= _WIDEST:
        return 0, length
    left = max(0, min(start - _WIDEST // 3, length - _WIDEST))
    return left, min(length, left + _WIDEST)


def _printable(char: str) -> str:
    if char == "\t":
        return _TAB
    return char if char.isprintable() or unicodedata.combining(char) else "\N{REPLACEMENT CHARACTER}"


def _cells(text: str) -> int:
    """How many terminal cells a text takes."""
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if char == "\t":
        return len(_TAB)
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
