"""Comments of nginx configurations, by the lexer that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.sources.comments.facts import Comment, Comments, Lines, Solid, merged
from agentflow_lint.sources.nginx.tokens import tokens_and_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.nginx.tokens import Token
    from agentflow_lint.sources.text import SourceText


def read(text: SourceText) -> Comments:
    """The comments up to the first thing that cannot be read, if there is one."""
    comments: list[Comment] = []
    statements: list[Lines] = []
    solids: list[Solid] = []
    start = 0
    for token in _tokens(text):
        first, last = text.position(token.start)[0], text.position(max(token.start, token.end - 1))[0]
        if token.kind == "comment":
            written = token.text.partition("\n")[0].partition("\r")[0]
            span = text.span(token.start, token.start + len(written))
            comments.append(Comment(written, span, not text.line(first)[: span.column - 1].strip()))
            continue
        if last > first:
            solids.append(Solid(Lines(first, last), None if token.kind == "open" else last))
        if token.kind == "}":
            start = 0
            continue
        start = start or first
        if token.kind in (";", "{"):
            statements.append(Lines(start, last))
            start = 0
    several = tuple(lines for lines in statements if lines.last > lines.first)
    return Comments(tuple(comments), several, merged(solids), int(text.has_bom))


def _tokens(text: SourceText) -> Iterator[Token]:
    try:
        yield from tokens_and_comments(text.content)
    except ValueError:
        return
