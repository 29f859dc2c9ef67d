"""AF105 ignored-config-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import ProjectRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.project import Project


class IgnoredConfigKey(ProjectRule):
    """The config names a checkpointer or store that the server never applies."""

    code = "AF105"
    name = "ignored-config-key"
    consequence = Consequence.LOSES_DATA

    def check(self, project: Project) -> Iterator[Verdict]:
        """Look for the keys whose value this release reads and drops."""
        if project.config.get("checkpointer"):
            yield self._ignored(project, "checkpointer", "threads")
        if project.config.get("store") and not project.release.behaviour.binds_configured_store:
            yield self._ignored(project, "store", "memories")

    def _ignored(self, project: Project, key: str, kept: str) -> Verdict:
        server = f"{project.release.distribution} {project.release.version}"
        return self.finding(
            project.config.at_key(key),
            key,
            f"{server} reads {key} and never applies it: {kept} go to the {key} that the graph was compiled with, and "
            "without one they are gone at the next restart.",
            f"Pass it to compile({key}=...) where the graph is built, and remove the key.",
        )
