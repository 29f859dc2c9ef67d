"""What a JSON text that is being typed says up to the cursor: where in it the cursor is.

The config's own reader refuses a text that ends in the middle; this one takes what is there. Before the cursor, strings
that nothing closes end with their line; the one that the cursor is in ends with the word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.config_file import KeyPath

_TOKEN = re.compile(r'"(?:\\.|[^"\\\r\n])*(?P<closed>"?)|[{}\[\]:,]|[^\s{}\[\]:,"]+')
#: What ends an atom, or an open key, behind the cursor.
_REST_OF_ATOM = re.compile(r'[^\s{}\[\]:,"]*')
#: The closing quote is one if JSON goes on behind it: else the string is open, and the quote begins the next one.
_REST_OF_STRING = re.compile(r'(?:\\.|[^"\\\r\n])*"(?=[ \t]*(?:[,:}\]\r\n]|\Z))')
_REST_OF_OPEN_VALUE = re.compile(r'[^\s{}\[\],"]*')
_FOLLOWED_BY_COLON = re.compile(r"\s*:")


@record(frozen=True)
class JsonCursor:
    """Where the cursor is.

    ``path`` leads to the object or list around it for a ``key``, to the value for a ``value``. ``start`` and ``end``
    are the offsets of the token in which it is, quotes included (both the cursor's where it is in none), ``typed`` is
    what that token has before the cursor, without its quote. ``siblings`` are the keys of the object around it.
    ``has_colon`` says that a colon follows a key already, ``is_closed`` that a string has its closing quote.
    """

    kind: Literal["key", "value"]
    path: KeyPath
    start: int
    end: int
    typed: str
    is_string: bool
    siblings: tuple[str, ...] = ()
    has_colon: bool = False
    is_closed: bool = False

    @property
    def inner_end(self) -> int:
        """The end of the token without its closing quote."""
        return self.end - self.is_closed


@record
class _Open:
    is_object: bool
    keys: list[str]
    key: str | None = None
    index: int = 0
    expects_value: bool = False

    def step(self) -> str | int:
        return (self.key or "") if self.is_object else self.index


def cursor_in(text: str, offset: int) -> JsonCursor | None:
    """Where ``offset`` is in a text; None outside of every object, and right behind a finished value."""
    stack: list[_Open] = []
    inside: re.Match[str] | None = None
    last: str | None = None
    for match in _TOKEN.finditer(text):
        if match.start() >= offset:
            break
        is_finished = bool(match["closed"]) and len(match[0]) > 1
        if match[0][0] not in "{}[]:," and (match.end() > offset or (match.end() == offset and not is_finished)):
            inside = match
            break
        last = match[0]
        _take(stack, match[0])
    if not stack:
        return None
    around = stack[-1]
    if inside is None and last is not None and last[0] not in "{[:,":
        return None
    is_key = around.is_object and not around.expects_value
    path: KeyPath = tuple(each.step() for each in (stack[:-1] if is_key else stack))
    start, end, typed, is_string, is_closed = offset, offset, "", False, False
    if inside is not None:
        start, is_string = inside.start(), inside[0].startswith('"')
        typed = text[start + is_string : offset]
        rest = _REST_OF_STRING.match(text, offset) if is_string else None
        is_closed = rest is not None
        rest = rest or (_REST_OF_OPEN_VALUE if is_string and not is_key else _REST_OF_ATOM).match(text, offset)
        end = rest.end() if rest is not None else offset
    siblings = (*around.keys, *_keys_behind(text, end)) if around.is_object else ()
    return JsonCursor(
        "key" if is_key else "value",
        path,
        start,
        end,
        typed,
        is_string,
        tuple(dict.fromkeys(siblings)) if is_key else (),
        _FOLLOWED_BY_COLON.match(text, end) is not None,
        is_closed,
    )


def _take(stack: list[_Open], token: str) -> None:
    around = stack[-1] if stack else None
    if token in "{[":
        stack.append(_Open(token == "{", []))
    elif token in "}]":
        if stack:
            stack.pop()
    elif around is None:
        return
    elif token == ":":
        around.expects_value = around.is_object
    elif token == ",":
        around.expects_value = False
        around.index += 1
    elif around.is_object and not around.expects_value:
        around.key = token.strip('"')
        around.keys.append(around.key)


def _keys_behind(text: str, offset: int) -> list[str]:
    """The keys of the same object that follow."""
    keys: list[str] = []
    depth = 0
    before = ""
    for match in _TOKEN.finditer(text, offset):
        token = match[0]
        if token in "{[":
            depth += 1
        elif token in "}]":
            depth -= 1
            if depth < 0:
                break
        elif token == ":" and depth == 0 and before.startswith('"'):
            keys.append(before.strip('"'))
        before = token
    return keys
