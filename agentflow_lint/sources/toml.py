"""TOML with positions: tomllib says what a document means, a scan of the text says where its statements stand."""

from __future__ import annotations

import re
import sys
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeAlias

from agentflow_lint.records import once, record
from agentflow_lint.sources.text import START, SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Containers inside containers, and parts of a dotted key, beyond this are a problem: tomllib recurses over the
#: first, and needs time with the square of the second.
NESTING_LIMIT = 100

Path: TypeAlias = "tuple[str | int, ...]"

_STRING = r'"""(?:\\[\s\S]|[^\\])*?"{3,5}' + r"|'''[\s\S]*?'{3,5}" + r'|"(?!"")(?:\\.|[^"\\\n])*"' + r"|'(?!'')[^'\n]*'"
_TOKEN = re.compile(rf"{_STRING}|#[^\n]*|[^\"'#\n\[\]{{}},]+|[\s\S]")
_SKIPPED = re.compile(r"(?:\s|#[^\n]*)*")
_KEY_PART = re.compile(r"[ \t]*([A-Za-z0-9_-]+|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')[ \t]*")
_LINE = re.compile(r"[^\n]*")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


@record(frozen=True)
class TomlProblem:
    """Why the text is not TOML, in tomllib's words, and where."""

    message: str
    span: Span


@record(frozen=True)
class _Statement:
    """Offsets of ``key = value``, blanks and comments around the value left out."""

    key: int
    value: int
    end: int


@record(frozen=True)
class TomlDocument:
    """A parsed document; ``data`` is empty when there is a ``problem``.

    Places are asked for by path: keys, and indexes (from 0) into arrays of tables and into arrays.
    """

    text: SourceText
    data: Mapping[str, Any]
    problem: TomlProblem | None = None
    _statements: Mapping[Path, _Statement] = field(default_factory=dict, repr=False)
    _headers: Mapping[Path, Span] = field(default_factory=dict, repr=False)

    def span(self, path: Path) -> Span:
        """The value at ``path``, else the nearest thing around it: its array, its inline table, its header."""
        for length in range(len(path), 0, -1):
            around = path[:length]
            statement = self._statements.get(around)
            if statement:
                item = path[length] if length < len(path) else None
                items = self.item_spans(around) if isinstance(item, int) else ()
                if isinstance(item, int) and item < len(items):
                    return items[item]
                return self.text.span(statement.value, statement.end)
            if around in self._headers:
                return self._headers[around]
        return START

    def statement_span(self, path: Path) -> Span:
        """The whole ``key = value`` at ``path``, else what :meth:`span` gives."""
        statement = self._statements.get(path)
        return self.text.span(statement.key, statement.end) if statement else self.span(path)

    def item_spans(self, path: Path) -> tuple[Span, ...]:
        """The items of the array that is written as the value of ``path``, in order."""
        statement = self._statements.get(path)
        if statement is None or not self.text.content.startswith("[", statement.value):
            return ()
        spans: list[Span] = []
        depth, start, end = 0, -1, -1
        for match in _TOKEN.finditer(self.text.content, statement.value, statement.end):
            token = match.group()
            if depth == 1 and token in (",", "]"):
                if start >= 0:
                    spans.append(self.text.span(start, end))
                start = -1
            elif depth and token.strip() and not token.startswith("#"):
                start = match.start() + len(token) - len(token.lstrip()) if start < 0 else start
                end = match.start() + len(token.rstrip())
            depth += (token in ("[", "{")) - (token in ("]", "}"))
        return tuple(spans)


@once
def read_toml(text: SourceText) -> TomlDocument:
    """Parse a document; never raises, in time proportional to its length."""
    scan = _Scan(text)
    scan.run()
    if scan.too_deep is not None:
        at = scan.too_deep
        message = f"it is nested more than {NESTING_LIMIT} levels deep"
        return TomlDocument(text, {}, TomlProblem(message, text.span(at, min(at + 1, len(text.content)))))
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        data = tomllib.loads(text.content)
    except (ValueError, RecursionError) as error:  # ValueError: also an integer of more than 4,300 digits
        return TomlDocument(text, {}, _problem(text, str(error)))
    return TomlDocument(text, data, None, scan.statements, scan.headers)


