"""AF511 schema-never-created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to_graph
from agentflow_lint.engine.wording import subject
from agentflow_lint.model.schema_creation.verdict import Uncertain, creates_tables_by_itself, schema_creation
from agentflow_rules.persistence.served_checkpointer import compiled_with, undecided_checkpointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class SchemaNeverCreated(DeploymentRule):
    """Nothing creates the tables that PgCheckpointer needs."""

    code = "AF511"
    name = "schema-never-created"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for a call of setup() or asetup() in what the server loads and in what the repository runs besides."""
        core = deployment.project.core
        if creates_tables_by_itself(core.version):
            return
        yield from undecided_checkpointer(self, deployment)
        call = compiled_with(deployment)
        if call is None or call.checkpointer.kind != "postgres":
            return
        at = call.checkpointer.location or call.location
        created = schema_creation(deployment)
        if isinstance(created, Uncertain):
            yield self.undecided(created.location, created.reason, deployment=deployment)
        elif not created:
            yield self.finding(
                at=at,
                place="agent.checkpointer",
                message=(
                    f"{subject(deployment)} serves a graph with {call.checkpointer.class_name}, and nothing that the "
                    "server loads, no start script, job or other step in the repository calls its setup() or asetup(): "
                    f"{core.distribution} {core.version} creates the tables nowhere else, so on a new database the "
                    "first request that touches a thread fails."
                ),
                help=(
                    "Await checkpointer.asetup() where the graph is made, in an async function that the config's agent "
                    "names, or run it in a step before the deploy."
                ),
                severity=Severity.WARNING,
                deployment=deployment,
                related=way_to_graph(deployment, at),
            )
