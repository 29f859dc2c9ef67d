r"""Positions as clients count them.

The protocol counts lines from 0 and the units of a line in UTF-8, UTF-16 or UTF-32, as client and server agree; the
linter counts lines and characters from 1. Lines end with ``\n``, ``\r\n`` or ``\r`` for both.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText, Span

_MARK = "\ufeff"


class Encoding(Enum):
    """The unit in which a client counts along a line."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"

    def units(self, text: str) -> int:
        """How many units ``text`` has."""
        if self is Encoding.UTF32 or text.isascii():
            return len(text)
        if self is Encoding.UTF16:
            return len(text) + sum(char > "\uffff" for char in text)
        return len(text.encode("utf-8", "surrogatepass"))

    def character(self, line: str, units: int) -> int:
        """The character of ``line`` at so many units: its end when there are fewer, the next one within a character."""
        if self is Encoding.UTF32 or line.isascii():
            return min(units, len(line))
        seen = 0
        for number, char in enumerate(line):
            if seen >= units:
                return number
            seen += self.units(char)
        return len(line)


def offset_at(text: SourceText, position: types.Position, encoding: Encoding) -> int:
    """The character offset of a client's position; what lies behind the line or the text is its end."""
    if position.line >= text.line_count:
        return len(text.content)
    return text.line_starts[position.line] + encoding.character(text.line(position.line + 1), position.character)


def position_at(
    text: SourceText, line: int, column: int, encoding: Encoding, *, shown_mark: bool = False
) -> types.Position:
    """A client's position for a line and column of the linter.

    ``shown_mark``: the client takes the file's byte order mark for the first character of its text.
    """
    before = text.line(line)[: column - 1]
    if shown_mark and line == 1:
        before = _MARK + before
    return types.Position(line - 1, encoding.units(before))


def range_of(text: SourceText, span: Span, encoding: Encoding, *, shown_mark: bool = False) -> types.Range:
    """A client's range for a span of the linter."""
    return types.Range(
        position_at(text, span.line, span.column, encoding, shown_mark=shown_mark),
        position_at(text, span.end_line, span.end_column, encoding, shown_mark=shown_mark),
    )