def scan_tokens(text: SourceText) -> Iterator[tuple[int, str]]:
    """Strings, comments, brackets, newlines and what is between them, each with its offset, of any text."""
    for match in _TOKEN.finditer(text.content):
        yield match.start(), match.group()


def _problem(text: SourceText, message: str) -> TomlProblem:
    match = _PLACE.search(message)
    words = message[: match.start()] if match else "it cannot be read"
    if match is None:
        return TomlProblem(words, START)
    if match[1] is None:
        return TomlProblem(words, text.span(len(text.content), len(text.content)))
    # tomllib counts lines by newlines only, and drops the carriage return before one.
    newlines = [-1, *(found.start() for found in re.finditer("\n", text.content))]
    line = min(int(match[1]), len(newlines))
    offset = min(newlines[line - 1] + int(match[2]), len(text.content))
    return TomlProblem(words, text.span(offset, min(offset + 1, len(text.content))))


class _Scan:
    """One walk over the text, lenient where tomllib is strict; what it finds counts only if tomllib accepts."""

    def __init__(self, text: SourceText) -> None:
        self.text = text
        self.content = text.content
        self.statements: dict[Path, _Statement] = {}
        self.headers: dict[Path, Span] = {}
        self.too_deep: int | None = None
        self._lengths: dict[Path, int] = {}

    def run(self) -> None:
        at = 0
        table: Path = ()
        while self.too_deep is None:
            at = _end(_SKIPPED.match(self.content, at))
            if at >= len(self.content):
                return
            if self.content[at] == "[":
                nested = self.content.startswith("[[", at)
                keys, end = self._keys(at + 1 + nested)
                table = self._table(keys, nested)
                end += 1 + nested
                self.headers[table] = self.text.span(at, min(end, len(self.content)))
                at = _end(_LINE.match(self.content, end))
                continue
            keys, end = self._keys(at)
            if not keys or self.content[end : end + 1] != "=":
                at = _end(_LINE.match(self.content, end))  # tomllib will refuse it
                continue
            start, value_end, after = self._value(end + 1)
            path: Path = (*table, *keys)
            self.statements[path] = _Statement(at, start, value_end)
            at = after

    def _keys(self, at: int) -> tuple[tuple[str, ...], int]:
        keys: list[str] = []
        while True:
            match = _KEY_PART.match(self.content, at)
            if match is None:
                return tuple(keys), at
            keys.append(_unquoted(match[1]))
            at = match.end()
            if len(keys) > NESTING_LIMIT:
                self.too_deep = at
                return tuple(keys), at
            if self.content[at : at + 1] != ".":
                return tuple(keys), at
            at += 1

    def _table(self, keys: tuple[str, ...], nested: bool) -> Path:
        """The path of a header, with the index of the newest element wherever it goes through an array of tables."""
        path: Path = ()
        for index, key in enumerate(keys):
            path = (*path, key)
            if nested and index == len(keys) - 1:
                self._lengths[path] = self._lengths.get(path, 0) + 1
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _value(self, at: int) -> tuple[int, int, int]:
        """Start and end of a value, and the offset behind its line."""
        depth, start, end = 0, -1, at
        for match in _TOKEN.finditer(self.content, at):
            token = match.group()
            if token == "\n" and not depth:
                return (start if start >= 0 else end), end, match.end()
            if token in ("'", '"'):
                break  # never closed: tomllib will refuse it
            if token[0] == "#" or not token.strip():
                continue
            start = match.start() + len(token) - len(token.lstrip()) if start < 0 else start
            end = match.start() + len(token.rstrip())
            depth += (token in ("[", "{")) - (token in ("]", "}"))
            if depth > NESTING_LIMIT:
                self.too_deep = match.start()
                break
        return (start if start >= 0 else end), end, len(self.content)


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _unquoted(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key[0] != '"':
        return key
    return re.sub(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", _unescaped, key[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= sys.maxunicode else "\ufffd"
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "e": "\x1b"}.get(match[3], match[3])
