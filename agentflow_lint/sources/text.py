"""Decoded text with exact positions.

Every source reader takes a :class:`SourceText` and returns facts whose places are :class:`Span` values:
lines and columns start at 1 and columns count characters (Unicode code points), not bytes.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field
from functools import cached_property
from typing import Any, NamedTuple

from agentflow_lint.records import record


class Span(NamedTuple):
    """A stretch of one file, from (line, column) up to but not including (end_line, end_column).

    Lines and columns start at 1; columns count characters.
    """

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def whole_line(cls, line: int, length: int) -> Span:
        """The span of line number ``line``, which has ``length`` characters."""
        return cls(line, 1, line, length + 1)


START = Span(1, 1, 1, 1)


@record(frozen=True)
class SourceText:
    r"""A file's text as characters.

    ``content`` keeps the newlines as they are in the file (``\n``, ``\r\n``, ``\r``) and is without
    the byte order mark; ``has_bom`` says that the file starts with one. ``memory`` is what a reader may keep from one
    version of a text that is being edited to the next; it changes no facts.
    """

    content: str
    has_bom: bool = False
    memory: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def decode(cls, data: bytes, memory: dict[str, Any] | None = None) -> SourceText:
        """Decode UTF-8 bytes, with or without a byte order mark.

        Raises :class:`UnicodeDecodeError` for anything that is not UTF-8.
        """
        if data.startswith(b"\xef\xbb\xbf"):
            return cls(data[3:].decode("utf-8"), True, memory)
        return cls(data.decode("utf-8"), False, memory)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        r"""The offset of the first character of each line; ``\n``, ``\r\n`` and a lone ``\r`` end a line."""
        starts = [0]
        content = self.content
        offset = 0
        for offset, char in enumerate(content) if "\r" in content else ():
            if char == "\n" or (char == "\r" and content[offset + 1 : offset + 2] != "\n"):
                starts.append(offset + 1)
        if "\r" not in content:
            offset = content.find("\n")
            while offset != -1:
                starts.append(offset + 1)
                offset = content.find("\n", offset + 1)
        return tuple(starts)

    @property
    def line_count(self) -> int:
        """The number of lines, counting an unterminated last one."""
        return len(self.line_starts)

    def line(self, number: int) -> str:
        """Line ``number`` (from 1) without its newline; empty when there is no such line."""
        if not 1 <= number <= self.line_count:
            return ""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < self.line_count else len(self.content)
        return self.content[start:end].rstrip("\r\n")

    def position(self, offset: int) -> tuple[int, int]:
        """The (line, column) of a character offset, both from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The character offset of a (line, column), the inverse of :meth:`position`."""
        return self.line_starts[line - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The span between two character offsets."""
        return Span(*self.position(start), *self.position(end))
