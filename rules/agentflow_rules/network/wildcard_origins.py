"""AF301 wildcard-origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place_of_entry, setting, subject, undecided
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.cors import WILDCARD, allowed_origins, is_refused_by_strict_checks, sends_credentials
from agentflow_rules.network.suggestions import ORIGIN, suggested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_HELP = "List the origins of your own front ends, such as ORIGINS=https://app.example.com."
_HELP_WITHOUT_CREDENTIALS = "List the origins that are meant, unless this API is for every website."


class WildcardOrigins(DeploymentRule):
    """CORS lets any website call the API."""

    code = "AF301"
    name = "wildcard-origins"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the effective ORIGINS."""
        origins = deployment.settings.text("ORIGINS")
        if isinstance(origins, Unknown):
            yield undecided(self, deployment, "ORIGINS", origins)
        if not isinstance(origins, Known) or WILDCARD not in allowed_origins(origins.value, deployment.release):
            return
        refused = is_refused_by_strict_checks(deployment, origins.value)
        without_credentials = sends_credentials(deployment) is False
        if refused:
            effect = "STRICT_PRODUCTION_CHECKS makes the server refuse to start with it"
        elif without_credentials:
            effect = "any website can call the API from its visitors' browsers, without their credentials"
        else:
            effect = "any website can call the API from its visitors' browsers, with their credentials"
        yield self.finding(
            at=place_of_entry(origins, WILDCARD, deployment),
            place="ORIGINS",
            message=f"{subject(deployment)} allows every origin: {setting('ORIGINS', origins)}, so {effect}.",
            help=_HELP_WITHOUT_CREDENTIALS if without_credentials and not refused else _HELP,
            consequence=Consequence.REFUSES_TO_START if refused else None,
            severity=Severity.WARNING if without_credentials and not refused else None,
            deployment=deployment,
            related=explained_by(deployment, "ORIGINS"),
            fix=suggested(deployment, "ORIGINS", WILDCARD, ORIGIN),
        )
