"""AF401 auth-disabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import with_member
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted, subject
from agentflow_lint.framework.config_checks import auth_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment


class AuthDisabled(DeploymentRule):
    """Nobody has to say who they are to use the API."""

    code = "AF401"
    name = "auth-disabled"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the config's ``auth`` key."""
        config, release = deployment.config, deployment.release
        if not config.is_valid or not release.behaviour.serves_without_auth:
            return
        if auth_kind(release.version, config.data) != "off":
            return
        written = f"`auth` is {_written(config.data['auth'])}" if "auth" in config.data else "there is no `auth` key"
        yield self.finding(
            at=config.at_value("auth"),
            place="auth",
            message=(
                f"{subject(deployment)} serves without authentication: {written} in {config.path}, so whoever reaches "
                "the port can run the agent and read every thread."
            ),
            help='Set "auth" to "jwt", or to {"method": "custom", "path": "module:YourAuth"}.',
            deployment=deployment,
            fix=fix_of("Switch the built-in JWT on", Applicability.SUGGESTION, with_member(config, ("auth",), "jwt"))
            if release.behaviour.jwt_auth_starts
            else None,
        )


def _written(value: object) -> str:
    return "null" if value is None else quoted(value)
