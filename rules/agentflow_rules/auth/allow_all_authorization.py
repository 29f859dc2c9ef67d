"""AF405 allow-all-authorization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.engine.editing.config_members import with_member, with_value
from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted, server, subject, undecided
from agentflow_lint.framework.behaviour import first_release_with
from agentflow_lint.framework.config_checks import auth_kind
from agentflow_lint.model.graph.results import Served
from agentflow_lint.model.values import Unknown
from agentflow_rules.auth.ownership_unsupported import cannot_name_owners

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

#: The names of the built-in backend that allows every authenticated user everything (src/app/loader.py).
_NAMES = ("allow_all", "default", "none")
_BACKEND = "DefaultAuthorizationBackend"
_EVERYBODY = "every user who can log in can read, continue and delete every other user's threads"


class AllowAllAuthorization(DeploymentRule):
    """Every user who can log in reaches every other user's threads."""

    code = "AF405"
    name = "allow-all-authorization"
    consequence = Consequence.EXPOSES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the config's ``authorization`` key, or the release's default in its absence."""
        if not _users_are_told_apart(deployment):
            return
        value, by_name = deployment.config.get("authorization"), deployment.release.behaviour.names_authorization
        if by_name and isinstance(value, dict):
            yield from self._role_based(deployment, value)
        elif not value or "authorization" not in deployment.release.config_keys:
            yield from self._by_default(deployment)
        elif isinstance(value, str) and ":" in value:
            yield from self._own_backend(deployment, value)
        elif by_name and isinstance(value, str) and value.strip().lower() in _NAMES:
            yield self._said(deployment, f"`authorization` is {quoted(value)}, so {_EVERYBODY}")

    def _by_default(self, deployment: Deployment) -> Iterator[Verdict]:
        behaviour = deployment.release.behaviour
        if behaviour.owns_threads_with_auth:
            return
        if "authorization" not in deployment.release.config_keys:
            yield self._said(deployment, f"{server(deployment)} knows no authorization, so {_EVERYBODY}")
        elif not behaviour.owns_threads_in_production:
            default = f"`authorization` is not set, and {server(deployment)} then allows everything"
            yield self._said(deployment, f"{default}: {_EVERYBODY}")
        elif deployment.in_production is None:
            mode = deployment.settings["MODE"]
            yield undecided(self, deployment, "MODE", mode if isinstance(mode, Unknown) else Unknown("it is not known"))
        elif not deployment.in_production:
            default = f"`authorization` is not set, and outside production {server(deployment)} allows everything"
            yield self._said(deployment, f"{default}: {_EVERYBODY}")

    def _role_based(self, deployment: Deployment, value: dict[str, object]) -> Iterator[Verdict]:
        """Reading a thread stays the owner's; the list of threads is not filtered with ``isolation: none``."""
        refused = any(each.path[:1] == ("authorization",) for each in deployment.config_rejections)
        if value.get("isolation") == "none" and not refused:
            text = (
                "`authorization.isolation` is `none`, so a user whose role may read threads gets the list of "
                "everybody's threads with their ids, names and owners"
            )
            yield self._said(deployment, text, key="isolation")

    def _own_backend(self, deployment: Deployment, import_path: str) -> Iterator[Verdict]:
        target = deployment.target(import_path)
        if target.bases[:1] == (_BACKEND,):
            yield self._said(deployment, f"`authorization` is {quoted(import_path)}, so {_EVERYBODY}")
        elif target.problem is None:
            yield self.undecided(
                deployment.config.at_value("authorization"),
                f"what {quoted(import_path)} allows is not followed",
                deployment=deployment,
            )

    def _said(self, deployment: Deployment, reason: str, *, key: Literal["isolation"] | None = None) -> Verdict:
        config = deployment.config
        path = ("authorization", key) if key else ("authorization",)
        where = path if config.get("authorization") else ("auth",)
        return self.finding(
            at=config.at_value(*where),
            place=".".join(path),
            message=f"{subject(deployment)} has auth on, and {reason}.",
            help='Set "isolation" to "owner", or leave it out.' if key else _way_out(deployment),
            severity=Severity.WARNING if key else None,
            deployment=deployment,
            fix=_owned(deployment, key),
        )


def _owned(deployment: Deployment, key: Literal["isolation"] | None) -> Fix | None:
    """Let only its owner reach a thread; a suggestion where the checkpointer cannot name the owner (AF410)."""
    config = deployment.config
    if key:
        return fix_of(
            "List own threads only", Applicability.UNSAFE, with_value(config, ("authorization", key), "owner")
        )
    if not deployment.release.behaviour.names_authorization:
        return None
    outcome = deployment.graph.outcome
    unable = isinstance(outcome, Served) and cannot_name_owners(outcome.compile.checkpointer)
    unable = unable and deployment.release.behaviour.demands_owner_lookup
    applicability = Applicability.SUGGESTION if unable else Applicability.UNSAFE
    edit = with_member(config, ("authorization",), "ownership")
    return fix_of("Let only its owner reach a thread", applicability, edit)


def _users_are_told_apart(deployment: Deployment) -> bool:
    """Whether the server starts with auth and knows who its users are."""
    release = deployment.release
    kind = auth_kind(release.version, deployment.config.data)
    return kind == "custom" or (kind == "jwt" and release.behaviour.jwt_auth_starts)


def _way_out(deployment: Deployment) -> str:
    if deployment.release.behaviour.names_authorization:
        return 'Set "authorization" to "ownership", or to an object with "backend": "rbac" and roles.'
    newer = f"upgrade to {first_release_with('names_authorization')} or newer"
    if "authorization" in deployment.release.config_keys:
        return f'Name a backend of your own in "authorization" ("module:Backend"), or {newer} and set "ownership".'
    return f'{newer[0].upper()}{newer[1:]} and set "authorization" to "ownership".'
