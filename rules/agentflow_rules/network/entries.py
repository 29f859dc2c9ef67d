"""The entries of a setting that is a list between commas: ORIGINS, ALLOWED_HOST."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_entry(text: str, entry: str, meant: Sequence[str]) -> str:
    """The list with ``meant`` in place of ``entry``, without what it holds already; blanks around it stay."""
    parts = text.split(",")
    others = {part.strip() for part in parts if entry not in (part, part.strip())}
    wanted = [each for each in dict.fromkeys(meant) if each not in others]
    kept: list[str] = []
    for part in parts:
        if entry not in (part, part.strip()):
            kept.append(part)
        elif wanted:
            kept.append(part.replace(entry, ",".join(wanted)))
            wanted = []
    return ",".join(kept).strip()


def without_entry(text: str, entry: str) -> str:
    """The list without ``entry``."""
    return with_entry(text, entry, ())


def listed_entries(text: str) -> tuple[str, ...]:
    """The entries of a value that is written as a JSON list."""
    bare = text.strip().removeprefix("[").removesuffix("]")
    return tuple(part for each in bare.split(",") if (part := each.strip().strip("\"'").strip()))
