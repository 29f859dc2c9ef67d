"""Durations as compose writes them: ``1m30s``, ``500ms``, ``1.5h``, ``2d``."""

from __future__ import annotations

import re

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,  # the micro sign
    "\u03bcs": 1_000,  # the Greek letter
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
    "w": 604_800_000_000_000,
}
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]+)")
_LARGEST = (1 << 63) - 1
_LONGEST = 100


def seconds_of(text: str) -> float | None:
    """The seconds of a duration; None for text at which compose stops, a number without a unit among it."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if unsigned == "0":
        return 0.0
    total = 0
    at = 0
    while at < len(unsigned):
        part = _PART.match(unsigned, at)
        if part is None or len(unsigned) > _LONGEST or part[3] not in _UNITS or not (part[1] or part[2]):
            return None
        unit = _UNITS[part[3]]
        total += int(part[1] or 0) * unit + (int(part[2]) * unit // 10 ** len(part[2]) if part[2] else 0)
        at = part.end()
        if total > _LARGEST:
            return None
    if not unsigned:
        return None
    return (-total if text[0] == "-" else total) / 1_000_000_000
