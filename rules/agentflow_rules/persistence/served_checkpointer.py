"""What the persistence rules ask: with which checkpointer is the served graph compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.results import CompileCall, Served, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.finding import Undecided as UndecidedVerdict
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.model.deployment import Deployment


def compiled_with(deployment: Deployment) -> CompileCall | None:
    """The compile() call of the served graph; None where the server gets none, or that cannot be told."""
    outcome = deployment.intended_graph.outcome
    return outcome.compile if isinstance(outcome, Served) else None


def undecided_checkpointer(rule: Rule, deployment: Deployment) -> Iterator[UndecidedVerdict]:
    """The statement that ``rule`` could not tell the checkpointer, if so.

    A graph that certainly cannot be loaded leaves nothing open: that is another rule's finding.
    """
    outcome = deployment.intended_graph.outcome
    agent = deployment.config.at_value("agent")
    if isinstance(outcome, Undecided):
        yield rule.undecided(outcome.location or agent, outcome.reason, deployment=deployment)
    elif isinstance(outcome, Served) and outcome.compile.checkpointer.kind == "unknown":
        fact = outcome.compile.checkpointer
        reason = fact.reason or "the checkpointer cannot be followed"
        yield rule.undecided(fact.location or outcome.compile.location, reason, deployment=deployment)
