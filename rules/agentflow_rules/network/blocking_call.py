"""AF333 blocking-call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to
from agentflow_lint.engine.wording import quoted
from agentflow_lint.model.graph.results import Undecided
from agentflow_rules.runtime.loading import is_shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.running.waits import Wait

_ROLES = {"node": "node", "tool": "tool", "condition": "edge condition"}


class BlockingCall(DeploymentRule):
    """A node or tool blocks the event loop, or waits without a timeout."""

    code = "AF333"
    name = "blocking-call"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge what the nodes, tools and conditions of the served graph call."""
        outcome = deployment.intended_graph.outcome
        if isinstance(outcome, Undecided):
            at = outcome.location or deployment.config.at_value("agent")
            yield self.undecided(at, outcome.reason, deployment=deployment)
        for wait in deployment.waits:
            shared = is_shared(deployment, lambda other, wait=wait: wait in other.waits)  # type: ignore[misc]
            yield self._said(deployment, wait, shared=shared)

    def _said(self, deployment: Deployment, wait: Wait, *, shared: bool) -> Verdict:
        at = wait.place.location
        role = _ROLES[wait.role]
        steps = [
            Related(wait.handed_over.location, f"the graph gets the {role} {wait.unit} here"),
            Related(wait.start.location, f"{wait.unit} is defined here"),
            *(Related(step.location, step.text) for step in wait.way),
        ]
        return self.finding(
            at=at,
            place=f"{wait.function}: {wait.dotted}",
            message=_message(wait, role),
            help=_help(wait),
            deployment=None if shared else deployment,
            related=way_to(deployment, at, key=("agent",), steps=steps),
        )


def _message(wait: Wait, role: str) -> str:
    called = quoted(_shown(wait.dotted))
    who = f"The {role} {quoted(wait.unit)}"
    through = f", through {quoted(wait.function)}," if wait.function != wait.unit else ""
    endless = "without an answer it never comes back, because it has no timeout"
    if not wait.on_loop:
        return f"{who}{through} calls {called}: {endless}, and the run waits with it."
    kept = "meanwhile the worker answers nobody, and streams nothing"
    tail = f"; {endless}" if wait.endless else ""
    return f"{who}{through} calls {called} on the event loop and waits for {wait.kind.waits_for}: {kept}{tail}."


def _help(wait: Wait) -> str:
    timeout = "give the call a timeout, such as `timeout=30`"
    if not wait.on_loop:
        return f"{timeout[0].upper()}{timeout[1:]}."
    instead = wait.kind.instead
    if wait.role == "condition":
        instead = "do it in a node, and let the condition read the state: conditions are never run in a thread"
    way_out = f"{instead[0].upper()}{instead[1:]}"
    return f"{way_out}, and {timeout}." if wait.endless else f"{way_out}."


def _shown(dotted: str) -> str:
    """The name as it is written: ``OpenAI().chat.completions.create`` without the package that is implied."""
    return dotted.removeprefix("builtins.")
