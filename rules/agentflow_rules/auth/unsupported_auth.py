"""AF404 unsupported-auth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.config_rule import ConfigValueRule
from agentflow_lint.engine.finding import Consequence

if TYPE_CHECKING:
    from agentflow_lint.framework.config_checks import Rejection
    from agentflow_lint.model.deployment import Deployment


class UnsupportedAuth(ConfigValueRule):
    """The ``auth`` key holds something that this release does not know."""

    code = "AF404"
    name = "unsupported-auth"
    consequence = Consequence.REFUSES_TO_START

    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """Name the forms that this release takes."""
        auth = deployment.config.get("auth")
        if isinstance(auth, dict) and auth.get("method") == "jwt" and deployment.release.behaviour.jwt_auth_starts:
            return 'Write "auth": "jwt".'
        return 'Write "auth": {"method": "custom", "path": "module:YourAuth"} for a backend of your own.'
