"""From physical lines to instructions' lines: continuations, comments, parser directives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.records import record
from agentflow_lint.sources.dockerfile.facts import SPACE, Directive, LocatedText, Problem

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText, Span

_DIRECTIVE = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)[ \t\n\f\r]*=[ \t\n\f\r]*(.+?)[ \t\n\f\r]*\Z", re.DOTALL)
_DIRECTIVES = ("escape", "syntax", "check")
_ESCAPES = ("\\", "`")


@record(frozen=True)
class LogicalLine:
    """An instruction's text with its continuation lines joined; ``first`` and ``last`` are line indexes from 0."""

    text: LocatedText
    first: int
    last: int


class Lines:
    r"""Walks the lines of a Dockerfile. Only ``\n`` ends a line here, as in Docker's parser."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._content = source.content
        self._starts = [0]
        offset = self._content.find("\n")
        while offset != -1:
            self._starts.append(offset + 1)
            offset = self._content.find("\n", offset + 1)
        if self._starts[-1] == len(self._content):
            self._starts.pop()
        self._next = 0
        self._in_directives = True
        self.escape = "\\"
        self.directives: list[Directive] = []
        self.problems: list[Problem] = []

    def next_logical(self) -> LogicalLine | None:
        """The next instruction's line, or None at the end of the file."""
        while self._next < len(self._starts):
            first = self._next
            self._next += 1
            offset = self._starts[first]
            raw = self._line(first)
            text = raw.lstrip(SPACE)
            offset += len(raw) - len(text)
            if self._in_directives:
                self._read_directive(text, offset)
            if text.startswith("#") or not text:
                continue
            pieces: list[tuple[str, int]] = []
            going_on = self._piece(text, offset, pieces)
            while going_on and self._next < len(self._starts):
                line = self._line(self._next)
                offset = self._starts[self._next]
                self._next += 1
                if line.strip(SPACE) and not line.lstrip(SPACE).startswith("#"):
                    going_on = self._piece(line, offset, pieces)
            return LogicalLine(self._join(pieces, offset), first, self._next - 1)
        return None

    def heredoc_body(self, name: str, chomp: bool) -> tuple[str, Span] | None:
        """Take the lines up to the one that holds only ``name``; None when there is none, and all are taken."""
        first = self._next
        content: list[str] = []
        for index in range(first, len(self._starts)):
            line = self._line(index)
            if (line.lstrip("\t") if chomp else line) == name:
                self._next = index + 1
                start = self._starts[first]
                return "".join(content), self.span(start, self._starts[index] + len(line))
            end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._content)
            content.append(self._content[self._starts[index] : end])
        self._next = len(self._starts)
        return None

    def number(self, index: int) -> int:
        """The line number, from 1, of a line index."""
        return self._source.position(self._starts[index])[0]

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return self._source.span(start, end)

    @property
    def last_taken(self) -> int:
        """The index of the last line that was taken."""
        return self._next - 1

    def _line(self, index: int) -> str:
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._content)
        return self._content[self._starts[index] : end].rstrip("\r\n")

    def _piece(self, text: str, offset: int, pieces: list[tuple[str, int]]) -> bool:
        """Add a line's text; whether the instruction goes on in the next line."""
        end = text.rstrip(" \t")
        # An escape character right before the last one makes that one an ordinary character.
        goes_on = end.endswith(self.escape) and not end.endswith(self.escape * 2)
        pieces.append((end[:-1] if goes_on else text, offset))
        return goes_on

    def _join(self, pieces: list[tuple[str, int]], end: int) -> LocatedText:
        anchors: list[tuple[int, int, int]] = []
        length = 0
        for text, offset in pieces:
            # A lone carriage return ends a line for editors, though not for Docker.
            for part in text.splitlines(keepends=True) if "\r" in text else (text,):
                if part:
                    anchors.append((length, *self._source.position(offset)))
                    length += len(part)
                    offset += len(part)
        if not anchors:
            anchors.append((0, *self._source.position(end)))
        return LocatedText("".join(text for text, _ in pieces), tuple(anchors))

    def _read_directive(self, text: str, offset: int) -> None:
        found = _DIRECTIVE.match(text[1:].lstrip(SPACE)) if text.startswith("#") else None
        name = found[1].lower() if found else ""
        if not found or name not in _DIRECTIVES:
            self._in_directives = False
            return
        span = self.span(offset, offset + len(text))
        if any(directive.name == name for directive in self.directives):
            self.problems.append(Problem(f"only one {name} parser directive can be used", span))
            return
        self.directives.append(Directive(name, found[2], span))
        if name == "escape":
            if found[2] in _ESCAPES:
                self.escape = found[2]
            else:
                self.problems.append(Problem(f"the escape character must be \\ or `, not {found[2]}", span))
