"""What a rule says: a finding, or that it could not decide."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.model.values import Location


class Severity(str, Enum):
    """How loudly a finding is reported; ``--fail-on`` compares against it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return ("info", "warning", "error").index(self.value)


class Consequence(str, Enum):
    """What production does if nobody acts. It decides the default severity and the rung of the ladder."""

    REFUSES_TO_START = "refuses-to-start"
    FAILS_REQUESTS = "fails-requests"
    LOSES_DATA = "loses-data"
    EXPOSES = "exposes"
    DEGRADES = "degrades"
    CONFUSES = "confuses"

    @property
    def severity(self) -> Severity:
        """The default severity of a finding with this consequence."""
        if self is Consequence.DEGRADES:
            return Severity.WARNING
        if self is Consequence.CONFUSES:
            return Severity.INFO
        return Severity.ERROR


class Tag(str, Enum):
    """What the place of a finding is, beyond being wrong; editors fade it, or strike it through."""

    UNNECESSARY = "unnecessary"
    DEPRECATED = "deprecated"


@record(frozen=True)
class Related:
    """A second place that explains a finding, with a few words about its part in it."""

    location: Location
    message: str


@record(frozen=True)
class Finding:
    """One verdict of one rule at one place.

    ``message`` says what production does and why, ``help`` the way out; neither holds a secret. ``place`` is
    the symbolic place (key path, setting name, stage and instruction, qualified name) from which the
    finding's identity is made, so that moving lines does not change it. ``deployment`` is None for what is
    true of the project whoever deploys it. ``fix`` makes the finding go away, or suggests how.
    """

    code: str
    name: str
    consequence: Consequence
    severity: Severity
    message: str
    help: str
    location: Location
    place: str
    deployment: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None


@record(frozen=True)
class Undecided:
    """What a rule could not decide, and why (shown with ``--show-undecided``)."""

    code: str
    name: str
    reason: str
    location: Location
    deployment: str | None = None
