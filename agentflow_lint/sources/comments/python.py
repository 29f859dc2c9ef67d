"""Comments of Python, by the standard library's tokenizer."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

from agentflow_lint.sources.comments.facts import Comment, Comments, Lines, Solid, merged
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.text import SourceText

#: PEP 263: a comment like this in the first two lines says which encoding the file has.
CODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")

_NEWLINES = re.compile(r"\r\n?")
_LAYOUT = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
_OPENING = {getattr(tokenize, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(tokenize, name)}
_CLOSING = {getattr(tokenize, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(tokenize, name)}


def read(text: SourceText) -> Comments:
    """The comments up to the first thing that is no Python, if there is one."""
    comments: list[Comment] = []
    statements: list[Lines] = []
    solids: list[Solid] = []
    start: int | None = None
    opened: list[int] = []
    before: tokenize.TokenInfo | None = None
    for token in _tokens(text):
        line, end = token.start[0], token.end[0]
        if token.type == tokenize.COMMENT and not opened:  # before Python 3.12 it is part of the f-string around it
            span = Span(line, token.start[1] + 1, line, token.end[1] + 1)
            comments.append(Comment(token.string, span, not text.line(line)[: token.start[1]].strip()))
        if token.type in _LAYOUT:
            before = None
            continue
        if before is not None and before.end[0] < line:
            solids.append(Solid(Lines(before.end[0], line), line))  # a backslash at the end of the line
        if token.type in _OPENING:
            opened.append(line)
        elif token.type in _CLOSING and opened:
            solids.append(Solid(Lines(opened.pop(), end), end))
        elif token.type == tokenize.STRING:
            solids.append(Solid(Lines(line, end), end))
        start = line if start is None else start
        if token.type == tokenize.NEWLINE:
            statements.append(Lines(start, line))
            start = None
        before = None if token.type == tokenize.NEWLINE else token
    several = tuple(lines for lines in statements if lines.last > lines.first)
    return Comments(
        tuple(comments), several, tuple(s for s in merged(solids) if s.lines.last > s.lines.first), _preamble(text)
    )


def _tokens(text: SourceText) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(_NEWLINES.sub("\n", text.content)).readline)
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):  # ValueError: a NUL byte
        return


def _preamble(text: SourceText) -> int:
    first = 1 if text.line(1).startswith("#!") else 0
    coding = [number for number in (1, 2) if CODING.match(text.line(number))]
    return max(first, *coding) if coding else first
