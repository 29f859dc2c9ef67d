"""What an nginx configuration file says, with the place of every word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.sources.text import Span


@record(frozen=True)
class Problem:
    """What keeps nginx, or this reader, from reading the file beyond ``span``."""

    message: str
    span: Span


@record(frozen=True)
class Argument:
    """One argument: ``text`` is unquoted and unescaped; variables stand in it as they are written."""

    text: str
    span: Span
    is_quoted: bool = False


@record(frozen=True)
class Directive:
    """A directive, simple (``block`` is None) or with a block.

    ``name_span`` covers its name, ``span`` all from the name to the last argument, without ``;`` and block.
    """

    name: str
    arguments: tuple[Argument, ...]
    span: Span
    name_span: Span
    block: tuple[Directive, ...] | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The arguments as text."""
        return tuple(argument.text for argument in self.arguments)


@record(frozen=True)
class NginxFile:
    """The directives of one file, in order; ``include`` is not followed.

    With a ``problem`` nginx would not start on it, and ``directives`` are those before it.
    """

    directives: tuple[Directive, ...]
    problem: Problem | None = None
