"""AF309 security-headers-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.settings import setting_edit
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import explained_by, place_of, setting, subject, undecided
from agentflow_lint.model.values import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_HEADERS = "SECURITY_HEADERS_ENABLED"
_HSTS = ("HSTS_ENABLED", "HSTS_MAX_AGE")
_EFFECTS = {
    _HEADERS: "answers carry no Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, Referrer-Policy or "
    "Strict-Transport-Security",
    "HSTS_ENABLED": "answers over https carry no Strict-Transport-Security, so a browser may be led to plain http",
    "HSTS_MAX_AGE": "each answer over https tells browsers to forget that the host is to be called over https only",
}


class SecurityHeadersOff(DeploymentRule):
    """Production answers without the security headers that the server would send."""

    code = "AF309"
    name = "security-headers-off"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the switches in production; those of HSTS count only while the headers are on."""
        settings = deployment.settings
        if deployment.in_production is False:
            return
        for name in (_HEADERS, *_HSTS):
            value = settings[name]
            if isinstance(value, Unknown):
                yield undecided(self, deployment, name, value)
            elif isinstance(value, Known) and _switches_off(value.value):
                mode = settings["MODE"]
                if isinstance(mode, Unknown):
                    yield undecided(self, deployment, "MODE", mode)
                else:
                    yield self._said(deployment, name, value)
                return

    def _said(self, deployment: Deployment, name: str, value: Known[object]) -> Verdict:
        default = deployment.settings.default(name).value
        return self.finding(
            at=place_of(value, deployment),
            place=name,
            message=f"{subject(deployment)} in production: {setting(name, value)}, so {_EFFECTS[name]}.",
            help=f"Remove {name}: the default is {str(default).lower()}. If the proxy in front sends these headers, "
            "ignore this rule with that reason.",
            deployment=deployment,
            related=explained_by(deployment, name),
            fix=fix_of(
                f"Give {name} its default",
                Applicability.UNSAFE,
                setting_edit(deployment, name, str(default).lower()),
            ),
        )


def _switches_off(value: object) -> bool:
    if isinstance(value, bool):
        return not value
    return isinstance(value, int) and value <= 0
