"""requirements.txt as pip reads it: continuations, comments, options, then PEP 508."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from agentflow_lint.records import once
from agentflow_lint.sources.requirements.facts import Collected, Include, RequirementsFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.text import SourceText, Span

_COMMENT = re.compile(r"(?:^|\s)#.*$", re.DOTALL)
_FILE_OPTION = re.compile(r"(?:--(requirement|constraint)(?:\s*=\s*|\s+)|-([rc])\s*=?\s*)(.+)$", re.DOTALL)
_EDITABLE = re.compile(r"(?:--editable(?:\s*=\s*|\s+)|-e\s*)(.+)$", re.DOTALL)
_FIRST_OPTION = re.compile(r"\s-")


class _LogicalLine(NamedTuple):
    """A line with its continuations joined; ``pieces`` are the (offset here, offset in the file) of its parts."""

    text: str
    pieces: tuple[tuple[int, int], ...]

    def offset(self, at: int) -> int:
        """The offset in the file of the character at ``at``."""
        here, there = max(piece for piece in self.pieces if piece[0] <= at)
        return there + at - here


@once
def read_requirements_txt(text: SourceText) -> RequirementsFile:
    """Read a requirements or constraints file; never raises.

    Options that name no distribution (indexes, hashes, build options) are skipped; ``-r`` and ``-c`` are recorded
    as includes and not followed.
    """
    found = Collected()
    for line in _logical_lines(text):
        comment = _COMMENT.search(line.text)
        written = line.text[: comment.start()] if comment else line.text
        start = len(written) - len(written.lstrip())
        written = written.strip()
        if not written:
            continue

        def span(first: int, last: int, line: _LogicalLine = line, start: int = start) -> Span:
            # The last character is mapped, not the end: that may be the start of the next piece.
            return text.span(line.offset(start + first), line.offset(start + last - 1) + 1)

        if not written.startswith("-"):
            option = _FIRST_OPTION.search(written)
            wanted = written[: option.start()].rstrip() if option else written
            found.add(wanted, span(0, len(wanted)))
        elif match := _FILE_OPTION.match(written):
            constraint = (match[1] or match[2]).startswith("c")
            path = match[3].strip("\"'")
            found.includes.append(Include(path, constraint, span(match.start(3), match.end(3))))
        elif match := _EDITABLE.match(written):
            found.add(match[1].strip("\"'"), span(match.start(1), match.end(1)))
    return found.file()


def _logical_lines(text: SourceText) -> Iterator[_LogicalLine]:
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = 0
    for number, start in enumerate(text.line_starts, 1):
        line = text.line(number)
        # A comment ends with its line, whatever stands before the line break.
        goes_on = line.endswith("\\") and not line.lstrip().startswith("#")
        if parts and line.lstrip().startswith("#"):
            line, start = " " + line, start - 1
        if goes_on:
            # pip drops every backslash at both ends.
            start += len(line) - len(line.lstrip("\\"))
        part = line.strip("\\") if goes_on else line
        parts.append(part)
        pieces.append((length, start))
        length += len(part)
        if not goes_on:
            yield _LogicalLine("".join(parts), tuple(pieces))
            parts, pieces, length = [], [], 0
    if parts:
        yield _LogicalLine("".join(parts), tuple(pieces))
