"""AF204 not-a-compiled-graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted
from agentflow_lint.model.graph.results import NotACompiledGraph as SomethingElse
from agentflow_lint.model.graph.results import Undecided
from agentflow_rules.runtime.loading import Words, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.load_failures import LoadFailure


class NotACompiledGraph(DeploymentRule):
    """What the config's ``agent`` leads to is no compiled graph."""

    code = "AF204"
    name = "not-a-compiled-graph"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Follow ``agent`` to what the server's loader gets."""
        yield from verdicts(self, deployment, lambda failure: _words(failure, deployment))


def _words(failure: LoadFailure, deployment: Deployment) -> Words | None:
    cause = failure.cause
    if failure.key != ("agent",) or not isinstance(cause, (SomethingElse, Undecided)):
        return None
    if isinstance(cause, Undecided):
        return Words("agent")
    named = quoted(deployment.config.get("agent"))
    message = (
        f"agent is {named}, and what the server gets is {cause.description}; it takes a compiled graph, or a function "
        "without required parameters that returns one"
    )
    way = "Name what compile() returns, such as `app = graph.compile(checkpointer=checkpointer)`."
    steps = tuple(Related(step.location, step.text) for step in deployment.intended_graph.trail)
    return Words("agent", message, way, steps)
