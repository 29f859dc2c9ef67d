"""The rule whose verdicts are the server's own: a config value that the pinned release refuses.

Several rules share the replayed parsers (``agentflow_lint.framework.config_checks``); each rejection names the code of
the rule that owns it, and the rule itself only says the way out.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import server, subject
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.values import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.config_checks import Rejection
    from agentflow_lint.model.deployment import Deployment


class ConfigValueRule(DeploymentRule):
    """A rule that owns some of the rejections of a deployment's config.

    A rejection that depends on no environment variable is true of the project whoever deploys it: its finding names no
    deployment, comes out equal for each of them, and the runner keeps one. The others are judged, and named, per
    deployment.
    """

    @abstractmethod
    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """What to do about a rejection: the finding's help."""

    def fix(self, rejection: Rejection, deployment: Deployment) -> Fix | None:
        """What makes a rejection go away, if the file alone tells."""
        return None

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Yield one verdict per rejection that this rule owns, in start-up order."""
        for rejection in deployment.config_rejections:
            if rejection.rule == self.code:
                yield self.verdict(rejection, deployment)

    def verdict(self, rejection: Rejection, deployment: Deployment) -> Verdict:
        """The verdict on one rejection: undecided where something outside the config can still avert it."""
        at = deployment.config.at_value(*rejection.path)
        concerned = deployment if rejection.environment else None
        if rejection.uncertain:
            return self.undecided(at, rejection.message, deployment=concerned)
        consequence, outcome = _outcome(rejection, deployment)
        who = f"{subject(deployment)} ({server(deployment)})" if concerned else server(deployment)
        return self.finding(
            at,
            dotted(rejection.path),
            f"{rejection.message}. {who} {outcome}.",
            self.way_out(rejection, deployment),
            consequence=consequence,
            deployment=concerned,
            related=_where_variables_stand(rejection, deployment),
            fix=self.fix(rejection, deployment),
        )


def _outcome(rejection: Rejection, deployment: Deployment) -> tuple[Consequence, str]:
    """What becomes of the server, and the predicate that says so."""
    if rejection.when == "use":
        return Consequence.FAILS_REQUESTS, "starts, and the requests that need it fail"
    package = rejection.requires
    if package and package not in deployment.project.requested_distributions:
        # routers/ping/readiness.py imports the package again, and a failed import is a failed check.
        outcome = f"does not start if the {package} package is installed; without it /health/ready answers 503"
        return Consequence.FAILS_REQUESTS, outcome
    return Consequence.REFUSES_TO_START, "does not start"


def _where_variables_stand(rejection: Rejection, deployment: Deployment) -> Iterator[Related]:
    for name in rejection.environment:
        value = deployment.environment.get(name)
        origin = value.origin if isinstance(value, (Known, Unknown)) else None
        if origin and origin.location:
            yield Related(origin.location, f"{name} is set here")
