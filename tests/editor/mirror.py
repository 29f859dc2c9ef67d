"""What a client believes: its own texts, edited and counted without any code of the server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINE_END = re.compile(r"\r\n|\r|\n")


def units(text: str, encoding: str) -> int:
    """The length of a text in the units of an encoding."""
    codec, size = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    return len(text.encode(codec)) // size


def position(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """The line and unit, from 0, of a character."""
    before = text[:offset]
    ends = list(_LINE_END.finditer(before))
    if before.endswith("\r") and text[offset : offset + 1] == "\n":  # between the two there is no place of its own
        ends = ends[:-1]
        before = before[:-1]
    start = ends[-1].end() if ends else 0
    return len(ends), units(before[start:], encoding)


def characters(text: str, line: int, unit: int, encoding: str) -> tuple[int, int]:
    """The line and column, from 1 and in characters, of a line and unit from 0."""
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    content = _LINE_END.split(text)[line]
    assert starts[line] + len(content) <= len(text)
    for column in range(len(content) + 1):
        if units(content[:column], encoding) == unit:
            return line + 1, column + 1
    raise AssertionError(f"unit {unit} of line {line} is no character's")


@dataclass
class Mirror:
    """The texts that are open, by path relative to the project, with their versions."""

    encoding: str
    texts: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def replace(self, path: str, start: int, end: int, text: str) -> tuple[int, int, int, int]:
        """Edit a text; the range that tells the server of it."""
        before = self.texts[path]
        place = (*position(before, start, self.encoding), *position(before, end, self.encoding))
        self.texts[path] = before[:start] + text + before[end:]
        self.versions[path] += 1
        return place
