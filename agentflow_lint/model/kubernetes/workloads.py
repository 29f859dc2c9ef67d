"""What a cluster puts around a container: replicas, ports, probes and volumes, as rules ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from agentflow_lint.model.command.probes import probe_of_command
from agentflow_lint.model.command.process import Word
from agentflow_lint.model.values import ABSENT, Known, Location, Origin, Unknown, Value
from agentflow_lint.model.workload import Mount, MountKind, Port, Probe, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.kubernetes.cluster import Cluster, Placed
    from agentflow_lint.model.kubernetes.serving import Serving
    from agentflow_lint.sources.kubernetes.facts import (
        Container,
        PortReference,
        Service,
        VolumeKind,
        Written,
    )
    from agentflow_lint.sources.kubernetes.facts import Probe as WrittenProbe

T = TypeVar("T")

_MOUNTS: Mapping[VolumeKind, MountKind] = {
    "empty-dir": "ephemeral",
    "ephemeral": "ephemeral",
    "claim": "volume",
    "host-path": "bind",
}


def workload_of(serving: Serving, cluster: Cluster) -> Workload:
    """What the objects of the project say about one container."""
    placed, container = serving.placed, serving.container
    pod = placed.found.pod
    user = container.security.user or pod.security.user
    changed = serving.changes.unknown
    return Workload(
        ports=(*_own_ports(serving), *_service_ports(serving, cluster)),
        probes=tuple(_probes(serving)),
        mounts=tuple(_mounts(serving)),
        replicas=_replicas(serving, cluster),
        stop_grace=changed("grace") or _value(pod.grace_period, placed.path, "terminationGracePeriodSeconds"),
        user=changed("user") or _as_text(_value(user, placed.path, "runAsUser")),
    )


def _value(written: Written[T] | None, path: str, label: str) -> Value[T]:
    if written is None:
        return ABSENT
    origin = Origin(f"{label} in {path}", Location(path, written.span))
    return (
        Unknown(written.reason or "it is not known", origin) if written.value is None else Known(written.value, origin)
    )


def _as_text(value: Value[int]) -> Value[str]:
    return Known(str(value.value), value.origin) if isinstance(value, Known) else value


def _replicas(serving: Serving, cluster: Cluster) -> Value[int]:
    placed, workload = serving.placed, serving.placed.found
    scaler = cluster.scaler(placed)
    if scaler is not None:
        if scaler.found.minimum is not None:
            return _value(scaler.found.minimum, scaler.path, "minReplicas")
        at = Location(scaler.path, scaler.found.at.span)
        return Known(1, Origin(f"HorizontalPodAutoscaler in {scaler.path}", at))
    count = cluster.manifests.replicas.get((placed.path, workload.at.name or ""))
    if count is not None:
        return count
    changed, patched = serving.changes.unknown("replicas"), serving.changes.replicas()
    if changed is not None:
        return changed
    if patched is not None:
        return _value(patched[1], patched[0], "replicas")
    if workload.kind == "DaemonSet":
        origin = Origin(f"DaemonSet in {placed.path}", Location(placed.path, workload.at.span))
        return Unknown("a DaemonSet runs once on each node", origin)
    return _value(workload.replicas, placed.path, "replicas")


def _own_ports(serving: Serving) -> Iterator[Port]:
    path = serving.placed.path
    changed = serving.changes.unknown("ports")
    if changed is not None:
        yield Port(changed, "exposed", serving.location)
        return
    for each in serving.container.ports:
        number = _value(each.number, path, "containerPort")
        yield Port(number, "exposed", Location(path, each.number.span), name=each.name)


def _service_ports(serving: Serving, cluster: Cluster) -> Iterator[Port]:
    """The ports of the Services that lead to this container, and not to another one of the pod."""
    for service in cluster.services(serving.placed):
        for each in service.found.ports:
            target = each.target if each.target is not None else each.port
            if target is None or _belongs_to_another(target, serving):
                continue
            number = _number(target, serving, service)
            published = _value(each.port, service.path, "port")
            yield Port(number, "service", Location(service.path, target.span), published, each.name)


def _number(target: PortReference, serving: Serving, service: Placed[Service]) -> Value[int]:
    origin = Origin(f"targetPort in {service.path}", Location(service.path, target.span))
    return _port_number(target, serving.container, origin)


def _port_number(target: PortReference, container: Container, origin: Origin) -> Value[int]:
    """The number of a port that is given by number or by name."""
    if target.value is None:
        return Unknown(target.reason or "it is not known", origin)
    if isinstance(target.value, int):
        return Known(target.value, origin)
    for each in container.ports:
        if each.name == target.value and each.number.value is not None:
            return Known(each.number.value, origin)
    return Unknown(f"no port of the container is named {target.value}", origin)


def _belongs_to_another(target: PortReference, serving: Serving) -> bool:
    def has(container: Container) -> bool:
        return any(
            target.value is not None and target.value in (each.name, each.number.value) for each in container.ports
        )

    if target.value is None:
        return False
    others = [each for each in serving.placed.found.pod.containers if each is not serving.container]
    return not has(serving.container) and any(map(has, others))


def _probes(serving: Serving) -> Iterator[Probe]:
    changed = serving.changes.unknown("probes")
    if changed is None:
        yield from (_probe(each, serving) for each in serving.container.probes)
        return
    for each in serving.container.probes:
        yield Probe("http", each.role, Location(serving.placed.path, each.span), changed, changed, changed)


def _probe(each: WrittenProbe, serving: Serving) -> Probe:
    path, handler = serving.placed.path, each.handler
    location = Location(path, each.span)
    origin = Origin(f"{each.role} probe in {path}", Location(path, handler.span))
    timeout = _value(each.timeout, path, "timeoutSeconds")
    if handler.kind == "exec":
        words = [(serving.variables.expanded(text, path, "the probe's command"), text.span) for text in handler.command]
        command = tuple(
            Word(value.value, span) if isinstance(value, Known) else Word(None, span, getattr(value, "reason", None))
            for value, span in words
        )
        env = dict(serving.image.env) if serving.image else {}
        env.update({**serving.variables.sourced, **serving.variables.written})
        return probe_of_command(command, each.role, location, env=env, timeout=timeout)
    port: Value[int] = ABSENT
    if handler.port is not None:
        port_origin = Origin(f"{each.role} probe in {path}", Location(path, handler.port.span))
        port = _port_number(handler.port, serving.container, port_origin)
    if handler.kind == "http":
        host = next((pair.value for pair in handler.headers if pair.key.lower() == "host"), handler.host)
        asked = _value(handler.path, path, "path")
        return Probe(
            "http",
            each.role,
            location,
            path=Known("/", origin) if handler.path is None else asked,
            port=port,
            host=_value(host, path, "host"),
            timeout=timeout,
        )
    if handler.kind == "tcp":
        return Probe("tcp", each.role, location, port=port, timeout=timeout)
    if handler.kind == "grpc":
        return Probe("grpc", each.role, location, port=port, timeout=timeout)
    unknown = Unknown("what the probe asks is not known", origin)
    return Probe("http", each.role, location, path=unknown, port=unknown, host=unknown, timeout=timeout)


def _mounts(serving: Serving) -> Iterator[Mount]:
    path, workload = serving.placed.path, serving.placed.found
    changed = serving.changes.unknown("mounts")
    if changed is not None:
        yield Mount(changed, "unknown", serving.location)
    volumes = {volume.name: volume for volume in workload.pod.volumes}
    for each in serving.container.mounts:
        if each.path is None:
            continue
        kind: MountKind = "unknown"
        source = each.name
        read_only = each.read_only
        volume = volumes.get(each.name)
        if each.name in workload.claims:
            kind = "volume"
        elif volume is not None:
            kind = _MOUNTS.get(volume.kind, "unknown")
            source = volume.source or volume.name
            read_only = read_only or volume.kind in ("config-map", "secret", "projected")
        yield Mount(_value(each.path, path, "mountPath"), kind, Location(path, each.path.span), source, read_only)
