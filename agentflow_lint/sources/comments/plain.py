"""Comments of files that are read line by line: requirements, Procfiles, and the files of patterns to ignore."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.sources.comments.facts import Comment, Comments, Lines, Solid

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText

#: pip's own idea of a comment (pip/_internal/req/req_file.py).
_IN_REQUIREMENTS = re.compile(r"(?:^|\s)(#.*)$")


def read_requirements(text: SourceText) -> Comments:
    """Comments as pip reads them: at the start of a line or behind a blank."""
    comments: list[Comment] = []
    solids: list[Solid] = []
    start = 0
    for number in range(1, text.line_count + 1):
        line = text.line(number)
        match = _IN_REQUIREMENTS.search(line)
        alone = not line[: match.start(1)].strip() if match else False
        if match:
            comments.append(_comment(text, number, match.start(1), alone))
        goes_on = line.endswith("\\") and not alone and number < text.line_count
        if goes_on:
            start = start or number
        elif start:
            solids.append(Solid(Lines(start, number), number))
            start = 0
    statements = tuple(solid.lines for solid in solids)
    return Comments(tuple(comments), statements, tuple(solids))


def read_procfile(text: SourceText) -> Comments:
    """Lines that begin with ``#``; behind a command a ``#`` is the shell's."""
    comments = _whole_lines(text)
    return Comments(comments, preamble=int(text.has_bom), trailing=False)


def read_ignore_file(text: SourceText) -> Comments:
    """Lines with a ``#`` in the first column, as docker and git read them."""
    # A lone carriage return ends no line for them.
    starts = {start for start in text.line_starts if not start or text.content[start - 1] == "\n"}
    comments = (each for each in _whole_lines(text) if text.offset(*each.span[:2]) in starts)
    return Comments(tuple(comments), trailing=False, indented=False)


def _whole_lines(text: SourceText) -> tuple[Comment, ...]:
    found = []
    for number in range(1, text.line_count + 1):
        line = text.line(number)
        blanks = len(line) - len(line.lstrip())
        if line.startswith("#", blanks):
            found.append(_comment(text, number, blanks, alone=True))
    return tuple(found)


def _comment(text: SourceText, number: int, index: int, alone: bool) -> Comment:
    start = text.line_starts[number - 1]
    written = text.line(number)[index:]
    return Comment(written, text.span(start + index, start + index + len(written)), alone)
