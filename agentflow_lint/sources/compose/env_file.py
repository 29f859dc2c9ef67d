r"""Env files as compose reads them: those that ``env_file`` names, and the ``.env`` beside the compose file.

The dialect is compose-go's (dotenv/parser.go), which is not python-dotenv's. What differs and matters:

- ``$NAME`` and ``${NAME:-x}`` are put in, in unquoted and double-quoted values, with all of compose's operators;
  python-dotenv knows ``${NAME}`` and ``${NAME:-x}`` only, and replaces them between single quotes too.
- an unquoted value ends at the first `` #``, as there; but a value that starts with ``#`` is that text.
- ``NAME: value`` sets it too; a bare ``NAME`` takes the value that compose itself has.
- a line that cannot be parsed stops compose; python-dotenv skips it.
- escapes between double quotes are Go's (``\0NNN`` octal, ``\$`` a dollar sign), between single quotes only ``\'``.

``format: raw`` (docker compose 2.30 and newer) is what ``docker run --env-file`` reads: each value is the rest of its
line, quotes and all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from agentflow_lint.records import record
from agentflow_lint.sources.compose.interpolation import Interpolation, Undetermined, interpolate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.sources.compose.interpolation import Lookup
    from agentflow_lint.sources.text import SourceText, Span

#: Go's ``unicode.IsSpace``.
_ANY_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
#: The blanks that end no line.
_BLANK = "\t\v\f\r \x85\xa0"
_EXPORT = re.compile(r"export[\t\n\f\r ]+")
_ESCAPE = re.compile(r"\\(?:[abcfnrtv$\"\\]|0[0-9]{0,3})")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_OCTAL = re.compile(r"[0-3][0-7]{2}")
#: A name or a value longer than this is no configuration.
_MAX_VALUE = 1 << 16
_MAX_LINES = 50_000


@record(frozen=True)
class EnvFileValue:
    """What one line gives to a name.

    ``interpolation`` is its value with the variables put in; ``span`` the place of the value as written, of the name
    where there is none. ``inherits`` marks a bare name, whose value is compose's own.
    """

    name: str
    interpolation: Interpolation
    span: Span
    inherits: bool = False

    def __repr__(self) -> str:
        """Leave out the value, which may be a secret."""
        return f"EnvFileValue(name={self.name!r}, span={self.span!r})"


@record(frozen=True)
class EnvFileProblem:
    """Why compose stops at the file. The text there may be a secret: it is not kept."""

    message: str
    span: Span


@record(frozen=True)
class ComposeEnvFile:
    """The values of an env file in order, later ones winning; ``problem`` is why compose stops at it."""

    values: tuple[EnvFileValue, ...]
    problem: EnvFileProblem | None = None


def read_env_file(
    text: SourceText, lookup: Lookup, *, raw: bool = False, earlier: Mapping[str, str | Undetermined] | None = None
) -> ComposeEnvFile:
    """Read an env file; never raises.

    ``lookup`` is what compose knows before it reads any; the file's own lines come after that, and then what
    ``earlier`` files set. ``raw`` is ``format: raw``.
    """
    reader = _Reader(text, lookup, dict(earlier or {}))
    values: list[EnvFileValue] = []
    try:
        for value in reader.raw_lines() if raw else reader.statements():
            values.append(value)
            if len(values) > _MAX_LINES:
                break
    except _InvalidError as error:
        return ComposeEnvFile((), EnvFileProblem(str(error.args[0]), error.args[1]))
    return ComposeEnvFile(tuple(values))


class _InvalidError(Exception):
    """(message, span): compose stops."""


class _Reader:
    def __init__(self, text: SourceText, lookup: Lookup, known: dict[str, str | Undetermined]) -> None:
        self._source = text
        self._text = text.content
        self._at = 0
        self._outer = lookup
        self._own = known

    def statements(self) -> Iterator[EnvFileValue]:
        while self._skip_to_statement():
            value = self._statement()
            if value is not None:
                yield value

    def raw_lines(self) -> Iterator[EnvFileValue]:
        for number in range(1, self._source.line_count + 1):
            line = self._source.line(number)
            stripped = line.lstrip(_ANY_SPACE)
            if not stripped or stripped.startswith("#"):
                continue
            offset = self._source.line_starts[number - 1] + len(line) - len(stripped)
            name, equals, value = stripped.partition("=")
            self._at = offset
            if not name or any(char in _ANY_SPACE for char in name):
                self._fail("a name is missing or holds a blank", offset, offset + len(stripped))
            if equals:
                start = offset + len(name) + 1
                yield EnvFileValue(
                    name, Interpolation((value,) if value else ()), self._span(start, start + len(value))
                )
            else:
                yield self._inherited(name, offset)

    def _lookup(self, name: str) -> str | Undetermined | None:
        found = self._outer(name)
        return self._own.get(name) if found is None else found

    def _span(self, start: int, end: int) -> Span:
        return self._source.span(start, end)

    def _fail(self, message: str, start: int, end: int) -> NoReturn:
        raise _InvalidError(message, self._span(start, end))

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end == -1 else end

    def _skip(self, chars: str) -> None:
        while self._at < len(self._text) and self._text[self._at] in chars:
            self._at += 1

    def _skip_to_statement(self) -> bool:
        while True:
            self._skip(_ANY_SPACE)
            if self._text[self._at : self._at + 1] != "#":
                return self._at < len(self._text)
            self._at = self._line_end(self._at)

    def _statement(self) -> EnvFileValue | None:
        if _EXPORT.match(self._text, self._at):
            self._at += len("export")
            self._skip(_BLANK)
            if self._at == len(self._text):
                self._fail("a name is missing", self._at, self._at)
        start = self._at
        name, is_bare = self._name()
        if " " in name:
            self._fail("a name cannot hold a blank", start, start + len(name))
        if is_bare:
            return self._inherited(name, start) if name else None
        self._skip(_BLANK)
        begin = self._at
        quote = self._text[begin : begin + 1]
        interpolation = self._quoted(quote) if quote in ("'", '"') and quote else self._unquoted()
        if interpolation.problem is not None:
            self._fail(interpolation.problem, begin, max(begin, min(self._at, self._line_end(begin))))
        text = interpolation.text
        self._own[name] = Undetermined(interpolation.reason or "") if text is None else text
        end = begin + len(self._text[begin : self._at].rstrip(_ANY_SPACE))
        if not quote or quote not in "'\"":
            end = begin + len(self._text[begin:end].partition(" #")[0].rstrip(_ANY_SPACE))
        return EnvFileValue(name, interpolation, self._span(begin, end)) if name else None

    def _inherited(self, name: str, start: int) -> EnvFileValue:
        # Compose asks its own environment only: an earlier line of the file does not count.
        value = self._outer(name)
        piece = Undetermined(f"{name} is set by whoever runs compose") if value is None else value
        if value is not None:
            self._own[name] = value
        return EnvFileValue(name, Interpolation((piece,)), self._span(start, start + len(name)), inherits=True)

    def _name(self) -> tuple[str, bool]:
        """The name, and whether the line ends with it; the offset moves behind the separator."""
        start = self._at
        for at in range(start, len(self._text)):
            char = self._text[at]
            if char in "=:\n":
                self._at = at + 1
                return self._text[start:at].rstrip(_ANY_SPACE), char == "\n"
            if char in _BLANK or char in "_.-[]" or char.isalpha() or char.isnumeric():
                continue
            self._fail("a name holds a character that is not allowed in one", start, max(self._line_end(start), start))
        # Without a newline the last line's bare name is taken for the value of a nameless variable.
        return "", False

    def _unquoted(self) -> Interpolation:
        end = self._line_end(self._at)
        value = self._text[self._at : end].partition(" #")[0].rstrip(_ANY_SPACE)
        self._at = min(end + 1, len(self._text))
        return self._interpolated(value)

    def _quoted(self, quote: str) -> Interpolation:
        start = self._at
        chars: list[str] = []
        escaped = False
        for at in range(start + 1, len(self._text)):
            char = self._text[at]
            if char == quote and not escaped:
                self._at = at + 1
                value = "".join(chars)
                if quote == '"':
                    return self._interpolated(_ESCAPE.sub(_unescaped, value))
                return Interpolation((value,) if value else ())
            if char == "\\" and not escaped:
                escaped = True
                continue
            if escaped and char != quote:
                chars.append("\\")
            chars.append(char)
            escaped = False
        return self._fail("a quote is not closed", start, self._line_end(start))

    def _interpolated(self, value: str) -> Interpolation:
        if len(value) > _MAX_VALUE:
            return Interpolation((Undetermined("its value is too long"),))
        return interpolate(value, self._lookup)


def _unescaped(match: re.Match[str]) -> str:
    written = match[0]
    if written == "\\$":
        return "$$"
    if written.startswith("\\0"):
        digits = written[2:]
        return chr(int(digits, 8)) if _OCTAL.fullmatch(digits) else "\\" + digits
    return _ESCAPED.get(written[1], written)
