"""What the reports call things."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Severity

if TYPE_CHECKING:
    from agentflow_lint.engine.readiness import Rung

#: What production does, in plain words.
IN_PRODUCTION = {
    Consequence.REFUSES_TO_START: "the server exits before it serves a request",
    Consequence.FAILS_REQUESTS: "it serves, but requests that should work do not",
    Consequence.LOSES_DATA: "threads, memory or files vanish or diverge",
    Consequence.EXPOSES: "somebody reaches what they should not",
    Consequence.DEGRADES: "it is slower, truncated, or less safe than it should be",
    Consequence.CONFUSES: "no effect now; it misleads whoever reads it next",
}

#: What holds a finding back, by its name in :class:`~agentflow_lint.engine.run.Hidden`.
HELD_BY = {
    "suppressed": "suppressed by a comment",
    "ignored": "ignored by the configuration",
    "baseline": "in the baseline",
}

#: The severities, loudest first.
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: ``1 finding``, ``2 findings``."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def rung_state(rung: Rung) -> str:
    """How far the rung is from being reached, in words."""
    parts = []
    if rung.findings:
        parts.append(counted(rung.findings, "finding"))
    if rung.hidden:
        parts.append(f"{rung.hidden} hidden")
    if rung.undecided:
        parts.append(f"{rung.undecided} undecided")
    if rung.skipped:
        parts.append(f"{rung.skipped} of {counted(rung.skipped + rung.asked, 'rule')} not asked")
    if not rung.skipped + rung.asked:
        parts.append("no rule decides this")
    return ", ".join(parts) or "reached"


def from_working_directory(root: str, path: str, working: str) -> str:
    """``path`` below the project ``root`` as seen from the ``working`` directory, with forward slashes."""
    absolute = os.path.normpath(os.path.join(root, path))
    try:
        relative = os.path.relpath(absolute, working)
    except ValueError:  # another drive
        relative = absolute
    return relative.replace(os.sep, "/")
