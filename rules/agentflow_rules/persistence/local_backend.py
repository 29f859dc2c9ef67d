"""AF504 local-backend."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import did_you_mean, listed, quoted, source, subject
from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.model.addresses import is_loopback
from agentflow_lint.model.backends import Backend, backends, leads_nowhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment

#: Programs that, started in the same container, listen on its loopback address.
_BESIDE = frozenset(
    {"redis-server", "valkey-server", "postgres", "pg_ctl", "pg_ctlcluster", "mongod", "cloud_sql_proxy"}
)


class LocalBackend(DeploymentRule):
    """A container looks for its database or its Redis at its own loopback address, or at no service."""

    code = "AF504"
    name = "local-backend"
    consequence = Consequence.FAILS_REQUESTS

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the host of each backend that the deployment is known to be given."""
        if not deployment.is_container:
            return
        beside = _started_beside(deployment)
        for backend in backends(deployment):
            host = backend.host
            if host is None:
                continue
            if not is_loopback(host):
                yield from self._by_name(deployment, backend, host)
                continue
            if beside or deployment.kind == "kubernetes":
                who = beside or "a sidecar of the pod"
                reason = f"{backend.name} is at {host}, and {who} may listen there"
                yield self.undecided(backend.location, reason, deployment=deployment)
                continue
            yield self._said(deployment, backend, host)

    def _by_name(self, deployment: Deployment, backend: Backend, host: str) -> Iterator[Verdict]:
        """A name that compose would have to resolve."""
        nowhere = leads_nowhere(deployment, host)
        if nowhere is None:
            reason = f"{backend.name} is at {host}, and a network of another compose project may bring that name"
            yield self.undecided(backend.location, reason, deployment=deployment)
        elif nowhere and deployment.composed is not None:
            compose = deployment.composed.compose
            effect, consequence = _effect(deployment, backend)
            hint = did_you_mean(host, compose.hosts)
            yield self.finding(
                at=backend.location,
                place=backend.name,
                message=(
                    f"{subject(deployment)} looks for {_WHAT[backend.use]} at {quoted(host)}: {backend.name}"
                    f"{_where(backend)}. No service of {listed(compose.paths)} has that name{hint}, so {effect}."
                ),
                help="Name a service of the compose project, or the backend's full host name.",
                consequence=consequence,
                deployment=deployment,
            )

    def _said(self, deployment: Deployment, backend: Backend, host: str) -> Verdict:
        effect, consequence = _effect(deployment, backend)
        return self.finding(
            at=backend.location,
            place=backend.name,
            message=(
                f"{subject(deployment)} looks for {_WHAT[backend.use]} at {quoted(host)}: {backend.name}"
                f"{_where(backend)}. In a "
                f"container that is the container itself, where nothing listens, so {effect}."
            ),
            help="Name the backend's host on the network: the service's name under compose, the address of the managed "
            "service elsewhere; take it from the environment.",
            consequence=consequence,
            deployment=deployment,
        )


def _where(backend: Backend) -> str:
    return f" ({source(backend.origin)})" if backend.origin.location else ""


_WHAT = {
    "threads": "its threads' database",
    "thread-cache": "its threads' Redis",
    "shared-redis": "its Redis",
    "rate-limit": "the rate limit's Redis",
    "store": "its store",
    "own": "a backend of its own",
}


def _effect(deployment: Deployment, backend: Backend) -> tuple[str, Consequence | None]:
    """What comes of a backend that is not there, and the consequence where it is not the rule's own."""
    reports = deployment.release.behaviour.reports_readiness
    if backend.use == "threads":
        return "every request that touches a thread fails", None
    if backend.use == "thread-cache":
        readiness = ", /health/ready answers 503" if reports else ""
        return f"each read of a thread goes to the database{readiness}, and clearing one fails", None
    if backend.use == "shared-redis":
        if reports:
            return "/health/ready answers 503, and whatever is shared by way of Redis is not", None
        return "the cache of threads' owners stays off", Consequence.DEGRADES
    if backend.use == "rate-limit":
        limit = deployment.config.get("rate_limit")
        lets_pass = boolean(limit.get("fail_open", True)) if isinstance(limit, dict) else True
        if lets_pass:
            return "every request passes without a limit", Consequence.DEGRADES
        return "every request is refused", None
    return "what needs it fails", None


def _started_beside(deployment: Deployment) -> str | None:
    """The backend that the command starts in the same container, if any."""
    process = deployment.process
    words = [word.text for words in process.preceding for word in words if word.text] if process else []
    names = [posixpath.basename(word) for word in words]
    return next((name for name in names if name in _BESIDE or name in ("service", "supervisord")), None)
