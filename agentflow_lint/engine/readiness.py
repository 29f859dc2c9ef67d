"""The readiness ladder: how far towards production a project is, by what the findings lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.engine.run import Run

#: The rungs from the ground up, each with the consequence that keeps a project from it.
RUNGS: tuple[tuple[str, Consequence], ...] = (
    ("starts", Consequence.REFUSES_TO_START),
    ("serves", Consequence.FAILS_REQUESTS),
    ("keeps data", Consequence.LOSES_DATA),
    ("closed", Consequence.EXPOSES),
    ("robust", Consequence.DEGRADES),
)

Status = Literal["reached", "findings", "undecided", "unchecked"]


@dataclass(frozen=True)
class Rung:
    """One rung.

    ``findings`` have its consequence, whatever their severity; ``undecided`` cases belong to rules that usually have
    it; ``skipped`` is how many such rules were not asked, because they were ignored, not selected or crashed.
    """

    name: str
    consequence: Consequence
    findings: int
    undecided: int
    skipped: int
    asked: int

    @property
    def status(self) -> Status:
        """``reached`` only when every question was asked and answered: nothing found, undecided or left out."""
        if self.findings:
            return "findings"
        if self.skipped or not self.asked:
            return "unchecked"
        return "undecided" if self.undecided else "reached"


def ladder(runs: Sequence[Run], catalogue: Iterable[Rule]) -> tuple[Rung, ...]:
    """The ladder for some projects together; ``catalogue`` is every rule there is, asked or not."""
    rules = [rule for rule in catalogue if not rule.opt_in]
    answered = _answered(runs)
    findings = [finding for run in runs for finding in run.findings]
    undecided = [item.code for run in runs for item in run.undecided]
    rungs = []
    for name, consequence in RUNGS:
        codes = {rule.code for rule in rules if rule.consequence is consequence}
        rungs.append(
            Rung(
                name=name,
                consequence=consequence,
                findings=sum(finding.consequence is consequence for finding in findings),
                undecided=sum(code in codes for code in undecided),
                skipped=len(codes - answered),
                asked=len(codes & answered),
            )
        )
    return tuple(rungs)


def _answered(runs: Sequence[Run]) -> set[str]:
    """The codes of the rules that answered for every project: asked, about a deployment if need be, and not crashed."""
    codes = [
        {rule.code for rule in run.rules if run.deployments or not isinstance(rule, DeploymentRule)}
        - {crash.code for crash in run.crashes}
        for run in runs
    ]
    return set.intersection(*codes) if codes else set()
