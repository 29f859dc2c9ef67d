"""AF508 ephemeral-sqlite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to_graph
from agentflow_lint.engine.wording import quoted, subject
from agentflow_lint.model.kept_files import KeptFile, sqlite_file
from agentflow_lint.model.values import Unknown
from agentflow_rules.persistence.kept_files import what_becomes_of, where_it_is_mounted
from agentflow_rules.persistence.served_checkpointer import compiled_with, undecided_checkpointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class EphemeralSqlite(DeploymentRule):
    """The SQLite database of the threads goes with its container, or with the process."""

    code = "AF508"
    name = "ephemeral-sqlite"
    consequence = Consequence.LOSES_DATA

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge where the served graph's SqliteCheckpointer keeps its database."""
        yield from undecided_checkpointer(self, deployment)
        call = compiled_with(deployment)
        if call is None or call.checkpointer.kind != "sqlite":
            return
        fact = call.checkpointer
        file = sqlite_file(deployment, fact)
        at = fact.location or call.location
        if isinstance(file, Unknown):
            yield self.undecided(at, file.reason, deployment=deployment)
        elif file.is_in_memory:
            fate = "a database that lives in the process's memory: every thread is gone after a restart or a deploy"
            yield self._said(deployment, file, f"`:memory:`, {fate}, and each worker process has its own")
        elif file.kept == "anonymous":
            reason = (
                f"{file.path} lies in an anonymous volume; whoever starts the container may mount a named one there"
            )
            yield self.undecided(at, reason, deployment=deployment)
        elif file.kept == "container":
            yield self._said(deployment, file, f"{quoted(file.path)}, {what_becomes_of(file, 'every thread')}")

    def _said(self, deployment: Deployment, file: KeptFile, fate: str) -> Verdict:
        return self.finding(
            at=file.location,
            place="agent.checkpointer.db_path",
            message=f"{subject(deployment)} keeps its threads in the SQLite database {fate}.",
            help="Compile the graph with PgCheckpointer, or mount a volume and put the database on it.",
            severity=None if file.certain or file.is_in_memory else Severity.WARNING,
            deployment=deployment,
            related=way_to_graph(deployment, file.location, where_it_is_mounted(file)),
        )
