"""AF403 weak-jwt-secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place_of, server, source, subject, undecided
from agentflow_lint.framework.config_checks import is_jwt_auth
from agentflow_lint.framework.jwt import MINIMUM_HMAC_BYTES, JwtProblem, jwt_problems
from agentflow_lint.framework.placeholders import is_placeholder
from agentflow_lint.model.values import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_HELP = (
    "Provide a random secret at deploy time, from your secret store: "
    'python -c "import secrets; print(secrets.token_urlsafe(48))" makes one.'
)


class WeakJwtSecret(DeploymentRule):
    """The key that signs the users' tokens can be guessed."""

    code = "AF403"
    name = "weak-jwt-secret"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the secret's length, and whether it is a stand-in, without ever showing it."""
        if not is_jwt_auth(deployment.config.data):
            return
        secret = deployment.environment.get("JWT_SECRET_KEY")
        if isinstance(secret, Unknown):
            yield undecided(self, deployment, "JWT_SECRET_KEY", secret)
        if not isinstance(secret, Known) or not secret.value:
            return
        short = _too_short(deployment, secret.value)
        if not short and not is_placeholder(secret.value):
            return
        refuses = short is not None and short.refuses
        fault = f"has {len(secret.value.encode())} bytes" if short else "is a placeholder"
        effect = (
            f"{server(deployment)} refuses to start in production with an HMAC secret under {MINIMUM_HMAC_BYTES} bytes"
            if refuses
            else "anyone who guesses it can sign tokens for any user"
        )
        yield self.finding(
            at=place_of(secret, deployment),
            place="JWT_SECRET_KEY",
            message=f"{subject(deployment)}: JWT_SECRET_KEY ({source(secret.origin)}) {fault}; {effect}.",
            help=_HELP,
            consequence=Consequence.REFUSES_TO_START if refuses else None,
            deployment=deployment,
        )


def _too_short(deployment: Deployment, secret: str) -> JwtProblem | None:
    """What the server says about the secret's length; nothing while the algorithm is not known."""
    algorithm = deployment.environment.get("JWT_ALGORITHM")
    if not isinstance(algorithm, Known):
        return None
    problems = jwt_problems(
        deployment.release.version,
        production=deployment.in_production is True,
        secret=secret,
        algorithm=algorithm.value,
    )
    return next((problem for problem in problems if problem.kind == "short-secret"), None)
