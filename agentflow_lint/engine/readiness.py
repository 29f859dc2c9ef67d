"""The readiness ladder: how far towards production a project is, by what the findings lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.records import record

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

Status = Literal["reached", "findings", "hidden", "undecided", "unchecked"]


@record(frozen=True)
class Rung:
    """One rung.

    ``findings`` have its consequence, whatever their severity, and so have the ``hidden`` ones, which are held back;
    ``undecided`` cases belong to rules that usually have it; ``asked`` is how many such rules answered, ``skipped`` how
    many did not, because they were ignored, not selected or crashed.
    """

    name: str
    consequence: Consequence
    findings: int
    hidden: int
    undecided: int
    asked: int
    skipped: int

    @property
    def status(self) -> Status:
        """``reached`` only when every question was asked and answered: nothing found, hidden, undecided, left out."""
        if self.findings:
            return "findings"
        if self.hidden:
            return "hidden"
        if self.skipped or not self.asked:
            return "unchecked"
        return "undecided" if self.undecided else "reached"


def ladder(runs: Sequence[Run], catalogue: Iterable[Rule]) -> tuple[Rung, ...]:
    """The ladder for some projects together; ``catalogue`` is every rule there is, asked or not."""
    rules = [rule for rule in catalogue if not rule.opt_in]
    answered = _answered(runs)
    findings = [finding for run in runs for finding in run.findings]
    hidden = [held.finding for run in runs for held in run.hidden]
    undecided = [item.code for run in runs for item in run.undecided]
    rungs = []
    for name, consequence in RUNGS:
        codes = {rule.code for rule in rules if rule.consequence is consequence}
        rungs.append(
            Rung(
                name=name,
                consequence=consequence,
                findings=sum(finding.consequence is consequence for finding in findings),
                hidden=sum(finding.consequence is consequence for finding in hidden),
                undecided=sum(code in codes for code in undecided),
                asked=len(codes & answered),
                skipped=len(codes - answered),
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
