"""JSON with positions, judged exactly as the standard library's ``json.load`` judges it.

The servers read their configuration with ``json.load``, so its dialect is the grammar here: ``NaN`` and
``Infinity`` are numbers, of two equal keys the last one wins, lone surrogate escapes are strings, an integer of
more than 4,300 digits is an error. The parser is iterative: depth costs memory, never the interpreter's stack.
"""

from __future__ import annotations

import re
from functools import cached_property
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from agentflow_lint.records import once, record
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText

#: Containers inside containers beyond this are a problem. ``json.load`` itself ends in a RecursionError, but where
#: depends on the interpreter (about 990 up to 3.11, 1,500 on 3.12.1, 10,000 on 3.13) and on its caller's stack.
NESTING_LIMIT = 400
#: Nesting that no interpreter's ``json.load`` survives, whatever its limit and its stack.
HOPELESS_NESTING = 100_000
#: Python refuses to convert a longer decimal text to an integer (``sys.int_info.default_max_str_digits``).
INTEGER_DIGITS_LIMIT = 4300
#: Duplicate keys are recorded up to this number; more of them say nothing more.
DUPLICATES_LIMIT = 1000

Scalar: TypeAlias = "str | int | float | bool | None"
JsonValue: TypeAlias = "Scalar | list[JsonValue] | dict[str, JsonValue]"
Path: TypeAlias = "tuple[str | int, ...]"


class JsonScalar(NamedTuple):
    """A string, number, boolean or null, which always stands on one line.

    A tuple of plain numbers, as a file may hold half a million of these.
    """

    value: Scalar
    line: int
    column: int
    end_column: int

    @property
    def span(self) -> Span:
        """Where the literal stands; a string with its quotes."""
        return Span(self.line, self.column, self.line, self.end_column)


@record(frozen=True)
class JsonArray:
    """An array; ``span`` includes the brackets."""

    items: tuple[JsonNode, ...]
    span: Span


@record(frozen=True)
class Member:
    """One ``"key": value`` of an object; ``key_span`` includes the quotes."""

    key: str
    key_span: Span
    value: JsonNode


@record(frozen=True)
class JsonObject:
    """An object, with every member as written, losing duplicates included; ``span`` includes the braces."""

    members: tuple[Member, ...]
    span: Span

    def member(self, key: str) -> Member | None:
        """The member that ``json.load`` keeps for ``key``: the last one."""
        return next((member for member in reversed(self.members) if member.key == key), None)


JsonNode: TypeAlias = "JsonScalar | JsonArray | JsonObject"


@record(frozen=True)
class Problem:
    """Why the text is not JSON, in words that finish "not JSON: ...", and where the decoder gives up.

    ``survivable`` says that it is only nested beyond :data:`NESTING_LIMIT`: some interpreters read it, others do not.
    ``instead`` is what certainly is meant where ``span`` is: nothing for a comma too many, ``true`` for ``True``.
    """

    message: str
    span: Span
    survivable: bool = False
    instead: str | None = None


@record(frozen=True)
class Duplicate:
    """A key that a later equal key of the same object silently replaces; ``path`` ends with that key."""

    path: Path
    losing: Span
    winning: Span


@record(frozen=True)
class JsonDocument:
    """What one text holds: a ``root``, or the ``problem`` that keeps it from being JSON."""

    root: JsonNode | None
    problem: Problem | None = None
    duplicates: tuple[Duplicate, ...] = ()

    @cached_property
    def data(self) -> JsonValue:
        """What ``json.load`` returns; None when there is a ``problem``. Shared: treat it as read-only."""
        return None if self.root is None else plain(self.root)

    def find(self, path: Path) -> JsonNode | None:
        """The node at a path of keys and indexes (from 0) that ``json.load`` keeps, or None."""
        node = self.root
        for step in path:
            if isinstance(node, JsonObject) and isinstance(step, str):
                member = node.member(step)
                node = member.value if member else None
            elif isinstance(node, JsonArray) and isinstance(step, int) and 0 <= step < len(node.items):
                node = node.items[step]
            else:
                return None
        return node

    def key_span(self, path: Path) -> Span | None:
        """The span of the key that ends ``path``, quotes included; None when the path does not end in a key."""
        if not path or not isinstance(path[-1], str):
            return None
        parent = self.find(path[:-1])
        member = parent.member(path[-1]) if isinstance(parent, JsonObject) else None
        return member.key_span if member else None


@once
def read_json(text: SourceText) -> JsonDocument:
    """Parse JSON into nodes with spans.

    Accepts what ``json.load`` accepts of ``text.content`` (a byte order mark, which makes ``json.load`` refuse the
    file, is left to whoever asks ``text.has_bom``), except for nesting beyond :data:`NESTING_LIMIT`. Never raises.
    """
    parser = _Parser(text)
    try:
        root = parser.document()
    except _TooDeepError as error:
        depth = _depth(text.content)
        survivable = depth < HOPELESS_NESTING
        verdict = "which some versions of Python parse and others do not" if survivable else "which Python cannot parse"
        message = f"it is nested {depth} levels deep, {verdict}"
        return JsonDocument(None, Problem(message, text.span(*error.args[1:]), survivable))
    except _NotJsonError as error:
        return JsonDocument(None, Problem(error.args[0], text.span(*error.args[1:]), instead=error.instead))
    return JsonDocument(root, None, tuple(parser.duplicates))


