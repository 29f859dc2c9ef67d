"""Who can ask a deployment for a path: everybody, or only those that the proxy in front lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.addresses import is_loopback
from agentflow_lint.model.values import Absent, Known, Origin, Unknown, Value

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.proxies.blocks import Block

#: Directives that let some callers through and refuse the others (ngx_http_access_module, ngx_http_auth_*_module).
_RESTRICTING = ("deny", "auth_basic", "auth_request", "auth_jwt", "internal")

Ways = Literal["any", "proxy"]


def is_open_to_all(deployment: Deployment, path: str) -> Value[bool]:
    """Whether anybody can GET a path of the server; not so where every way leads through an nginx that refuses it.

    Without a proxy in the project nothing is known to refuse anything, and the answer is yes.
    """
    front = next(iter(deployment.fronts.fronts), None)
    if front is None:
        return Known(True, Origin("no proxy in front is known"))
    ways = ways_in(deployment)
    if ways == "any":
        return Known(True, Origin("the server can be reached without the proxy"))
    from agentflow_lint.model.proxies.fronts import requests_that_arrive

    arriving = requests_that_arrive(deployment, path)
    if isinstance(arriving, Unknown):
        return arriving
    passed = next((each for each in arriving if not _is_restricted(each.block)), None)
    if passed is not None:
        return Known(True, Origin("proxy_pass", passed.proxy_pass.at))
    if ways is None:
        return Unknown(f"nginx does not pass {path} on, and whether the server can be reached without it is not known")
    return Known(False, Origin("nginx", front.server.node.at if front.server.node else None))


def ways_in(deployment: Deployment) -> Ways | None:
    """Whether callers from other machines can come to the server's own port, or only to a proxy's before it.

    None where nothing tells: the bare project's server is started by hand, and what an image starts may not be known.
    """
    process, host = deployment.process, deployment.host
    if process is None or process.kind == "unknown":
        return None
    if isinstance(host, Absent) or (isinstance(host, Known) and is_loopback(host.value)):
        return "proxy"
    if deployment.kind == "compose" and deployment.is_container:
        published = [port for port in deployment.workload.ports if port.role == "published"]
        return "any" if any(not is_loopback(port.host) for port in published) else "proxy"
    return "any"


def _is_restricted(block: Block) -> bool:
    """Whether a block lets only some of the callers through."""
    for level in block.levels:
        nodes = [node for name in _RESTRICTING for node in level.own(name)]
        if nodes:
            return any(node.texts[:1] != ("off",) for node in nodes)
    return False
