"""The figures of a run as a table for a terminal: one referee a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NAME_WIDTH = 16
_WIDTH = 14


class Tallied(Protocol):
    """What became of a referee's cases; ``unavailable`` says why there are none."""

    name: str
    unavailable: str


def table(tallies: Iterable[Tallied], columns: Sequence[str]) -> str:
    """The attributes ``columns`` of each tally."""
    lines = ["referee".ljust(_NAME_WIDTH) + "".join(column.rjust(_WIDTH) for column in columns)]
    for tally in tallies:
        name = tally.name.ljust(_NAME_WIDTH)
        if tally.unavailable:
            lines.append(f"{name}  not asked: {tally.unavailable}")
        else:
            lines.append(name + "".join(str(getattr(tally, column)).rjust(_WIDTH) for column in columns))
    return "\n".join(lines)
