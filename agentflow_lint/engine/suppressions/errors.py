"""What ends a run because of its suppressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable


class SuppressionError(Exception):
    """The message says what to correct."""


class BadCommentsError(SuppressionError):
    """What is wrong with suppression comments: one ``file:line: message`` per line."""

    def __init__(self, problems: Iterable[tuple[str, int, str]]) -> None:
        super().__init__("\n".join(on_one_line(f"{path}:{line}: {message}") for path, line, message in problems))


class CannotAddError(SuppressionError):
    """A configuration to which no edit can add what is to be added; ``entries`` is how to write it by hand."""

    def __init__(self, path: str, key: str, entries: str) -> None:
        super().__init__(f"{path}:1: this file cannot be added to; add to '{key}' by hand: {entries}")


class MissingReasonError(SuppressionError):
    """Suppressions are to be added without a reason where the configuration requires one."""

    def __init__(self) -> None:
        super().__init__("--add-suppressions needs --reason here, because require-reason is true")
