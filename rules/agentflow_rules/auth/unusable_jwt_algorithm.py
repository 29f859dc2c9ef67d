"""AF406 unusable-jwt-algorithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.variables import written
from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import place_of, server, source, subject, undecided
from agentflow_lint.framework.config_checks import auth_kind
from agentflow_lint.framework.jwt import HMAC_ALGORITHMS, KEY_PAIR_ALGORITHMS, jwt_problems
from agentflow_lint.model.values import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

#: The problems that are this rule's, with the way out of each.
_WAYS_OUT = {
    "unusable-algorithm": "Set JWT_ALGORITHM to the algorithm that the tokens are signed with, spelled as PyJWT does: "
    "HS256 for a shared secret, RS256 or ES256 for a key pair.",
    "secret-is-no-key": "Put the issuer's public key in PEM form into JWT_SECRET_KEY, or set JWT_ALGORITHM=HS256 if "
    "the tokens are signed with a shared secret.",
    "secret-is-a-key": "Set JWT_ALGORITHM to the key's own algorithm (RS256, ES256, ...), or put a random "
    "shared secret into JWT_SECRET_KEY.",
}
#: Stands for a secret that is not known: what is wrong with the algorithm alone is wrong with any secret.
_ANY_SECRET = "-----BEGIN "


class UnusableJwtAlgorithm(DeploymentRule):
    """No token is ever accepted with the configured JWT algorithm and secret."""

    code = "AF406"
    name = "unusable-jwt-algorithm"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge JWT_ALGORITHM, and whether JWT_SECRET_KEY is what it takes, without ever showing the secret."""
        release = deployment.release
        if auth_kind(release.version, deployment.config.data) != "jwt" or not release.behaviour.jwt_auth_starts:
            return
        algorithm = deployment.environment.get("JWT_ALGORITHM")
        secret = deployment.environment.get("JWT_SECRET_KEY")
        if isinstance(algorithm, Unknown):
            yield undecided(self, deployment, "JWT_ALGORITHM", algorithm)
        if not isinstance(algorithm, Known):
            return
        known_secret = secret.value if isinstance(secret, Known) else _ANY_SECRET
        problems = jwt_problems(
            release.version,
            production=deployment.in_production is True,
            secret=known_secret,
            algorithm=algorithm.value,
        )
        problem = next((each for each in problems if each.kind in _WAYS_OUT), None)
        if problem is None:
            if isinstance(secret, Unknown) and algorithm.value in KEY_PAIR_ALGORITHMS:
                yield undecided(self, deployment, "JWT_SECRET_KEY", secret)
            return
        related = []
        if problem.kind != "unusable-algorithm" and isinstance(secret, Known) and secret.origin.location:
            related.append(Related(secret.origin.location, "the secret is set here"))
        yield self.finding(
            at=place_of(algorithm, deployment),
            place="JWT_ALGORITHM",
            message=(
                f"{subject(deployment)}: {problem.message}. {server(deployment)} starts, and accepts no token "
                f"(JWT_ALGORITHM comes from {source(algorithm.origin)})."
            ),
            help=_WAYS_OUT[problem.kind],
            deployment=deployment,
            related=related,
            fix=_spelled(deployment, algorithm, known_secret),
        )


def _spelled(deployment: Deployment, algorithm: Known[str], secret: str) -> Fix | None:
    """Spell the algorithm as PyJWT does, where it then fits the secret."""
    text = algorithm.value.strip().strip("\"'").strip().lower().replace("-", "")
    meant = next((each for each in (*HMAC_ALGORITHMS, *KEY_PAIR_ALGORITHMS) if each.lower() == text), None)
    if meant is None or meant == algorithm.value:
        return None
    problems = jwt_problems(
        deployment.release.version, production=deployment.in_production is True, secret=secret, algorithm=meant
    )
    if any(problem.kind in _WAYS_OUT for problem in problems):
        return None
    return fix_of(f"Write {meant}", Applicability.SAFE, written(deployment.project, algorithm, meant))
