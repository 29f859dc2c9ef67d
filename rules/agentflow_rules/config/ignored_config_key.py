"""AF105 ignored-config-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import without_member
from agentflow_lint.engine.finding import Consequence, Related, Tag
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import server
from agentflow_lint.model.graph.results import Served, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import CompileCall, Outcome

_KEPT = {"checkpointer": "threads", "store": "memories"}


class IgnoredConfigKey(DeploymentRule):
    """The config names a checkpointer or store that the server never applies."""

    code = "AF105"
    name = "ignored-config-key"
    consequence = Consequence.LOSES_DATA
    tags = (Tag.UNNECESSARY,)

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for the keys whose value this release reads and drops; what counts is what compile() is given."""
        if deployment.config.get("checkpointer"):
            yield self._ignored(deployment, "checkpointer")
        if deployment.config.get("store") and not deployment.release.behaviour.binds_configured_store:
            yield self._ignored(deployment, "store")

    def _ignored(self, deployment: Deployment, key: str) -> Verdict:
        outcome = deployment.graph.outcome
        certain = not _may_keep(outcome, key)
        compiled = outcome.compile if isinstance(outcome, Served) else None
        loss = ", and without one they are gone at the next restart" if certain else ""
        return self.finding(
            deployment.config.at_key(key),
            key,
            f"{server(deployment)} reads {key} and never applies it: {_KEPT[key]} go to the {key} that the graph is "
            f"compiled with{loss}.",
            f"Pass it to compile({key}=...) where the graph is built, and remove the key."
            if certain
            else "Remove the key; what compile() is given counts.",
            consequence=None if certain else Consequence.CONFUSES,
            related=[Related(compiled.location, "the graph is compiled here")] if compiled else (),
            fix=None if certain else _removal(deployment, key),
        )


def _removal(deployment: Deployment, key: str) -> Fix | None:
    """Remove a key that does nothing, where compile() is given what it asks for; unsafe where that is not known."""
    outcome = deployment.graph.outcome
    given = isinstance(outcome, Served) and outcome.compile.checkpointer.kind != "unknown"
    applicability = Applicability.SAFE if given else Applicability.UNSAFE
    return fix_of(f"Remove {key}", applicability, without_member(deployment.config, (key,)))


def _may_keep(outcome: Outcome, key: str) -> bool:
    """Whether the compiled graph keeps what the key was meant to keep, or may do so."""
    if isinstance(outcome, Undecided):
        return True
    return isinstance(outcome, Served) and _is_given(outcome.compile, key)


def _is_given(compiled: CompileCall, key: str) -> bool:
    if key == "store":
        return compiled.store != "absent"
    return compiled.checkpointer.kind not in ("in-memory", "none")
