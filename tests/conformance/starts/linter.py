"""What the linter says of a project on disk: its findings, as a user gets them, and the model behind them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from agentflow_lint.check import Request, check
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.model.deployment import BARE_PROJECT
from agentflow_lint.model.graph.results import ConstructionError, MissingVariable, Served, Undecided

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import ServedGraph

#: The codes by which rules say what the model knows of a graph that cannot be loaded.
_OF_MODEL = {"graph": "AF209", "abstract-class": "AF209", "checkpointer": "AF509", "provider-key": "AF115"}
#: What no rule is there for: the project's own code raises.
RAISED = "raised"


@dataclass(frozen=True)
class Claim:
    """Why the server refuses to start and what was left open (both as lines that begin with a code), and the codes
    of all findings; ``deployment`` is the model that settings, hosts and the graph are asked of."""

    deployment: Deployment
    refusing: tuple[str, ...]
    open: tuple[str, ...]
    findings: frozenset[str]
    undecided: frozenset[str]

    @property
    def refuses(self) -> bool | None:
        """Whether the server does not start; None where the linter does not say."""
        if self.refusing:
            return True
        return None if self.open else False

    @property
    def codes(self) -> frozenset[str]:
        """The codes that refuse."""
        return frozenset(line.partition(" ")[0] for line in self.refusing)

    @property
    def open_codes(self) -> frozenset[str]:
        """The codes of the questions that are left open."""
        return frozenset(line.partition(" ")[0] for line in self.open)


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


class LinterError(Exception):
    """The linter crashed, or found no project."""


def judge(project: Path, release: str) -> Claim:
    """The linter's verdicts on the project as such, in front of that release. Raises :class:`LinterError`."""
    report = check(Request((str(project),), target_release=release, deployments=(BARE_PROJECT,)), _catalogue())
    if len(report.runs) != 1 or report.runs[0].crashes:
        raise LinterError(f"{len(report.runs)} projects, crashes: {[run.crashes for run in report.runs]}")
    run = report.runs[0]
    may_refuse = {rule.code for rule in _catalogue().rules if rule.consequence is Consequence.REFUSES_TO_START}
    deployment = next(each for each in run.project.all_deployments if each.name == BARE_PROJECT)
    refusing = [
        f"{each.code} {each.message}" for each in run.findings if each.consequence is Consequence.REFUSES_TO_START
    ]
    said, left = _of_graph(deployment.graph)
    open_questions = [f"{each.code} {each.reason}" for each in run.undecided if each.code in may_refuse]
    return Claim(
        deployment,
        tuple(dict.fromkeys(refusing + said)),
        tuple(dict.fromkeys(open_questions + left)),
        frozenset(each.code for each in run.findings),
        frozenset(each.code for each in run.undecided),
    )


def _of_graph(graph: ServedGraph) -> tuple[list[str], list[str]]:
    """What the model says of the graph itself: reasons to refuse, and open questions."""
    outcome = graph.outcome
    if isinstance(outcome, Undecided):
        return [], [f"agent {outcome.reason}"]
    if isinstance(outcome, Served):
        return [], [] if graph.may_raise is None else [f"{RAISED} {graph.may_raise.reason}"]
    if isinstance(outcome, MissingVariable):
        return [f"AF115 {outcome.reason}"], []
    if isinstance(outcome, ConstructionError):
        return [f"{_OF_MODEL.get(outcome.kind, RAISED)} {outcome.reason}"], []
    return [f"agent {type(outcome).__name__}"], []
