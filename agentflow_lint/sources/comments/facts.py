"""What is known about the comments of a file, and about where another one may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.sources.text import Span

CommentKind = Literal[
    "python", "yaml", "toml", "env", "dockerfile", "nginx", "shell", "requirements", "procfile", "ignore-file"
]
"""The languages that have comments. ``ignore-file`` is a .dockerignore or .gitignore."""


class Lines(NamedTuple):
    """The lines from ``first`` to ``last``, both from 1 and both included."""

    first: int
    last: int


@record(frozen=True)
class Comment:
    """One comment, from its ``#`` to the end of its line; ``alone`` says that nothing else stands on that line."""

    text: str
    span: Span
    alone: bool


@record(frozen=True)
class Solid:
    """Lines between which no comment may stand: a string, a block scalar, a line that a backslash continues.

    ``trailing`` is the line of them at whose end a comment may stand, if there is one.
    """

    lines: Lines
    trailing: int | None = None


@record(frozen=True)
class Comments:
    """The comments of a file in order, and its statements of several lines.

    ``preamble`` is how many lines must stay the first ones (``#!``, parser directives). ``trailing`` says that a
    comment may follow something on its line, where no :class:`Solid` forbids it; ``indented`` that blanks may precede
    one.
    """

    comments: tuple[Comment, ...] = ()
    statements: tuple[Lines, ...] = ()
    solids: tuple[Solid, ...] = ()
    preamble: int = 0
    trailing: bool = True
    indented: bool = True

    def solid_at(self, line: int) -> Solid | None:
        """The lines around ``line`` that nothing may come between."""
        return next((solid for solid in self.solids if solid.lines.first <= line <= solid.lines.last), None)

    def statement_at(self, line: int) -> Lines | None:
        """The innermost statement of several lines that ``line`` belongs to."""
        around = [each for each in self.statements if each.first <= line <= each.last]
        return max(around, default=None)


def merged(solids: list[Solid]) -> tuple[Solid, ...]:
    """Solids in order, those that share a line as one; the comment may then stand where it may in the last of them."""
    found: list[Solid] = []
    for solid in sorted(solids, key=lambda each: each.lines):
        if found and solid.lines.first <= found[-1].lines.last:
            before = found.pop()
            last = before if before.lines.last > solid.lines.last else solid
            solid = Solid(Lines(before.lines.first, last.lines.last), last.trailing)
        found.append(solid)
    return tuple(found)
