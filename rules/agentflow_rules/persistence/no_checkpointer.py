"""AF502 no-checkpointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to_graph
from agentflow_lint.engine.wording import subject
from agentflow_rules.persistence.served_checkpointer import compiled_with, undecided_checkpointer
from agentflow_rules.persistence.to_postgres import postgres_added

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class NoCheckpointer(DeploymentRule):
    """The served graph is compiled without a checkpointer."""

    code = "AF502"
    name = "no-checkpointer"
    consequence = Consequence.LOSES_DATA

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge whether compile() is given a checkpointer at all."""
        yield from undecided_checkpointer(self, deployment)
        call = compiled_with(deployment)
        if call is None or call.checkpointer.kind != "none":
            return
        config = deployment.config
        ignored = config.at_value("checkpointer") if config.get("checkpointer") else None
        more = (Related(ignored, "no release ever applies this key"),) if ignored else ()
        yield self.finding(
            at=call.location,
            place="agent.checkpointer",
            message=(
                f"{subject(deployment)} serves a graph that is compiled without a checkpointer: the framework falls "
                "back to memory without a word, so every thread is gone after a restart."
            ),
            help="Pass checkpointer=PgCheckpointer(...) to compile(), fed from the environment.",
            deployment=deployment,
            related=way_to_graph(deployment, call.location, more),
            fix=postgres_added(deployment, call.place),
        )
