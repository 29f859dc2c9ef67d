"""AF302 credentialed-wildcard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place_of_entry, server, setting, subject, undecided
from agentflow_lint.framework.behaviour import first_release_with
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.cors import WILDCARD, allowed_origins, sends_credentials
from agentflow_rules.network.suggestions import ORIGIN, suggested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_HELP = "List the origins of your own front ends, such as ORIGINS=https://app.example.com"


class CredentialedWildcard(DeploymentRule):
    """CORS allows every origin together with credentials in production."""

    code = "AF302"
    name = "credentialed-wildcard"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge ORIGINS, CORS_ALLOW_CREDENTIALS and MODE together."""
        origins = deployment.settings.text("ORIGINS")
        conditions = {
            "MODE": deployment.in_production,
            "ORIGINS": _holds_wildcard(origins, deployment),
            "CORS_ALLOW_CREDENTIALS": sends_credentials(deployment),
        }
        if False in conditions.values():
            return
        for name, holds in conditions.items():
            value = deployment.settings[name]
            if holds is None and isinstance(value, Unknown):
                yield undecided(self, deployment, name, value)
                return
        if not isinstance(origins, Known):
            return
        refused = deployment.release.behaviour.refuses_credentialed_wildcard
        if refused:
            message = (
                f"{subject(deployment)} refuses to start in production: {setting('ORIGINS', origins)} while "
                "cross-origin credentials are allowed."
            )
            remedy = f"{_HELP}, or set CORS_ALLOW_CREDENTIALS=false for an API that is meant for every website."
        else:
            since = first_release_with("refuses_credentialed_wildcard")
            message = (
                f"{subject(deployment)} lets any website act as its visitors: {setting('ORIGINS', origins)}, and "
                f"{server(deployment)} always allows cross-origin credentials."
            )
            remedy = f"{_HELP}. From {since} on, the server refuses to start with this."
        yield self.finding(
            at=place_of_entry(origins, WILDCARD, deployment),
            place="ORIGINS",
            message=message,
            help=remedy,
            consequence=None if refused else Consequence.EXPOSES,
            deployment=deployment,
            related=(*_conditions_set(deployment), *explained_by(deployment, "ORIGINS")),
            fix=suggested(deployment, "ORIGINS", WILDCARD, ORIGIN),
        )


def _holds_wildcard(origins: object, deployment: Deployment) -> bool | None:
    if isinstance(origins, Known):
        return WILDCARD in allowed_origins(origins.value, deployment.release)
    return None if isinstance(origins, Unknown) else False


def _conditions_set(deployment: Deployment) -> Iterator[Related]:
    """Where the other two conditions are written."""
    words = {"MODE": "production is set here", "CORS_ALLOW_CREDENTIALS": "credentials are allowed here"}
    for name, message in words.items():
        value = deployment.settings[name]
        if isinstance(value, Known) and value.origin.location:
            yield Related(value.origin.location, message)
