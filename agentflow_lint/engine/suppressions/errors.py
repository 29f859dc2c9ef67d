"""What ends a run because of its suppressions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agentflow_lint.model.values import Location


class SuppressionError(Exception):
    """The message says what to correct."""


@record(frozen=True)
class BadComment:
    """A suppression comment that says nothing: the project's folder, the place in it, and what is wrong."""

    root: str
    location: Location
    message: str


class BadCommentsError(SuppressionError):
    """What is wrong with suppression comments: one ``file:line: message`` per line."""

    def __init__(self, comments: Iterable[BadComment], shown: Callable[[str], str]) -> None:
        """``shown`` gives a path as people read it."""
        lines = (
            f"{shown(os.path.join(each.root, each.location.path))}:{each.location.span.line}: {each.message}"
            for each in comments
        )
        super().__init__("\n".join(map(on_one_line, lines)))


class CannotAddError(SuppressionError):
    """A configuration to which no edit can add what is to be added; ``entries`` is how to write it by hand."""

    def __init__(self, path: str, key: str, entries: str) -> None:
        super().__init__(f"{path}:1: this file cannot be added to; add to '{key}' by hand: {entries}")


class MissingReasonError(SuppressionError):
    """Suppressions are to be added without a reason where the configuration requires one."""

    def __init__(self) -> None:
        super().__init__("--add-suppressions needs --reason here, because require-reason is true")
