"""AF402 jwt-settings-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.settings import settings_added
from agentflow_lint.engine.editing.variables import written
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import server, source, subject, undecided
from agentflow_lint.framework.config_checks import is_jwt_auth
from agentflow_lint.model.values import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_ALGORITHM = "HS256"
_KEY_BEGINS = "-----BEGIN "
_WAYS_OUT = {
    "JWT_SECRET_KEY": "Provide JWT_SECRET_KEY at deploy time: at least 32 random bytes, from your secret store.",
    "JWT_ALGORITHM": "Set JWT_ALGORITHM explicitly, HS256 for a shared secret.",
}


class JwtSettingsMissing(DeploymentRule):
    """JWT auth is on and its secret or its algorithm is not set."""

    code = "AF402"
    name = "jwt-settings-missing"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look both variables up in the environment that the server has when it reads ``auth``."""
        if not is_jwt_auth(deployment.config.data):
            return
        for name, way_out in _WAYS_OUT.items():
            value = deployment.environment.get(name)
            if isinstance(value, Unknown):
                yield undecided(self, deployment, name, value)
            elif not isinstance(value, Known) or not value.value:
                yield self._missing(deployment, name, value if isinstance(value, Known) else None, way_out)

    def _missing(self, deployment: Deployment, name: str, empty: Known[str] | None, way_out: str) -> Verdict:
        auth = deployment.config.at_value("auth")
        state = f"{name} is empty ({source(empty.origin)})" if empty else f"{name} is not set"
        default = " (the settings' default does not count)" if name == "JWT_ALGORITHM" else ""
        return self.finding(
            at=(empty.origin.location if empty else None) or auth,
            place=name,
            message=(
                f"{subject(deployment)} uses JWT auth and {state}: {server(deployment)} wants it in the process "
                f"environment{default} and does not start."
            ),
            help=way_out,
            deployment=deployment,
            fix=_algorithm_set(deployment, empty) if name == "JWT_ALGORITHM" else None,
        )


def _algorithm_set(deployment: Deployment, empty: Known[str] | None) -> Fix | None:
    """Set the algorithm of a shared secret, which most are; not for what is a key pair's."""
    secret = deployment.environment.get("JWT_SECRET_KEY")
    if isinstance(secret, Known) and _KEY_BEGINS in secret.value:
        return None
    if empty is not None:
        edit = written(deployment.project, empty, _ALGORITHM)
    else:
        edit, _ = settings_added(deployment, {"JWT_ALGORITHM": _ALGORITHM}, "runtime")
    return fix_of(f"Set JWT_ALGORITHM={_ALGORITHM}", Applicability.UNSAFE, edit)
