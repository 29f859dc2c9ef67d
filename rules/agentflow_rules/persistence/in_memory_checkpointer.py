"""AF501 in-memory-checkpointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to_graph
from agentflow_lint.engine.wording import subject
from agentflow_rules.persistence.served_checkpointer import compiled_with, undecided_checkpointer
from agentflow_rules.persistence.to_postgres import postgres_instead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_IN_MEMORY = "InMemoryCheckpointer"


class InMemoryCheckpointer(DeploymentRule):
    """The served graph keeps its threads in the memory of one process."""

    code = "AF501"
    name = "in-memory-checkpointer"
    consequence = Consequence.LOSES_DATA

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the checkpointer that the served graph is compiled with."""
        yield from undecided_checkpointer(self, deployment)
        call = compiled_with(deployment)
        if call is None or call.checkpointer.kind != "in-memory":
            return
        place = call.checkpointer.place or call.place
        at = place.location
        name = call.checkpointer.class_name or _IN_MEMORY
        which = name if name == _IN_MEMORY else f"{name}, which is an {_IN_MEMORY}"
        yield self.finding(
            at=at,
            place="agent.checkpointer",
            message=(
                f"{subject(deployment)} serves a graph that is compiled with {which}: every thread is gone after a "
                "restart or a deploy, and a second process or replica never sees it."
            ),
            help="Compile the graph with PgCheckpointer, its DSN and Redis URL taken from the environment.",
            deployment=deployment,
            related=way_to_graph(deployment, at),
            fix=postgres_instead(deployment, place),
        )
