"""Which nginx stands in front of a deployment, and what it does to the requests that it passes on.

Each route of the server is sent through each ``server`` of each configuration, under every path at which callers may
ask for it, as one request that is thought of. What comes out says under which path, with which headers and after which
waits it reaches the server. Other proxies (an ingress) can join with the same answers.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from agentflow_lint.framework.routes import INVOKE, route_path, routes_of
from agentflow_lint.model.addresses import is_loopback
from agentflow_lint.model.proxies.facts import Front, Fronts, Open, Proxied
from agentflow_lint.model.proxies.requests import Address, Passed, locations_of
from agentflow_lint.model.values import Absent, Known, Location, Origin, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.proxies.blocks import Block

#: What the framework's own production command listens on (generated Dockerfile and compose file, every release).
_USUAL_PORT = 8000

#: More locations than these are not followed, and of one server no more paths than these are asked for.
_MAX_LOCATIONS = 500
_MAX_PATHS = 30

#: Names by which a container reaches the machine that it runs on.
_MACHINE = frozenset({"host.docker.internal", "host.containers.internal", "gateway.docker.internal"})


def host_names(project: Project) -> Mapping[str, frozenset[str]]:
    """The names of hosts in the networks that the project sets up, in lower case, and the deployments they lead to.

    Those of compose services are all there, with none for a service that is not the server; of Kubernetes only the
    workloads' own names are, which Services mostly share.
    """
    found: dict[str, set[str]] = {}
    for compose in project.compose_projects:
        for name in compose.hosts:
            found.setdefault(name, set())
    for deployment in project.all_deployments:
        if deployment.composed is not None:
            for name, service in deployment.composed.compose.hosts.items():
                if service.name == deployment.composed.service.name:
                    found[name].add(deployment.name)
        elif deployment.kind == "kubernetes":
            found.setdefault(deployment.name.rpartition("/")[2].lower(), set()).add(deployment.name)
    return {name: frozenset(names) for name, names in found.items()}


def fronts_of(deployment: Deployment, hosts: Mapping[str, frozenset[str]] | None = None) -> Fronts:
    """The proxies in front of a deployment.

    ``hosts`` maps the names of hosts, as they stand in proxy_pass, to the names of the deployments they lead to.
    """
    nginx = deployment.project.nginx
    if not nginx.contexts and not nginx.problems:
        return Fronts((), ())
    matcher = _Matcher(deployment, host_names(deployment.project) if hosts is None else hosts)
    open_questions = [Open(problem.reason, problem.location) for problem in nginx.problems]
    fronts: list[Front] = []
    left = _MAX_LOCATIONS
    for context, server in deployment.project.routing.servers:
        left -= sum(1 for _ in islice(locations_of(server), left))
        if left <= 0:
            at = server.node.at if server.node else Location(context.path)
            open_questions.append(Open(f"there are more than {_MAX_LOCATIONS} locations, which are not followed", at))
            return Fronts(tuple(fronts), tuple(dict.fromkeys(open_questions)))
        front = _front(deployment, server, matcher, open_questions)
        if front is not None:
            fronts.append(front)
    return Fronts(tuple(fronts), tuple(dict.fromkeys(open_questions)))


def requests_that_arrive(deployment: Deployment, path: str) -> tuple[Passed, ...] | Unknown:
    """How the proxies pass a GET of ``path``, a path below ROOT_PATH, on to the deployment; unknown where one may."""
    matcher = _Matcher(deployment, host_names(deployment.project))
    root = deployment.settings.text("ROOT_PATH")
    arriving: list[Passed] = []
    routing = deployment.project.routing
    for _, server in routing.servers:
        for public in routing.public_paths(server, path, root.value if isinstance(root, Known) else ""):
            passed = routing.pass_on(server, public, "GET")
            if isinstance(passed, Unknown):
                return passed
            match = matcher.leads_here(passed) if passed is not None else False
            if passed is None or match is False:
                continue
            arrives = _reaches(passed, path, root)
            if match is None or arrives is None:
                return Unknown(f"whether nginx passes {public} on to the server is not known")
            if arrives:
                arriving.append(passed)
    return tuple(arriving)


def _front(deployment: Deployment, server: Block, matcher: _Matcher, open_questions: list[Open]) -> Front | None:
    root = deployment.settings.text("ROOT_PATH")
    root_path = root.value if isinstance(root, Known) else ""
    found: list[Proxied] = []
    routing = deployment.project.routing
    for route in routes_of(deployment.release.version, deployment.config.data):
        seen: set[tuple[int, bool]] = set()
        for public in routing.public_paths(server, route.path, root_path)[:_MAX_PATHS]:
            upgrade = "websocket" if route.kind == "websocket" else ""
            passed = routing.pass_on(server, public, "GET" if upgrade else route.method, upgrade)
            if isinstance(passed, Unknown):
                if route is INVOKE and passed.origin and passed.origin.location:
                    open_questions.append(Open(passed.reason, passed.origin.location))
                continue
            if passed is None:
                continue
            match = matcher.leads_here(passed)
            if match is None and route is INVOKE:
                reason = passed.addresses.reason if isinstance(passed.addresses, Unknown) else "its port is not known"
                open_questions.append(Open(f"where nginx passes requests on to: {reason}", passed.proxy_pass.at))
            if match is not True:
                continue
            arrives = _reaches(passed, route.path, root)
            if arrives is None:
                if route is INVOKE:
                    unknown = passed.path if isinstance(passed.path, Unknown) else root
                    why = unknown.reason if isinstance(unknown, Unknown) else ""
                    open_questions.append(Open(f"which path reaches the server: {why}", passed.proxy_pass.at))
                continue
            key = (id(passed.block.node), arrives)
            if key not in seen:  # else by another path that the same location takes
                seen.add(key)
                found.append(Proxied(route, passed, arrives))
    return Front(server, tuple(found)) if found else None


def _reaches(passed: Passed, path: str, root: Value[str]) -> bool | None:
    """Whether the server's router sees a path; None where the path or ROOT_PATH is not known."""
    if not isinstance(passed.path, Known):
        return None
    if isinstance(root, Unknown):
        return True if passed.path.value == path else None
    return route_path(passed.path.value, root.value if isinstance(root, Known) else "") == path


