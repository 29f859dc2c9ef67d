"""Comments of TOML: a scan that knows its strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.sources.comments.facts import Comment, Comments, Lines, Solid, merged
from agentflow_lint.sources.toml import scan_tokens

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText


def read(text: SourceText) -> Comments:
    """The comments; of a text that is no TOML, as well as can be told."""
    comments: list[Comment] = []
    statements: list[Lines] = []
    solids: list[Solid] = []
    depth, start, end = 0, 0, 0
    for offset, token in scan_tokens(text):
        if token[0] == "#":
            written = token.partition("\r")[0]
            span = text.span(offset, offset + len(written))
            comments.append(Comment(written, span, not text.line(span.line)[: span.column - 1].strip()))
        elif token == "\n":
            if not depth and start and end > start:
                statements.append(Lines(start, end))
            start = start if depth else 0
        elif token.strip():
            first = text.position(offset + len(token) - len(token.lstrip()))[0]
            end = text.position(offset + len(token.rstrip()) - 1)[0]
            start = start or first
            depth = max(0, depth + (token in ("[", "{")) - (token in ("]", "}")))
            if end > first:
                solids.append(Solid(Lines(first, end), end))
    if start and end > start:
        statements.append(Lines(start, end))
    return Comments(tuple(comments), tuple(statements), merged(solids))
