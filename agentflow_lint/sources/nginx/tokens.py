"""The tokens of an nginx configuration file, split by crossplane's lexer, with exact positions.

crossplane's ``parse`` opens the file and every included one by itself, stops at the first ``include`` that it cannot
open, and reports lines without columns. Its lexer has none of that: it takes the characters of a text. What it lacks,
the place of a token, follows from how many characters it has taken when it gives the token out. It is imported when a
file is read, never with this module.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"\s*")
_ESCAPE = re.compile(r"\\([\"'\\trn])")
_CONTROL = {"t": "\t", "r": "\r", "n": "\n"}


@record(frozen=True)
class Token:
    """One word, or one of ``{``, ``}`` and ``;``, from offset ``start`` up to ``end``.

    ``kind`` is "word", "quoted", one of the three characters, "open" for text that nothing ends, or "comment".
    """

    text: str
    kind: str
    start: int
    end: int


class _Counted:
    """The characters of a text, counted as they are taken."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        for char in self._text:
            self.taken += 1
            yield char


def tokens(text: str) -> Iterator[Token]:
    """The tokens of ``text``, comments left out. Raises as :func:`tokens_and_comments`."""
    return (token for token in tokens_and_comments(text) if token.kind != "comment")


def tokens_and_comments(text: str) -> Iterator[Token]:
    """The tokens of ``text``, and its comments with the newline that ends them.

    Raises ``ValueError`` with a message for a Lua block that is none.
    """
    from crossplane.errors import NgxParserBaseException
    from crossplane.lexer import _lex_file_object  # the public ``lex`` takes nothing but a file's name

    characters = _Counted(text)
    end = 0
    try:
        for value, _, quoted in _lex_file_object((characters,)):
            taken = characters.taken
            start = _after_space(text, end)
            if quoted:
                end = taken
                yield Token(_unquoted(text[start:end]), "quoted", start, end)
            elif value in ("{", "}", ";"):
                end = taken
                yield Token(value, value, taken - 1, taken)
            elif text.startswith("#", start):
                end = taken
                yield Token(text[start:end], "comment", start, end)
            else:
                end = taken - 1
                yield Token(_unescaped(text[start:end]), "word", start, end)
    except NgxParserBaseException as error:
        raise ValueError(error.strerror) from None
    start = _after_space(text, end)
    if start < len(text):
        yield Token(text[start:], "comment" if text[start] == "#" else "open", start, len(text))


def _after_space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _unquoted(written: str) -> str:
    """What stands between the quotes; a Lua block is left as it is."""
    return _unescaped(written[1:-1]) if written[:1] in ("'", '"') else written


def _unescaped(written: str) -> str:
    """As ngx_conf_read_token (src/core/ngx_conf_file.c) does it: other backslashes stay, as in patterns."""
    return _ESCAPE.sub(lambda match: _CONTROL.get(match[1], match[1]), written) if "\\" in written else written
