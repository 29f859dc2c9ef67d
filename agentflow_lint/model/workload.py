"""What runs a deployment's process from outside: how often, behind which ports and probes, with which volumes.

A Dockerfile says some of it (EXPOSE, HEALTHCHECK, VOLUME, USER), a compose service or a Kubernetes workload the rest;
for both a record of the same shape comes out, so that rules need not know who said it.
"""

from __future__ import annotations

from typing import Literal

from agentflow_lint.model.values import ABSENT, Location, Value
from agentflow_lint.records import record

ProbeKind = Literal["http", "exec", "tcp", "grpc"]
ProbeRole = Literal["health", "readiness", "liveness", "startup"]
"""``health`` is Docker's and compose's; the others are Kubernetes'."""

PortRole = Literal["exposed", "published", "service"]
"""``exposed``: EXPOSE, ``expose``, ``containerPort``; ``published``: compose ``ports``; ``service``: a Service's
``targetPort``."""

MountKind = Literal["volume", "bind", "tmpfs", "ephemeral", "unknown"]
"""``volume`` outlives the container (a named volume, a persistent volume claim); ``ephemeral`` does not (an anonymous
volume, ``emptyDir``)."""


@record(frozen=True)
class Port:
    """A port of the container that something names.

    ``number`` is the container's; ``published`` the one outside (of the host, of the Service), absent where there is
    none, and ``host`` the host's address that it is bound to, empty for all. ``name`` is the port's name in Kubernetes.
    """

    number: Value[int]
    role: PortRole
    location: Location
    published: Value[int] = ABSENT
    name: str | None = None
    host: str = ""


@record(frozen=True)
class Probe:
    """How somebody asks whether the process is well.

    ``path`` and ``port`` belong to the request that it makes, whether it is an HTTP probe or a command that calls
    curl, wget or Python; absent where it makes none. ``host`` is the Host header it sends, without a port: the one
    that it sets, else a command's URL's host; absent for an HTTP probe that sets none, which sends the container's
    address. ``command`` are the words of an ``exec`` probe, or the one text that a shell runs. ``timeout`` is in
    seconds. ``judges_status`` says whether an answer of 400 or more makes the probe fail (curl without ``--fail`` takes
    a 404 for success), None where that is not known.
    """

    kind: ProbeKind
    role: ProbeRole
    location: Location
    path: Value[str] = ABSENT
    port: Value[int] = ABSENT
    host: Value[str] = ABSENT
    command: tuple[str, ...] = ()
    timeout: Value[int] = ABSENT
    method: str = "GET"
    judges_status: bool | None = True


@record(frozen=True)
class Mount:
    """What lies at ``target``, an absolute path of the container, instead of the image's own files.

    ``source`` is the volume's name or the host's path, None where it has neither.
    """

    target: Value[str]
    kind: MountKind
    location: Location
    source: str | None = None
    read_only: bool = False


@record(frozen=True)
class Workload:
    """What the orchestrator adds to a process.

    ``replicas`` counts the containers that run at once (the lower bound where a scaler decides); absent where nothing
    says. ``stop_grace`` is how many seconds a container has between the request to stop and being killed; absent for
    the orchestrator's default (10 for Docker and compose, 30 for Kubernetes). ``user`` is who the process runs as where
    the orchestrator says so; absent where the image decides.
    """

    ports: tuple[Port, ...] = ()
    probes: tuple[Probe, ...] = ()
    mounts: tuple[Mount, ...] = ()
    replicas: Value[int] = ABSENT
    stop_grace: Value[int] = ABSENT
    user: Value[str] = ABSENT


BARE = Workload()