def plain(root: JsonNode) -> JsonValue:
    """A node as Python's own values, as ``json.load`` makes them."""
    result: list[JsonValue] = [None]
    todo: list[tuple[Any, str | int, JsonNode]] = [(result, 0, root)]
    while todo:
        target, slot, node = todo.pop()
        if isinstance(node, JsonScalar):
            target[slot] = node.value
        elif isinstance(node, JsonArray):
            array: list[JsonValue] = [None] * len(node.items)
            target[slot] = array
            todo.extend((array, index, item) for index, item in enumerate(node.items))
        else:
            winners = {member.key: member.value for member in node.members}
            plain: dict[str, JsonValue] = dict.fromkeys(winners)
            target[slot] = plain
            todo.extend((plain, key, value) for key, value in winners.items())
    return result[0]


class _NotJsonError(Exception):
    """(message, start offset, end offset); ``instead`` is what is meant there, if that is certain."""

    instead: str | None = None

    def meaning(self, text: str) -> _NotJsonError:
        self.instead = text
        return self


class _TooDeepError(_NotJsonError):
    """Nested beyond the limit."""


# A string whose end may be missing: a pattern that cannot fail behind its first character costs linear time.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def _depth(content: str) -> int:
    """The most containers that are open at once, by the brackets outside strings alone."""
    depth = deepest = 0
    for match in _STRING_OR_BRACKET.finditer(content):
        bracket = match.group()
        if bracket in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in ("]", "}"):
            depth -= 1
    return deepest


class _Open:
    """A container whose closing bracket has not been met."""

    __slots__ = ("column", "items", "key", "key_span", "line", "members", "start")

    def __init__(self, start: int, line: int, column: int, is_object: bool) -> None:
        self.start = start
        self.line = line
        self.column = column
        self.items: list[JsonNode] = []
        self.members: list[Member] | None = [] if is_object else None
        self.key = ""
        self.key_span = Span(line, column, line, column)

    @property
    def step(self) -> str | int:
        """The path step of the value being read."""
        return len(self.items) if self.members is None else self.key


# ASCII digits only, as in the C scanner; json.scanner.NUMBER_RE takes any Unicode digit on some versions.
_ATOM_PATTERN = (
    r"(true|false|null|NaN|Infinity|-Infinity)"
    r"|(-?(?:0|[1-9][0-9]*))((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
)
_ATOM = re.compile(_ATOM_PATTERN)
# An atom, its comma, and the blanks before the next value (not before a closing bracket).
_ITEM = re.compile(rf"(?:{_ATOM_PATTERN})()[ \t\n\r]*,(?![ \t\n\r]*\])[ \t\n\r]*")
_CONSTANTS: dict[str, Scalar] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}
_BLANKS = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"\w+")
_PYTHON_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nan": "NaN", "inf": "Infinity"}
_STRING_PROBLEMS = (
    ("Unterminated string", "this string is never closed"),
    ("Invalid control character", "a line break, tab or other control character stands unescaped in a string"),
    ("Invalid \\u", "a \\u escape in a string needs four hexadecimal digits"),
    ("Invalid \\escape", "a backslash in a string stands before a character that has no escape"),
)


def _atom(constant: str | None, integer: str, rest: str, at: int, end: int) -> Scalar:
    """The value of a constant or number that stands at these offsets."""
    if constant is not None:
        return _CONSTANTS[constant]
    if rest:
        return float(integer + rest)
    if len(integer) > INTEGER_DIGITS_LIMIT and len(integer.lstrip("-")) > INTEGER_DIGITS_LIMIT:
        raise _NotJsonError(f"an integer has more than {INTEGER_DIGITS_LIMIT} digits", at, end)
    return int(integer)


