"""AF904 undecided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import RunRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.engine.run import Run

_HELP = "Say it where the linter can read it, or check by hand what this run does not vouch for."


class Undecided(RunRule):
    """What a rule could not decide, and why."""

    code = "AF904"
    name = "undecided"
    consequence = Consequence.CONFUSES
    opt_in = True

    def check(self, run: Run) -> Iterator[Verdict]:
        """Turn each undecided case into a finding."""
        for case in run.undecided:
            finding = self.finding(
                at=case.location,
                place=f"{case.code}: {case.reason}",
                message=f"{case.code} {case.name} is not decided: {case.reason}.",
                help=_HELP,
            )
            yield replace(finding, deployment=case.deployment)
