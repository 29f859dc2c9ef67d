r"""Reads a .dockerignore and matches paths as ``docker build`` does (moby's patternmatcher, BuildKit's walk).

Patterns start at the root of the build context; the last one that matches a path or one of its parent folders
wins, ``!`` brings back. ``*`` and ``?`` stop at a slash, ``**`` does not, ``[a-z]`` and ``[^a]`` are classes, ``\``
escapes. A leading ``/``, a trailing ``/`` and blanks around a pattern mean nothing; ``#`` is a comment only in the
first column.

Docker's Python SDK differs: it ignores the case of letters, always keeps ``.dockerignore``, knows no escape, negates
``[!a]`` instead of ``[^a]``, and never enters an excluded folder for an exception with wildcards.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from agentflow_lint.records import once, record
from agentflow_lint.sources.dockerfile.facts import SPACE, Problem

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText, Span

#: Many times what a person writes; the work on one file has to stay bounded.
_MAX_PATTERNS = 2000
_MAX_PATTERN_LENGTH = 1000


class _BadPattern(Exception):  # noqa: N818 - never leaves this module
    pass


@record(frozen=True)
class _Part:
    """One step of a pattern: a literal ``text``, a class of characters, or a wildcard."""

    kind: Literal["literal", "class", "any", "star", "folders", "rest", "suffix"]
    text: str = ""
    ranges: tuple[tuple[str, str], ...] = ()
    negated: bool = False


@record(frozen=True)
class Pattern:
    """One line: ``text`` as written (without blanks around it), ``cleaned`` as Docker matches it, without ``!``."""

    text: str
    cleaned: str
    exception: bool
    span: Span

    def matches(self, path: str) -> bool:
        """Whether the pattern matches this very path (parent folders are not looked at)."""
        ends = {0}
        for part in self._parts:
            ends = _advance(part, path, ends)
        return len(path) in ends

    @cached_property
    def _parts(self) -> tuple[_Part, ...]:
        return _parse(self.cleaned)


@record(frozen=True)
class IgnoreFile:
    """The patterns of a .dockerignore, in order, and what makes ``docker build`` refuse it."""

    patterns: tuple[Pattern, ...]
    problems: tuple[Problem, ...] = ()

    def match(self, path: str) -> Pattern | None:
        """The pattern that keeps ``path`` out of the build context, None when the path is in it.

        ``path`` is relative to the context, with forward slashes. The parents are walked from the top: a folder
        that a pattern matched stays matched by it, as in BuildKit.
        """
        if path not in self._matched:
            self._matched[path] = self._match(path)
        return self._matched[path]

    @cached_property
    def _matched(self) -> dict[str, Pattern | None]:
        return {}

    def _match(self, path: str) -> Pattern | None:
        parts = posixpath.normpath(path).split("/")
        if parts in (["."], [""]):
            return None
        # Which patterns matched the folder above; None above the first folder.
        above: tuple[bool, ...] = (False,) * len(self.patterns)
        decided: Pattern | None = None
        for depth in range(1, len(parts) + 1):
            current = "/".join(parts[:depth])
            decided = None
            matched = []
            for pattern, inherited in zip(self.patterns, above, strict=False):
                is_match = inherited
                # A pattern that could not change the verdict is not even tried; its parent match stays.
                if not inherited and pattern.exception == (decided is not None):
                    is_match = pattern.matches(current)
                matched.append(is_match)
                if is_match:
                    decided = None if pattern.exception else pattern
            above = tuple(matched)
        return decided


@once
def read_dockerignore(text: SourceText) -> IgnoreFile:
    """The patterns of a .dockerignore. Never raises: what Docker would refuse is in ``problems``."""
    patterns: list[Pattern] = []
    problems: list[Problem] = []
    offset = 0
    for line in text.content.split("\n"):
        start, offset = offset, offset + len(line) + 1
        written = line.strip(SPACE)
        if line.startswith("#") or not written:
            continue
        start += len(line) - len(line.lstrip(SPACE))
        span = text.span(start, start + len(written))
        if len(patterns) == _MAX_PATTERNS:
            problems.append(Problem(f"more than {_MAX_PATTERNS} patterns: the rest is not read", span))
            break
        exception = written.startswith("!")
        cleaned = _clean(written[1:] if exception else written)
        try:
            if not cleaned:
                raise _BadPattern("! alone excludes nothing")
            if len(cleaned) > _MAX_PATTERN_LENGTH:
                raise _BadPattern(f"longer than {_MAX_PATTERN_LENGTH} characters")
            _parse(cleaned)
        except _BadPattern as error:
            problems.append(Problem(f"bad pattern {written[:80]}: {error}", span))
            continue
        patterns.append(Pattern(written, cleaned, exception, span))
    return IgnoreFile(tuple(patterns), tuple(problems))


def glob_match(pattern: str, name: str) -> bool:
    """Whether one path segment matches a COPY source's segment (Go's ``filepath.Match``); False for a bad pattern."""
    try:
        parts = _parse(re.sub(r"\*+", "*", pattern[:_MAX_PATTERN_LENGTH]))
    except _BadPattern:
        return False
    ends = {0}
    for part in parts:
        ends = _advance(part, name, ends)
    return len(name) in ends


def _clean(pattern: str) -> str:
    """The shortest equal path, without a leading slash; empty stays empty."""
    pattern = pattern.strip(SPACE)
    if not pattern:
        return ""
    cleaned = posixpath.normpath(pattern)
    return cleaned.lstrip("/") or "/"


def _parse(pattern: str) -> tuple[_Part, ...]:
    """The parts of a cleaned pattern. Raises :class:`_BadPattern` where Go's ``filepath.Match`` reports an error."""
    parts: list[_Part] = []
    at = 0
    if pattern.startswith("**") and len(pattern) > 2 and not any(char in "*?[]\\" for char in pattern[2:]):
        # Docker compares such a pattern as a plain suffix: **foo also matches barfoo.
        return (_Part("suffix", pattern[2:]),)
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*" and pattern.startswith("*", at):
            at += 1
            if pattern.startswith("/", at):
                at += 1
            parts.append(_Part("folders" if at < len(pattern) else "rest"))
        elif char == "*":
            parts.append(_Part("star"))
        elif char == "?":
            parts.append(_Part("any"))
        elif char == "[":
            part, at = _class(pattern, at)
            parts.append(part)
        else:
            if char == "\\":
                if at == len(pattern):
                    raise _BadPattern("it ends with a backslash")
                char = pattern[at]
                at += 1
            parts.append(_Part("literal", char))
    return tuple(parts)


