"""AF304 wildcard-hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place_of_entry, setting, subject, undecided
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.network.hosts import ANY_HOST, answers_any_host
from agentflow_rules.network.strict_checks import checks_strictly
from agentflow_rules.network.suggestions import HOST, suggested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class WildcardHosts(DeploymentRule):
    """The server answers requests for any host name."""

    code = "AF304"
    name = "wildcard-hosts"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the effective ALLOWED_HOST."""
        hosts = deployment.settings.text("ALLOWED_HOST")
        if isinstance(hosts, Unknown):
            yield undecided(self, deployment, "ALLOWED_HOST", hosts)
        if not isinstance(hosts, Known) or not answers_any_host(hosts.value):
            return
        # The strict check compares the whole value: `*,api.example.com` passes it.
        refused = hosts.value == ANY_HOST and checks_strictly(deployment)
        effect = (
            "STRICT_PRODUCTION_CHECKS makes the server refuse to start with it"
            if refused
            else "a page that has its own name resolve to this server (DNS rebinding) gets answers"
        )
        yield self.finding(
            at=place_of_entry(hosts, ANY_HOST, deployment),
            place="ALLOWED_HOST",
            message=f"{subject(deployment)} accepts every Host header: {setting('ALLOWED_HOST', hosts)}, so {effect}.",
            help="List the names under which clients and the proxy reach the server, such as "
            "ALLOWED_HOST=api.example.com; no blanks after the commas.",
            consequence=Consequence.REFUSES_TO_START if refused else None,
            severity=None if refused else Severity.WARNING,
            deployment=deployment,
            related=explained_by(deployment, "ALLOWED_HOST"),
            fix=suggested(deployment, "ALLOWED_HOST", ANY_HOST, HOST),
        )
