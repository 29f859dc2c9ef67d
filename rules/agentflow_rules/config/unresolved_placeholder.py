"""AF106 unresolved-placeholder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.config_rule import ConfigValueRule
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.wording import did_you_mean, server, subject
from agentflow_lint.framework.broken import breaks_redis_limiter
from agentflow_lint.framework.config_checks import placeholders
from agentflow_lint.framework.config_checks.leftover import leftover
from agentflow_lint.framework.config_checks.placeholders import intended, spoken
from agentflow_lint.framework.config_keys import is_read
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.config_values import lookup_in
from agentflow_rules.config.placeholder_fixes import placeholder_fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.config_checks import Placeholder, Rejection
    from agentflow_lint.model.deployment import Deployment

# Import paths, which other rules judge by what they lead to; free text for the model; what only the CLI's own test
# runs read.
_JUDGED_ELSEWHERE = frozenset(
    {
        "agent",
        "auth",
        "authorization",
        "checkpointer",
        "evaluation",
        "injectq",
        "remote_tools",
        "store",
        "test",
        "thread_name_generator",
        "token_revocation",
    }
)


class UnresolvedPlaceholder(ConfigValueRule):
    """A placeholder in the config stays as it is written."""

    code = "AF106"
    name = "unresolved-placeholder"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge what the parsers refuse, what they let through half resolved, and what is never expanded."""
        yield from super().check(deployment)
        yield from self._half_resolved(deployment)
        yield from self._never_expanded(deployment)

    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """What to do about a rejection."""
        if rejection.environment:
            return _set_them(rejection.environment, deployment)
        return _instead(rejection.path, deployment)

    def fix(self, rejection: Rejection, deployment: Deployment) -> Fix | None:
        """Refer to what is set, if that is clear."""
        return placeholder_fix(deployment, rejection.path)

    def _half_resolved(self, deployment: Deployment) -> Iterator[Verdict]:
        release, config = deployment.release, deployment.config
        left = leftover(release.version, config.data, lookup_in(deployment.environment))
        if left is None or breaks_redis_limiter(release.version):
            return
        at = config.at_value(*left.path)
        what = f"{dotted(left.path)} keeps its placeholder, as {spoken(left.variables)} is not set"
        if left.has_container:
            reason = f"{what}; whether the project's InjectQ container binds a Redis client is not decided here"
            yield self.undecided(at, reason, deployment=deployment)
            return
        effect = "no request is limited" if left.fail_open else "every request is answered 429"
        yield self.finding(
            at,
            dotted(left.path),
            f"{subject(deployment)} starts, but {what}: {server(deployment)} cannot use Redis, and {effect}.",
            _set_them(left.variables, deployment),
            consequence=Consequence.DEGRADES if left.fail_open else Consequence.FAILS_REQUESTS,
            deployment=deployment,
            fix=placeholder_fix(deployment, left.path),
        )

    def _never_expanded(self, deployment: Deployment) -> Iterator[Verdict]:
        release, config = deployment.release, deployment.config
        refused = {rejection.path for rejection in deployment.config_rejections}
        seen = set()
        for found in placeholders(release.version, config.data):
            path = found.path
            if found.expanded or path in seen or path[0] in _JUDGED_ELSEWHERE or not is_read(release.config_keys, path):
                continue
            seen.add(path)
            if _is_meant(found, deployment) and not any(path[: len(above)] == above for above in refused):
                yield self._literal(found, deployment)

    def _literal(self, found: Placeholder, deployment: Deployment) -> Verdict:
        path, behaviour = found.path, deployment.release.behaviour
        consequence, effect = Consequence.DEGRADES, "takes it as it is written"
        if path[0] == "redis" and not behaviour.uses_redis_key:
            consequence, effect = Consequence.CONFUSES, "never uses this key"
        elif path[0] == "redis" and behaviour.reports_readiness:
            consequence, effect = Consequence.FAILS_REQUESTS, "cannot use Redis, and /health/ready answers 503"
        elif path[0] == "redis":
            effect = "cannot use Redis, and each process caches thread owners for itself"
        return self.finding(
            deployment.config.at_value(*path),
            dotted(path),
            f"{dotted(path)} refers to {spoken([found.variable])}, and variables are never expanded there: "
            f"{server(deployment)} {effect}.",
            _instead(path, deployment),
            consequence=consequence,
            fix=placeholder_fix(deployment, path) if path[0] == "redis" else None,
        )


def _is_meant(found: Placeholder, deployment: Deployment) -> bool:
    """Whether the text is a placeholder for certain: in braces, or all of the value."""
    node = deployment.config.document.find(found.path) if deployment.config.document else None
    return found.text.startswith("${") or getattr(node, "value", None) == found.text


def _set_them(variables: Iterable[str], deployment: Deployment) -> str:
    names = tuple(dict.fromkeys(intended(name) for name in variables if intended(name)))
    if not names:
        return "Complete the placeholder: ${NAME}."
    defined = deployment.environment.names()
    hints = "".join(did_you_mean(name, defined) for name in names if name not in defined) or "."
    return f"Give {' and '.join(names)} a value in this deployment, or write the URL itself{hints}"


def _instead(path: tuple[str | int, ...], deployment: Deployment) -> str:
    if path[0] == "redis" and deployment.release.behaviour.uses_redis_key:
        return "Remove redis and set REDIS_URL in the environment, which the server reads itself."
    return f"Write the value itself, or remove {dotted(path)}; only the URL of rate_limit.redis takes variables."
