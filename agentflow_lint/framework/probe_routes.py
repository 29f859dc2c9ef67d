"""Which paths a server release answers without asking who calls, so that a probe can use them.

Source: ``src/app/routers/`` of every release. The docs' paths are settings and not in here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentflow_lint.framework.behaviour import Behaviour

PING = "/ping"
READINESS = "/health/ready"
SCHEMA = "/openapi.json"

#: What follows ``/v1/`` in the API's own routes, of any release; some take further path segments.
_API = frozenset(
    {"ag-ui", "config", "evals", "files", "graph", "graph:StateSchema", "observability", "store", "threads"}
)


def probe_paths(behaviour: Behaviour) -> tuple[str, ...]:
    """The public paths that are made for probes."""
    return (PING, READINESS) if behaviour.reports_readiness else (PING,)


def ignores_host(behaviour: Behaviour, path: str) -> bool:
    """Whether a probe's path is answered whatever the Host header says (setup_middleware.py)."""
    return behaviour.ping_ignores_allowed_hosts and path in probe_paths(behaviour)


def is_route(behaviour: Behaviour, path: str) -> bool | None:
    """Whether GET ``path`` leads to a route; None for the API's own, which may want a login or an id.

    A trailing slash is redirected to the route without it.
    """
    bare = path.rstrip("/") or "/"
    if bare in probe_paths(behaviour):
        return True
    if bare.startswith("/api/v1/"):  # agent to agent routes of some releases between 0.2.7 and 0.4.0
        return None
    version, _, rest = bare.removeprefix("/").partition("/")
    return None if version == "v1" and rest.partition("/")[0] in _API else False
