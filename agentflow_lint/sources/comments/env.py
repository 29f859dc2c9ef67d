"""Comments of env files, as python-dotenv sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.sources.comments.facts import Comment, Comments, Lines, Solid
from agentflow_lint.sources.dotenv import read_env

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText

_INLINE = re.compile(r"[^\S\r\n]*(#[^\r\n]*)")
_ALONE = re.compile(r"[^\S\r\n]*(#.*)")


def read(text: SourceText) -> Comments:
    """The comments on lines of their own, and those behind a value."""
    env_file = read_env(text)
    if env_file.undecided:
        return Comments(trailing=False)
    comments: list[Comment] = []
    taken: set[int] = {problem.line_span.line for problem in env_file.problems}
    solids: list[Solid] = []
    for binding in env_file.bindings:
        first, last = binding.span.line, binding.span.end_line
        taken.update(range(first, last + 1))
        if last > first:
            solids.append(Solid(Lines(first, last), last))
        end = text.offset(last, binding.span.end_column)
        inline = _INLINE.match(text.content, end)
        if inline:
            comments.append(Comment(inline[1], text.span(*inline.span(1)), alone=False))
    for number in range(1, text.line_count + 1):
        alone = _ALONE.fullmatch(text.line(number)) if number not in taken else None
        if alone:
            start = text.line_starts[number - 1]
            comments.append(Comment(alone[1], text.span(start + alone.start(1), start + alone.end(1)), alone=True))
    statements = tuple(solid.lines for solid in solids)
    preamble = _preamble(text, solids, min(taken, default=0)) if text.has_bom else 0
    return Comments(tuple(sorted(comments, key=lambda each: each.span)), statements, tuple(solids), preamble)


def _preamble(text: SourceText, solids: list[Solid], first: int) -> int:
    """With a byte order mark the first line is not like others: some releases read the mark as part of it."""
    return next((solid.lines.last for solid in solids if solid.lines.first == first == 1), 1)
