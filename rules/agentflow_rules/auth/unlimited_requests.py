"""AF409 unlimited-requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import with_member, with_value
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import server, subject
from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.model.exposure import ways_in
from agentflow_rules.runtime.command import started_server, undecided_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

_KEY = "rate_limit"
_SINCE = "0.3.2"


class UnlimitedRequests(DeploymentRule):
    """Nothing limits how many requests a caller may send."""

    code = "AF409"
    name = "unlimited-requests"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the config's ``rate_limit`` where the deployment is reachable from outside."""
        config = deployment.config
        if not config.is_valid or deployment.kind == "project":
            return
        yield from undecided_start(self, deployment)
        if not _is_reachable(deployment):
            return
        limit = config.get(_KEY)
        known = _KEY in deployment.release.config_keys
        if known and limit is not None and not isinstance(limit, dict):
            return  # refused: AF103
        if known and isinstance(limit, dict) and boolean(limit.get("enabled", True)) is not False:
            return
        if not known:
            reason = f"{server(deployment)} has no rate limit"
        elif isinstance(limit, dict):
            reason = f"`rate_limit.enabled` is false in {config.path}"
        else:
            written = "is null" if _KEY in config.data else "is not set"
            reason = f"`rate_limit` {written} in {config.path}"
        off = isinstance(limit, dict) and known
        yield self.finding(
            at=config.at_value(_KEY, "enabled") if off else config.at_value(_KEY),
            place=f"{_KEY}.enabled" if off else _KEY,
            message=(
                f"{subject(deployment)} takes any number of requests from anybody who reaches it: {reason}, and each "
                "run costs calls of the model."
            ),
            help='Add "rate_limit": {"requests": 60, "window": 60}, or limit at the proxy in front and '
            "ignore this rule with that reason."
            if known
            else f"Limit at the proxy in front, or upgrade to {_SINCE} or newer and set rate_limit.",
            deployment=deployment,
            fix=_fix(deployment, off=off) if known else None,
        )


def _fix(deployment: Deployment, *, off: bool) -> Fix | None:
    """Switch on a limit that is there; how many requests are too many for one that is not only a person knows."""
    if off:
        edit = with_value(deployment.config, (_KEY, "enabled"), True)
        return fix_of("Switch the rate limit on", Applicability.UNSAFE, edit)
    edit = with_member(deployment.config, (_KEY,), {"requests": 60, "window": 60})
    return fix_of("Limit how many requests a caller may send", Applicability.SUGGESTION, edit)


def _is_reachable(deployment: Deployment) -> bool:
    """Whether requests from other machines may come in; under compose by what it publishes, and where."""
    return started_server(deployment) is not None and ways_in(deployment) == "any"