class _Parser:
    def __init__(self, text: SourceText) -> None:
        self.content = text.content
        self.duplicates: list[Duplicate] = []
        self._starts = (*text.line_starts, len(text.content) + 1)
        self._line = 1

    def document(self) -> JsonNode:
        content = self.content
        stack: list[_Open] = []
        at = self._blanks(0)
        while True:
            if stack and stack[-1].members is None:
                at = self._leading_atoms(stack[-1].items, at)
            char = content[at : at + 1]
            if char in ("{", "["):
                opened = _Open(at, *self._place(at), char == "{")
                stack.append(opened)
                if len(stack) > NESTING_LIMIT:
                    raise _TooDeepError("", at, at + 1)
                at = self._blanks(at + 1)
                if content[at : at + 1] != ("}" if char == "{" else "]"):
                    at = self._key(opened, at) if char == "{" else at
                    continue
                end = at + 1
                node = self._close(stack, end)
            else:
                node, end = self._scalar(at)
            while stack:
                opened = stack[-1]
                closer = "]" if opened.members is None else "}"
                if opened.members is None:
                    opened.items.append(node)
                else:
                    opened.members.append(Member(opened.key, opened.key_span, node))
                char = content[end : end + 1]
                at = end
                if char not in (",", closer):
                    at = self._blanks(end)
                    char = content[at : at + 1]
                if char == ",":
                    at = self._after_comma(opened, at, closer)
                    break
                if char != closer:
                    raise self._expected(f"a comma or `{closer}`", at)
                end = at + 1
                node = self._close(stack, end)
            else:
                at = self._blanks(end)
                if at < len(content):
                    raise _NotJsonError("something follows the end of the value", at, at + 1)
                return node

    def _leading_atoms(self, items: list[JsonNode], at: int) -> int:
        """Read the numbers and constants that an array goes on with, save for its last: the fast path.

        Returns the offset of the first value that is not one.
        """
        match = _ITEM.match(self.content, at)
        while match:
            constant, integer, rest, _ = match.groups()
            end = match.start(4)
            items.append(self._placed(_atom(constant, integer, rest, at, end), at, end))
            at = match.end()
            match = _ITEM.match(self.content, at)
        return at

    def _scalar(self, at: int) -> tuple[JsonScalar, int]:
        if self.content.startswith('"', at):
            value, end = self._string(at)
            return self._placed(value, at, end), end
        match = _ATOM.match(self.content, at)
        if match is None:
            raise self._expected("a value", at)
        constant, integer, rest = match.groups()
        end = match.end()
        return self._placed(_atom(constant, integer, rest, at, end), at, end), end

    def _placed(self, value: Scalar, at: int, end: int) -> JsonScalar:
        if at >= self._starts[self._line]:
            self._place(at)
        column = at - self._starts[self._line - 1] + 1
        return JsonScalar(value, self._line, column, column + end - at)

    def _string(self, at: int) -> tuple[str, int]:
        try:
            value: str
            value, end = scanstring(self.content, at + 1, True)
            return value, end
        except JSONDecodeError as error:
            message = next((words for start, words in _STRING_PROBLEMS if error.msg.startswith(start)), error.msg)
            raise _NotJsonError(message, error.pos, min(error.pos + 1, len(self.content))) from None

    def _key(self, opened: _Open, at: int) -> int:
        """Read ``"key" :`` and return the offset of the value."""
        if not self.content.startswith('"', at):
            raise self._expected("a key in double quotes", at)
        opened.key, end = self._string(at)
        opened.key_span = self._span(at, end)
        at = self._blanks(end)
        if not self.content.startswith(":", at):
            raise self._expected("a colon", at)
        return self._blanks(at + 1)

    def _after_comma(self, opened: _Open, comma: int, closer: str) -> int:
        at = self._blanks(comma + 1)
        if self.content.startswith(closer, at):
            raise _NotJsonError(f"a comma stands before `{closer}`", comma, comma + 1).meaning("")
        return at if opened.members is None else self._key(opened, at)

    def _close(self, stack: list[_Open], end: int) -> JsonNode:
        opened = stack.pop()
        span = Span(opened.line, opened.column, *self._place(end))
        if opened.members is None:
            return JsonArray(tuple(opened.items), span)
        last = {member.key: member for member in opened.members}
        if len(last) < len(opened.members):
            above = tuple(each.step for each in stack)
            for member in opened.members:
                if last[member.key] is not member and len(self.duplicates) < DUPLICATES_LIMIT:
                    winner = last[member.key].key_span
                    self.duplicates.append(Duplicate((*above, member.key), member.key_span, winner))
        return JsonObject(tuple(opened.members), span)

    def _blanks(self, at: int) -> int:
        if self.content[at : at + 1] not in (" ", "\t", "\n", "\r"):
            return at
        match = _BLANKS.match(self.content, at)
        return match.end() if match else at

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset; offsets are asked for in ascending order, so the line only moves on."""
        while offset >= self._starts[self._line]:
            self._line += 1
        return self._line, offset - self._starts[self._line - 1] + 1

    def _span(self, start: int, end: int) -> Span:
        """The span of a token, none of which can hold a line break."""
        line, column = self._place(start)
        return Span(line, column, line, column + end - start)

    def _expected(self, what: str, at: int) -> _NotJsonError:
        content = self.content
        if at >= len(content):
            return _NotJsonError(f"it ends where {what} is expected" if content.strip() else "it is empty", at, at)
        if content[at] == "#" or content.startswith(("//", "/*"), at):
            return _NotJsonError("JSON has no comments", at, at + 1)
        if content[at] == "'":
            return _NotJsonError(f"{what} is expected, and JSON strings take double quotes", at, at + 1)
        word = _WORD.match(content, at)
        known = _PYTHON_WORDS.get(word.group()) if word and what == "a value" else None
        if word and known:
            return _NotJsonError(f"`{word.group()}` is written `{known}` in JSON", at, word.end()).meaning(known)
        return _NotJsonError(f"{what} is expected here", at, at + 1)
