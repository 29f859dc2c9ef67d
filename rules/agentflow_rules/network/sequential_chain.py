"""AF332 sequential-chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.options import Option
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to, way_to_graph
from agentflow_lint.engine.wording import quoted, server, subject
from agentflow_lint.framework.graph_runs import RECURSION_LIMIT
from agentflow_lint.model.graph.results import Served, Undecided
from agentflow_lint.model.running.loops import uncounted_loops
from agentflow_lint.model.running.sequence import endless_run, longest_chain
from agentflow_lint.model.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import CompileCall
    from agentflow_lint.model.running.loops import UncountedLoop
    from agentflow_lint.model.running.sequence import Chain, Endless, Node

_MOST_NAMED = 6


class SequentialChain(DeploymentRule):
    """The graph makes too many calls one after another, or goes round without an end."""

    code = "AF332"
    name = "sequential-chain"
    consequence = Consequence.DEGRADES  # fails-requests where only the recursion limit ends a run

    most_calls = Option(
        "max-sequential-calls",
        default=8,
        minimum=1,
        description="How many calls of models and tools in a row are not too many.",
    )

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the longest way through the served graph, and whether there is a way out of it."""
        outcome = deployment.intended_graph.outcome
        if isinstance(outcome, Undecided):
            at = outcome.location or deployment.config.at_value("agent")
            yield self.undecided(at, outcome.reason, deployment=deployment)
        if not isinstance(outcome, Served):
            return
        for loop in uncounted_loops(outcome.compile):
            yield self._uncounted(deployment, loop)
        endless = endless_run(deployment)
        if endless is not None:
            yield self._endless(deployment, outcome.compile, endless)
        limit = self.most_calls
        chain = longest_chain(outcome.compile, limit)
        if isinstance(chain, Unknown):
            yield self.undecided(outcome.compile.location, chain.reason, deployment=deployment)
        elif chain.calls > limit:
            yield self._long(deployment, outcome.compile, chain, limit)

    def _long(self, deployment: Deployment, call: CompileCall, chain: Chain, limit: int) -> Verdict:
        way = f" ({_named(chain.nodes)})" if chain.nodes else ""
        at = call.location
        return self.finding(
            at=at,
            place="agent.sequence",
            message=(
                f"{subject(deployment)} serves a graph that calls a model or a tool {chain.calls} times in a row on "
                f"its longest way{way}, more than {limit}: each waits for the one before it, and the client for all."
            ),
            help="Merge steps, do independent ones in one node with asyncio.gather(), or raise max-sequential-calls.",
            deployment=deployment,
            related=way_to_graph(deployment, at, _ends(chain.nodes, "the first of these calls", "the last of them")),
        )

    def _endless(self, deployment: Deployment, call: CompileCall, endless: Endless) -> Verdict:
        at = next((node.place for node in endless.nodes if node.place is not None), call.place).location
        if endless.kind == "loop":
            what = f"nothing leads out of the loop {_named(endless.nodes, closed=True)}"
            help_ = "Lead out of the loop: an edge to END, or a condition that leads there at some time."
        else:
            what = f"even the shortest way to its end has more nodes than a run may take ({_named(endless.nodes)})"
            help_ = "Merge nodes: clients would have to ask for a higher recursion_limit with every request."
        who = "every run" if endless.always else "each run that comes there"
        return self.finding(
            at=at,
            place=f"agent.{endless.kind}",
            message=(
                f"{subject(deployment)} serves a graph without an end: {what}. {server(deployment)} stops {who} at the "
                f"recursion limit, {RECURSION_LIMIT} steps unless the request asks for another, and answers 500."
            ),
            help=help_,
            consequence=Consequence.FAILS_REQUESTS,
            deployment=deployment,
            related=way_to_graph(deployment, at, _ends(endless.nodes, "the first of these nodes", "the last of them")),
        )

    def _uncounted(self, deployment: Deployment, loop: UncountedLoop) -> Verdict:
        at = loop.place.location
        through = f", through {quoted(loop.function)}," if loop.function != loop.unit else ""
        steps = [
            Related(loop.start.location, f"{loop.unit} is defined here"),
            *(Related(step.location, step.text) for step in loop.way),
        ]
        return self.finding(
            at=at,
            place=f"{loop.function}.loop",
            message=(
                f"{subject(deployment)}: {quoted(loop.unit)}{through} asks a model again and again in a `while True` "
                "that counts no rounds. Only the model's answers end it: the recursion limit counts nodes, not what "
                "happens inside one."
            ),
            help="Use `for attempt in range(n)`, or make the round a node, so that the recursion limit holds.",
            deployment=deployment,
            related=way_to(deployment, at, key=("agent",), steps=steps),
        )


def _named(nodes: Sequence[Node], *, closed: bool = False) -> str:
    names = [f"`{node.name}`" for node in nodes]
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 2], "...", names[-1]]
    return " -> ".join([*names, names[0]] if closed and names else names)


def _ends(nodes: Sequence[Node], first: str, last: str) -> list[Related]:
    places = [node.place for node in nodes if node.place is not None]
    texts = [(places[0], first), (places[-1], last)] if places else []
    return [Related(place.location, text) for place, text in texts]
