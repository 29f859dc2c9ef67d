"""Comments of Dockerfiles: whole lines, also between the lines of one instruction, but not in here-documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.sources.comments.facts import Comment, Comments, Lines, Solid
from agentflow_lint.sources.dockerfile import read_dockerfile
from agentflow_lint.sources.dockerfile.facts import SPACE
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText


def read(text: SourceText) -> Comments:
    """The comments; none in a Dockerfile that is too long to be read."""
    dockerfile = read_dockerfile(text)
    statements = [Lines(each.first_line, each.last_line) for each in dockerfile.instructions]
    # The lines of a here-document begin behind the instruction's own lines.
    solids = [
        Solid(Lines(min(doc.span.line for doc in each.heredocs) - 1, each.last_line))
        for each in dockerfile.instructions
        if each.heredocs
    ]
    inside = {number for solid in solids for number in range(solid.lines.first + 1, solid.lines.last + 1)}
    preamble = max((directive.span.end_line for directive in dockerfile.directives), default=0)
    comments = []
    for number in range(preamble + 1, text.line_count + 1):
        line = text.line(number)
        written = line.lstrip(SPACE)
        starts = number == 1 or text.content[text.line_starts[number - 1] - 1] == "\n"
        if written.startswith("#") and number not in inside and starts and dockerfile.instructions:
            column = len(line) - len(written) + 1
            comments.append(Comment(written, Span(number, column, number, len(line) + 1), alone=True))
    several = tuple(lines for lines in statements if lines.last > lines.first)
    return Comments(tuple(comments), several, tuple(solids), preamble, trailing=False)