class _Matcher:
    """Tells whether an address that nginx passes requests to is a deployment's."""

    def __init__(self, deployment: Deployment, hosts: Mapping[str, frozenset[str]]) -> None:
        self._deployment = deployment
        self._hosts = hosts
        served = [each for each in deployment.project.deployments if not each.is_development]
        self._is_alone = len(served) == 1 and len(deployment.project.routing.targets) == 1

    def leads_here(self, passed: Passed) -> bool | None:
        """Whether requests are passed on to the deployment; None where that is not known."""
        if isinstance(passed.addresses, Unknown):
            return True if self._is_alone else None
        answers = [self._is_ours(address) for address in passed.addresses]
        return True if True in answers else None if None in answers else False

    def _is_ours(self, address: Address) -> bool | None:
        if address.socket is not None:
            return any(address.socket == path for path in _sockets(self._deployment))
        name = address.host.lower().rstrip(".")
        named = self._hosts.get(name.partition(".")[0] if ".svc" in name else name)
        if named is not None:
            return self._deployment.name in named
        local = is_loopback(address.host) or address.host in _MACHINE
        if self._hosts and not local and "." not in address.host:
            return False  # a name in a network whose names are known
        ports = [port.published for port in self._deployment.workload.ports] if local else []
        ports = [each for each in ports if not isinstance(each, Absent)] or [listening_port(self._deployment)]
        if any(isinstance(port, Known) and port.value == address.port for port in ports):
            return True
        if any(isinstance(port, Unknown) for port in ports):
            return True if self._is_alone else None
        return False


def listening_port(deployment: Deployment) -> Value[int]:
    """The port that the server binds; the usual one where nothing says what runs. Absent for a Unix socket."""
    process = deployment.process
    if process is None:
        return Known(_USUAL_PORT, Origin("the port that the framework's own files use"))
    if process.kind == "unknown":
        return Unknown(process.reason or "what runs is not known")
    return deployment.port


def _sockets(deployment: Deployment) -> Iterator[str]:
    process = deployment.process
    for option in process.given if process else ():
        text = option.value.text if option.value else None
        if text and option.name == "uds":
            yield text
        elif text and option.name == "bind" and text.startswith("unix:"):
            yield re.sub(r"^unix:(?://)?", "", text)
