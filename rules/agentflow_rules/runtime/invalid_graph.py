"""AF209 invalid-graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to_graph
from agentflow_lint.engine.wording import server, subject
from agentflow_lint.model.graph.results import ConstructionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_CAUSES = {
    "graph": "compile() refuses the graph: {reason}",
    "abstract-class": "loading the graph instantiates a class that cannot be: {reason}",
    "unsupported-provider": "the agent cannot be made: {reason}",
    "raised": "loading the graph raises {error}",
}
_HELP = {
    "graph": "Give the graph an entry point, and name only nodes that it has in edges and interrupts.",
    "abstract-class": "Define these methods in the class, or derive it from one of the framework's that has them.",
    "unsupported-provider": "Name a provider that this release supports: google, openai, or anthropic where it has it.",
    "raised": "Mend what raises; it runs whenever the server starts.",
}


class InvalidGraph(DeploymentRule):
    """The graph cannot be built: its own code or compile() raises."""

    code = "AF209"
    name = "invalid-graph"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge what keeps the graph from being built, missing variables aside (those are AF115's)."""
        graph = deployment.intended_graph
        outcome = graph.outcome
        if graph.may_raise is not None:
            at = graph.may_raise.location or deployment.config.at_value("agent")
            yield self.undecided(at, f"loading the graph may raise: {graph.may_raise.reason}", deployment=deployment)
        if not isinstance(outcome, ConstructionError) or outcome.kind not in _CAUSES or outcome.variables:
            return
        at = outcome.location
        # What an exception says may quote a value, and values may be secrets: its type has to do.
        cause = _CAUSES[outcome.kind].format(reason=outcome.reason, error=outcome.reason.partition(":")[0])
        yield self.finding(
            at=at,
            place=f"agent.{outcome.kind}",
            message=f"{subject(deployment)} ({server(deployment)}) does not start, because {cause}.",
            help=_HELP[outcome.kind],
            deployment=deployment,
            related=way_to_graph(deployment, at),
        )
