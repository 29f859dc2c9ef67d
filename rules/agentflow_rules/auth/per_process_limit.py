"""AF407 per-process-limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import with_members
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import server, subject
from agentflow_lint.framework.config_checks import auth_kind
from agentflow_lint.framework.config_checks.leniency import integer
from agentflow_lint.model.copies import copies
from agentflow_lint.model.values import Absent
from agentflow_rules.auth.rate_limit import enabled_rate_limit, shares_limit_by_url
from agentflow_rules.persistence.copies import said_here, undecided_copies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.copies import Copies
    from agentflow_lint.model.deployment import Deployment

_LIMIT = ("rate_limit", "backend")
_IN_REDIS = {"backend": "redis", "redis": {"url": "${REDIS_URL}"}}
_REVOCATION = ("token_revocation",)

_WAY_OUT = 'Set "backend" to "redis", and "redis" to {"url": "${REDIS_URL}"}, so that all count together.'
_WAY_OUT_BEFORE = (
    'Set "backend" to "redis", so that all count together: with a URL from 0.9.0 on, before with a Redis client that '
    "your InjectQ container binds under `redis`."
)


class PerProcessLimit(DeploymentRule):
    """The rate limit, or the list of revoked tokens, is kept by each process for itself."""

    code = "AF407"
    name = "per-process-limit"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge what lives in memory where several processes serve."""
        limit = enabled_rate_limit(deployment)
        counts = limit is not None and limit.get("backend", "memory") == "memory"
        revokes = _revokes_in_memory(deployment)
        if not counts and not revokes:
            return
        found = copies(deployment)
        if not found.several:
            yield from undecided_copies(self, deployment, found, "each process keeps its limits for itself")
            return
        if limit is not None and counts:
            yield self._limit(deployment, limit, found)
        if revokes:
            yield self._revocation(deployment, found)

    def _limit(self, deployment: Deployment, limit: dict[str, object], found: Copies) -> Verdict:
        requests = integer(limit.get("requests", 100))
        allowed = f": up to {requests * found.number} requests pass instead of {requests}" if requests else ""
        written = "`memory`" if "backend" in limit else "`memory` by default"
        return self.finding(
            at=deployment.config.at_value(*_LIMIT) if "backend" in limit else deployment.config.at_value(_LIMIT[0]),
            place=".".join(_LIMIT),
            message=(
                f"{subject(deployment)} runs {found.words}, and each counts requests for itself, because "
                f"`rate_limit.backend` is {written}{allowed}."
            ),
            help=_WAY_OUT if shares_limit_by_url(deployment) else _WAY_OUT_BEFORE,
            deployment=deployment,
            related=said_here(found),
            fix=_shared(deployment, _LIMIT[:1], _IN_REDIS)
            if shares_limit_by_url(deployment) and "redis" not in limit
            else None,
        )

    def _revocation(self, deployment: Deployment, found: Copies) -> Verdict:
        return self.finding(
            at=deployment.config.at_value(*_REVOCATION),
            place=_REVOCATION[0],
            message=(
                f"{subject(deployment)} runs {found.words}, and each keeps its own list of revoked tokens, because "
                f"`token_revocation` is `memory`: {server(deployment)} goes on accepting a revoked token in every "
                "process but one, and in all of them after a restart."
            ),
            help='Set "token_revocation" to "redis", and provide REDIS_URL.',
            deployment=deployment,
            related=said_here(found),
            fix=_shared(deployment, (), {_REVOCATION[0]: "redis"}),
        )


def _shared(deployment: Deployment, path: tuple[str, ...], values: Mapping[str, object]) -> Fix | None:
    """Keep it in Redis; a suggestion while nothing says which Redis, or no requirement brings a client of it."""
    is_there = not isinstance(deployment.environment.get("REDIS_URL"), Absent)
    ready = is_there and "redis" in deployment.project.requested_distributions
    applicability = Applicability.UNSAFE if ready else Applicability.SUGGESTION
    return fix_of("Keep it in Redis", applicability, *with_members(deployment.config, path, values))


def _revokes_in_memory(deployment: Deployment) -> bool:
    """Whether the release knows ``token_revocation``, and it is in memory; without auth nothing asks it."""
    release, data = deployment.release, deployment.config.data
    if _REVOCATION[0] not in release.config_keys or auth_kind(release.version, data) == "off":
        return False
    return bool(data.get(_REVOCATION[0]) == "memory")