def _class(pattern: str, at: int) -> tuple[_Part, int]:
    negated = pattern.startswith("^", at)
    at += negated
    ranges: list[tuple[str, str]] = []
    while not (pattern.startswith("]", at) and ranges):
        low, at = _class_character(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _class_character(pattern, at + 1)
        ranges.append((low, high))
    return _Part("class", ranges=tuple(ranges), negated=negated), at + 1


def _class_character(pattern: str, at: int) -> tuple[str, int]:
    if at >= len(pattern) or pattern[at] in "-]":
        raise _BadPattern("a [ is not closed" if at >= len(pattern) else f"{pattern[at]} is out of place in [...]")
    if pattern[at] == "\\":
        at += 1
    if at + 1 >= len(pattern):
        raise _BadPattern("a [ is not closed")
    return pattern[at], at + 1


def _advance(part: _Part, path: str, ends: set[int]) -> set[int]:
    """Where in ``path`` a match may stand after one more part; linear, whatever the pattern."""
    if not ends:
        return ends
    size = len(path)
    if part.kind == "literal":
        return {end + 1 for end in ends if end < size and path[end] == part.text}
    if part.kind == "any":
        return {end + 1 for end in ends if end < size and path[end] != "/"}
    if part.kind == "class":
        return {end + 1 for end in ends if end < size and _in_class(part, path[end])}
    if part.kind == "star":
        found: set[int] = set()
        for end in sorted(ends):
            at = end
            while at not in found:
                found.add(at)
                if at == size or path[at] == "/":
                    break
                at += 1
        return found
    first = min(ends)
    if part.kind == "rest":
        return set(range(first, size + 1))
    if part.kind == "folders":
        return ends | {at + 1 for at in range(first, size) if path[at] == "/"}
    ended = path.endswith(part.text) or (part.text.startswith("/") and path == part.text[1:])
    return {size} if ended else set()


def _in_class(part: _Part, char: str) -> bool:
    return any(low <= char <= high for low, high in part.ranges) != part.negated
