"""A compose file's tree: every scalar with its variables put in, and with the file and place it stands at.

Merging takes nodes of several files together, so each node knows its file. Nodes never change, so a node that an alias
repeats is one object in many places.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from agentflow_lint.records import record
from agentflow_lint.sources.compose.interpolation import Interpolation, Undetermined

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingOf

    from agentflow_lint.sources.text import Span

Plain: TypeAlias = "str | int | float | bool | None"


class Place(NamedTuple):
    """A stretch of one file; ``folder`` is what relative paths that are written there start from.

    Both are relative to the project root, with forward slashes.
    """

    path: str
    span: Span
    folder: str = ""


@record(frozen=True)
class ComposeProblem:
    """Something at which compose stops, or that this reader does not follow."""

    message: str
    place: Place


@record(frozen=True)
class Scalar:
    """A scalar as compose takes it after interpolation.

    ``value`` is what is written, with the type that YAML gives it; ``interpolation`` its text with the variables put
    in, other types written as compose writes them (``1.10`` is ``1.1``). ``column`` is where that text starts when it
    stands in the file character by character on the one line of ``place``.
    """

    value: Plain
    interpolation: Interpolation
    place: Place
    column: int | None = None

    def __repr__(self) -> str:
        """Leave out the value, which may be a secret."""
        return f"Scalar(place={self.place!r})"

    @property
    def text(self) -> str | None:
        """The text, empty for a null; None when it is not known."""
        return self.interpolation.text

    @property
    def is_null(self) -> bool:
        """Whether nothing is written."""
        return self.value is None

    @property
    def is_string(self) -> bool:
        """Whether it is a string to YAML."""
        return isinstance(self.value, str)

    def part(self, start: int, end: int, pieces: tuple[str | Undetermined, ...]) -> Scalar:
        """A stretch of it as a scalar of its own, with the place of that stretch where it can be told."""
        interpolation = Interpolation(pieces, self.interpolation.variables)
        if self.column is None:
            return replace(self, value="", interpolation=interpolation)
        line = self.place.span.line
        span = self.place.span._replace(
            column=self.column + start, end_line=line, end_column=self.column + max(start, end)
        )
        return Scalar("", interpolation, self.place._replace(span=span), self.column + start)


@record(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@record(frozen=True)
class Entry:
    """One key of a mapping, with the place of the key and its value."""

    key: str
    place: Place
    node: Node


@record(frozen=True)
class Mapping:
    """A mapping, by key."""

    entries: MappingOf[str, Entry]
    place: Place

    def get(self, key: str) -> Node | None:
        """The value of a key; None when there is none, and when it is null."""
        entry = self.entries.get(key)
        if entry is None or (isinstance(entry.node, Scalar) and entry.node.is_null):
            return None
        return entry.node

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())


Node: TypeAlias = "Scalar | Sequence | Mapping"


def written(value: Plain) -> str:
    """A scalar's text as Go prints its value: what an environment variable gets for a number or a boolean."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _float(value) if isinstance(value, float) else str(value)


def _float(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[repr(value)]
    from decimal import Decimal  # for the rare number with a point

    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    if not any(digits):
        return "-0" if sign else "0"
    scale = len(digits) + int(exponent) - 1
    if -4 <= scale < 6:
        return f"{Decimal(repr(value)).normalize():f}"
    mantissa = str(digits[0]) + ("." + "".join(map(str, digits[1:])) if len(digits) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{scale:+03d}"
