r"""Reads a .gitignore and says what it decides about a path (gitignore(5)).

The last pattern that matches wins and ``!`` brings back. A pattern with a slash before its end starts at the folder
of the .gitignore, any other matches at every depth; one that ends with a slash is for folders only. Otherwise they are
those of a .dockerignore, except that ``[!a]`` negates a class too and that ``**`` inside a name is ``*``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.records import once, record
from agentflow_lint.sources.dockerignore import read_dockerignore
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from agentflow_lint.sources.dockerignore import Pattern

#: Many times what a person writes; the work on one file has to stay bounded.
_MAX_PATTERNS = 2000

_TRAILING_BLANKS = re.compile(r"(?<!\\) +$")


@record(frozen=True)
class GitPattern:
    """One line: ``text`` as written, without trailing blanks."""

    text: str
    brings_back: bool
    folders_only: bool
    span: Span
    _pattern: Pattern

    def matches(self, path: str, *, is_folder: bool) -> bool:
        """Whether it matches this very path, which is relative to the .gitignore's folder; parents do not count."""
        return (is_folder or not self.folders_only) and self._pattern.matches(path)


@record(frozen=True)
class GitIgnore:
    """The patterns of a .gitignore, in order."""

    patterns: tuple[GitPattern, ...]

    def decisive(self, path: str, *, is_folder: bool) -> GitPattern | None:
        """The pattern that decides about this very path: the last one that matches."""
        return next((each for each in reversed(self.patterns) if each.matches(path, is_folder=is_folder)), None)


@once
def read_gitignore(text: SourceText) -> GitIgnore:
    """The patterns of a .gitignore. Never raises: a line that matches nothing is left out."""
    patterns: list[GitPattern] = []
    for number, line in enumerate(text.content.split("\n"), start=1):
        written = _TRAILING_BLANKS.sub("", line.removesuffix("\r"))
        if not written or written.startswith("#"):
            continue
        brings_back = written.startswith("!")
        body = written[brings_back:]
        translated = read_dockerignore(SourceText(_as_dockerignore(body))).patterns
        if translated:
            span = Span.whole_line(number, len(written))
            patterns.append(GitPattern(written, brings_back, body.endswith("/"), span, translated[0]))
        if len(patterns) == _MAX_PATTERNS:
            break
    return GitIgnore(tuple(patterns))


def _as_dockerignore(body: str) -> str:
    segments = [segment if segment == "**" else re.sub(r"\*\*+", "*", segment) for segment in body.split("/")]
    pattern = "/".join(segments).replace("[!", "[^").replace("\\ ", "[ ]").removesuffix("/")
    return "/" + pattern.removeprefix("/") if "/" in pattern else f"**/{pattern}"
