"""Colours, or none."""

from __future__ import annotations

from agentflow_lint.engine.finding import Severity
from agentflow_lint.records import record

_SEVERITY = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


@record(frozen=True)
class Palette:
    """Wraps text in terminal codes, or leaves it alone when ``colored`` is False."""

    colored: bool = False

    def severity(self, severity: Severity, text: str) -> str:
        """The colour of a severity, bold."""
        return self._wrap(f"1;{_SEVERITY[severity]}", text)

    def strong(self, text: str) -> str:
        """What the eye should find first."""
        return self._wrap("1", text)

    def gutter(self, text: str) -> str:
        """The frame around a source line."""
        return self._wrap("1;34", text)

    def good(self, text: str) -> str:
        """What has been reached."""
        return self._wrap("32", text)

    def bad(self, text: str) -> str:
        """What goes away."""
        return self._wrap("31", text)

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colored and text else text


#: No colours.
PLAIN = Palette()
