"""AF113: a value in the env file loses to the process environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted, source, subject
from agentflow_lint.model.values import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class EnvValueOverridden(DeploymentRule):
    """A value in the env file loses to a different one in the process environment."""

    code = "AF113"
    name = "env-value-overridden"
    consequence = Consequence.CONFUSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Compare the file that is loaded with what is there before it."""
        environment = deployment.environment
        if not environment.env_file.reaches("runtime"):
            return
        for name, mine, winner in environment.hidden_by_process():
            at = mine.origin.location or deployment.anchor
            if not isinstance(winner, Known):
                reason = f"{name} comes from outside, so whether it differs from the value here is not known"
                yield self.undecided(at, reason, deployment=deployment)
            elif winner.value != mine.value:
                yield self._overridden(deployment, name, mine, winner)

    def _overridden(self, deployment: Deployment, name: str, mine: Known[str], winner: Known[str]) -> Verdict:
        place = winner.origin.location
        path = deployment.environment.env_file.path
        return self.finding(
            mine.origin.location or deployment.anchor,
            name,
            f"{subject(deployment)} does not take {name} from {path}: {_told_apart(name, mine, winner)}, because the "
            "server's loader never overrides a variable that exists.",
            f"Change {name} where it counts ({source(winner.origin)}), or remove it from one of the two.",
            deployment=deployment,
            related=[Related(place, "this value counts")] if place else (),
        )


def _told_apart(name: str, mine: Known[str], winner: Known[str]) -> str:
    """Both values; of secrets, which look alike when hidden, only where they come from."""
    losing, winning = (quoted(value, name) if value else "an empty value" for value in (mine.value, winner.value))
    if losing == winning:
        return f"the value here loses to another one from {source(winner.origin)}"
    return f"{losing} loses to {winning} from {source(winner.origin)}"
