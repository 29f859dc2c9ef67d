"""Deployments that serve one graph and keep its threads in different places.

Only what runs side by side is compared: the services of one compose project, the workloads of one folder of manifests.
Two URLs lead to the same place when host, port and database are the same, whoever logs in.
"""

from __future__ import annotations

import posixpath
import re
from itertools import combinations
from typing import TYPE_CHECKING

from agentflow_lint.model.backends import uses_of_backends
from agentflow_lint.model.values import Known
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agentflow_lint.model.backends import Backend, Use
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location

#: What holds a graph's state, or what its instances agree by.
_COMPARED: tuple[Use, ...] = ("threads", "thread-cache", "store", "shared-redis")

_PORTS = {"postgresql": 5432, "redis": 6379, "rediss": 6379}

#: Hosts of these names pass connections on to a database that may be the one that another URL names.
_IN_BETWEEN = re.compile(r"bouncer|pool|prox|router|replica|reader|sentinel|gateway|tunnel|lb\b", re.IGNORECASE)

#: What tells apart two instances of one thing in its name: web-1 and web-2, api_blue and api_green.
_INSTANCE = re.compile(r"[-_.]?(?:\d+|blue|green|canary)$", re.IGNORECASE)


@record(frozen=True)
class Divergence:
    """One backend that ``deployment`` has elsewhere than ``other`` has it.

    ``together`` says by what the two are instances of one service, a clause; None where nothing does.
    """

    deployment: Deployment
    backend: Backend
    other: Deployment
    others: Backend
    together: str | None


@record(frozen=True)
class _Target:
    family: str
    host: str
    port: int | None
    database: str


def divergences(project: Project) -> Iterator[Divergence]:
    """Every backend of production's deployments that differs from that of an earlier one, once for each deployment."""
    for group in _groups(project):
        told: set[tuple[str, Location]] = set()
        known = {deployment.name: _by_use(deployment) for deployment in group}
        for one, two in combinations(group, 2):
            if not _comparable(one, two):
                continue
            mine, theirs = known[one.name], known[two.name]
            both = [use for use in _COMPARED if use in mine and use in theirs]
            differing = [use for use in both if _differ(_target(one, mine[use]), _target(two, theirs[use]))]
            together = _together(one, two, mine, theirs) if differing else None
            for use in differing:
                place = (two.name, theirs[use].location)
                if place not in told:
                    told.add(place)
                    yield Divergence(two, theirs[use], one, mine[use], together)


def _groups(project: Project) -> Iterator[Sequence[Deployment]]:
    """The deployments that run side by side."""
    found: dict[tuple[str, str], list[Deployment]] = {}
    for deployment in project.deployments:
        if deployment.composed is not None:
            found.setdefault(("compose", deployment.composed.compose.label), []).append(deployment)
        elif deployment.kind == "kubernetes":
            found.setdefault(("kubernetes", posixpath.dirname(deployment.anchor.path)), []).append(deployment)
    return (group for group in found.values() if len(group) > 1)


def _comparable(one: Deployment, two: Deployment) -> bool:
    """Whether both serve the same config in the same mode."""
    same_config = _text(one.named_config) == _text(two.named_config)
    return same_config and one.in_production is two.in_production


def _text(value: object) -> str | None:
    return value.value if isinstance(value, Known) else None


def _by_use(deployment: Deployment) -> Mapping[Use, Backend]:
    """The backend of each use, of those that have just one."""
    found: dict[Use, list[Backend]] = {}
    for backend in uses_of_backends(deployment):
        found.setdefault(backend.use, []).append(backend)
    return {use: each[0] for use, each in found.items() if len({one.url for one in each}) == 1}


def _differ(one: _Target | None, two: _Target | None) -> bool:
    """Whether two URLs lead to different places, for all that can be told."""
    if one is None or two is None or one.family != two.family:
        return False
    is_in_between = one.host != two.host and any(_IN_BETWEEN.search(each.host) for each in (one, two))
    return not is_in_between and not _same(one, two)


def _same(a: _Target, b: _Target) -> bool:
    return (a.port, a.database) == (b.port, b.database) and _same_host(a.host, b.host)


def _same_host(one: str, two: str) -> bool:
    """``db`` and ``db.data.svc.cluster.local`` may be one."""
    return one == two or one.startswith(f"{two}.") or two.startswith(f"{one}.")


def _target(deployment: Deployment, backend: Backend) -> _Target | None:
    """Where a URL leads; None where it cannot be told (a socket, several hosts)."""
    from urllib.parse import parse_qs, urlsplit

    host = backend.host
    if host is None or "," in host:
        return None
    try:
        parts = urlsplit(backend.url if "://" in backend.url else f"//{backend.url}")
        port = parts.port
    except ValueError:
        return None
    family = "postgresql" if parts.scheme.startswith("postgres") else parts.scheme
    database = parts.path.strip("/")
    if family.startswith("redis"):
        database = parse_qs(parts.query).get("db", [database])[0] or "0"
    elif family == "postgresql":
        database = parse_qs(parts.query).get("dbname", [database])[0] or parts.username or ""
    return _Target(family.replace("rediss", "redis"), _service(deployment, host), port or _PORTS.get(family), database)


def _service(deployment: Deployment, host: str) -> str:
    """The compose service that a host name means, under its own name."""
    name = host.lower().rstrip(".")
    service = deployment.composed.compose.hosts.get(name) if deployment.composed else None
    return service.name.lower() if service is not None else name


def _together(
    one: Deployment, two: Deployment, mine: Mapping[Use, Backend], theirs: Mapping[Use, Backend]
) -> str | None:
    """By what two deployments are instances of one service."""
    for mine_port in one.workload.ports:
        for other_port in two.workload.ports:
            if mine_port.role == other_port.role == "service" and mine_port.location == other_port.location:
                return f"one Service sends requests to both ({mine_port.location.path})"
    if one.composed and two.composed and {*one.composed.service.aliases} & {*two.composed.service.aliases}:
        return "both answer to one name in their network"
    shared = _locations(one) & _locations(two)
    if shared:
        return f"one nginx passes requests on to both ({min(shared)[0]})"
    first, second = _bare_name(one), _bare_name(two)
    if first == second:
        return "they are instances of one service by their names"
    for use in _COMPARED:
        if use in mine and use in theirs:
            a, b = _target(one, mine[use]), _target(two, theirs[use])
            if a is not None and b is not None and _same(a, b):
                return f"both have the same {_SHARED[use]}"
    return None


_SHARED: Mapping[Use, str] = {
    "threads": "database",
    "thread-cache": "Redis for their threads",
    "store": "store",
    "shared-redis": "Redis",
}


def _locations(deployment: Deployment) -> set[tuple[str, int]]:
    """The places of the nginx directives by which requests reach a deployment."""
    nodes = [each.passed.proxy_pass for front in deployment.fronts.fronts for each in front.proxied]
    return {(node.path, node.at.span.line) for node in nodes}


def _bare_name(deployment: Deployment) -> str:
    name = deployment.name.rpartition(":" if deployment.composed else "/")[2]
    return _INSTANCE.sub("", name)
