"""AF410 ownership-unsupported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import server, subject
from agentflow_lint.framework.config_checks import auth_kind
from agentflow_lint.model.graph.results import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import CheckpointerFact

#: The method that names a thread's owner (storage/checkpointer/base_checkpointer.py of the core).
_LOOKUP = "aget_thread_owner"
#: The backends that ask for it (src/app/core/auth/authorization.py).
_OWNER_ONLY = frozenset({"OwnershipAuthorizationBackend", "RoleBasedAuthorizationBackend"})


class OwnershipUnsupported(DeploymentRule):
    """Owner-only authorization over a checkpointer that cannot name a thread's owner."""

    code = "AF410"
    name = "ownership-unsupported"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the served graph's checkpointer where the server asks it for owners."""
        release = deployment.release
        if not release.behaviour.demands_owner_lookup:
            return
        if auth_kind(release.version, deployment.config.data) not in ("jwt", "custom"):
            return
        outcome = deployment.graph.outcome
        owner_only = _is_owner_only(deployment)
        if owner_only is False or not isinstance(outcome, Served):
            return
        fact = outcome.compile.checkpointer
        at = fact.location or outcome.compile.location
        if fact.kind == "unknown":
            reason = fact.reason or "the checkpointer cannot be followed"
            yield self.undecided(at, reason, deployment=deployment)
        elif cannot_name_owners(fact):
            if owner_only is None:
                authorization = deployment.config.at_value("authorization")
                reason = f"whether that backend asks {fact.class_name} for a thread's owner is not followed"
                yield self.undecided(authorization, reason, deployment=deployment)
                return
            key = "authorization" if deployment.config.get("authorization") else "auth"
            yield self.finding(
                at=at,
                place="agent.checkpointer",
                message=(
                    f"{subject(deployment)} has auth on and lets only its owner reach a thread, and {fact.class_name} "
                    f"does not define {_LOOKUP}: {server(deployment)} does not start, because it could not tell whose "
                    "a thread is."
                ),
                help=(
                    f"Define {_LOOKUP}(self, thread_id) in {fact.class_name}: the owner's user_id, or None for a new "
                    'thread. Or set "authorization" to a backend of your own.'
                ),
                deployment=deployment,
                related=(Related(deployment.config.at_value(key), f"`{key}` asks for owners"),),
            )


def cannot_name_owners(fact: CheckpointerFact) -> bool:
    """Whether a checkpointer is one of the project's own that does not define the lookup."""
    return fact.kind == "custom" and _LOOKUP not in fact.methods


def _is_owner_only(deployment: Deployment) -> bool | None:
    """Whether the backend is ownership or rbac, which is the default with auth; None where it is not followed."""
    value = deployment.config.get("authorization")
    if not value:
        return True
    if any(each.path[:1] == ("authorization",) for each in deployment.config_rejections):
        return False
    if isinstance(value, dict):
        return True
    if ":" not in str(value):
        return str(value).strip().lower() == "ownership"
    target = deployment.target(str(value))
    if not _OWNER_ONLY.isdisjoint(target.bases):
        return True
    return False if target.problem is not None or target.is_complete else None
