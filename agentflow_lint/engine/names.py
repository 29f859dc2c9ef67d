"""Names that a person can misspell: every unknown one is an error that offers the nearest known one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST_LISTED = 8


class UnknownNameError(Exception):
    """A name that nothing bears; ``kind`` says what it should have been (rule, deployment, release, key).

    The message offers the nearest known name; where none is near, all of them if they are few.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        choices = tuple(dict.fromkeys(known))
        self.nearest = nearest(name, choices)
        offer = f"; did you mean '{self.nearest}'?" if self.nearest else ""
        if not offer and 0 < len(choices) <= _MOST_LISTED:
            offer = "; there is " + ", ".join(f"'{choice}'" for choice in choices)
        super().__init__(f"unknown {kind} '{name}'{offer}")


class NoSuchPathError(Exception):
    """A path that was given and does not exist."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no such file or folder: {path}")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like ``name``, upper and lower case alike; None when none is near."""
    from difflib import get_close_matches  # only on the way to an error message

    spelled = {candidate.casefold(): candidate for candidate in known}
    close = get_close_matches(name[:200].casefold(), list(spelled), n=1, cutoff=0.6)
    return spelled[close[0]] if close else None
