"""AF404 unsupported-auth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.config_rule import ConfigValueRule
from agentflow_lint.engine.editing.config_members import with_value
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, fix_of

if TYPE_CHECKING:
    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.framework.config_checks import Rejection
    from agentflow_lint.model.deployment import Deployment


class UnsupportedAuth(ConfigValueRule):
    """The ``auth`` key holds something that this release does not know."""

    code = "AF404"
    name = "unsupported-auth"
    consequence = Consequence.REFUSES_TO_START

    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """Name the forms that this release takes."""
        if _means_jwt(deployment):
            return 'Write "auth": "jwt".'
        return 'Write "auth": {"method": "custom", "path": "module:YourAuth"} for a backend of your own.'

    def fix(self, rejection: Rejection, deployment: Deployment) -> Fix | None:
        """Write the string for the object that says the same."""
        if not _means_jwt(deployment):
            return None
        auth = deployment.config.get("auth")
        drops_more = isinstance(auth, dict) and len(auth) > 1
        edit = with_value(deployment.config, ("auth",), "jwt")
        return fix_of('Write "jwt"', Applicability.UNSAFE if drops_more else Applicability.SAFE, edit)


def _means_jwt(deployment: Deployment) -> bool:
    """Whether an object, or a string in other letters, asks for the built-in JWT, and the release starts with that."""
    auth = deployment.config.get("auth")
    method = auth.get("method") if isinstance(auth, dict) else auth
    named = isinstance(method, str) and method.strip().lower() == "jwt"
    return named and deployment.release.behaviour.jwt_auth_starts
