"""What a compose service puts around its process: ports, probe, mounts, replicas, time to stop, user."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agentflow_lint.model.command.probes import probe_of_command
from agentflow_lint.model.command.process import Word
from agentflow_lint.model.compose.environment import at, value_of
from agentflow_lint.model.image.workload import image_workload
from agentflow_lint.model.values import ABSENT, Absent, Known, Origin, Unknown, Value
from agentflow_lint.model.workload import Mount, MountKind, Port, PortRole, Probe, Workload
from agentflow_lint.sources.compose import seconds_of
from agentflow_lint.sources.dockerfile import LocatedText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.compose.serving import ComposedServer
    from agentflow_lint.sources.compose import ComposeMount, ComposeService, PublishedPort, Scalar

#: More ports of one range are not listed.
_WIDEST_RANGE = 100


def workload_of(server: ComposedServer, env: Mapping[str, Value[str]]) -> Workload:
    """What surrounds a service's process; ``env`` is its environment, which a probe's shell sees.

    What the service does not say, the image does: its own ports and volumes, and its probe.
    """
    service = server.service
    image = image_workload(server.image)
    mounts = [mount for each in service.mounts for mount in (_mount(each, server),)]
    targets = {mount.target.value for mount in mounts if isinstance(mount.target, Known)}
    inherited = [each for each in image.mounts if not (isinstance(each.target, Known) and each.target.value in targets)]
    probes = _probes(service, env)
    return Workload(
        ports=(*image.ports, *_ports(service)),
        probes=image.probes if probes is None else probes,
        mounts=(*inherited, *mounts),
        replicas=_replicas(service),
        stop_grace=_seconds(service.stop_grace_period, "stop_grace_period"),
        user=value_of(service.user, "user"),
    )


def _ports(service: ComposeService) -> Iterator[Port]:
    for each in service.expose:
        yield from _numbers(each, "exposed")
    for each in service.ports:
        yield from _numbers(each, "published")


def _numbers(each: PublishedPort, role: PortRole) -> Iterator[Port]:
    location = at(each.place)
    origin = Origin(f"{'ports' if role == 'published' else 'expose'} in {each.place.path}", location)
    if each.first is None or each.last is None:
        yield Port(Unknown(each.reason, origin), role, location)
        return
    if each.protocol != "tcp":
        return
    for number in range(each.first, min(each.last, each.first + _WIDEST_RANGE) + 1):
        published: Value[int] = ABSENT
        if each.published is not None:
            outside = each.published[0] + number - each.first
            is_one = each.published[0] == each.published[1] or each.first != each.last
            published = Known(outside, origin) if is_one else Unknown("Docker picks one of a range", origin)
        elif role == "published":
            published = Unknown("Docker picks the port of the host", origin)
        yield Port(Known(number, origin), role, location, published, host=each.host_ip)


def _probes(service: ComposeService, env: Mapping[str, Value[str]]) -> tuple[Probe, ...] | None:
    """The service's probe, none where it is switched off; None leaves it to the image."""
    check = service.health_check
    if check is None or (check.test is None and not check.disabled):
        return None
    if check.disabled or not check.test:
        return ()
    words = tuple(
        Word(word.text, word.place.span)
        if word.text is not None
        else Word(None, word.place.span, word.interpolation.reason)
        for word in check.test
    )
    command: LocatedText | tuple[Word, ...] = words
    if check.is_shell and words[0].text is not None:
        span = words[0].span
        is_exact = check.test[0].column is not None and span is not None
        anchors = ((0, span.line, check.test[0].column or 1),) if is_exact and span is not None else ()
        command = LocatedText(words[0].text, anchors)
    timeout = _seconds(check.timeout, "the healthcheck's timeout")
    return (probe_of_command(command, "health", at(check.place), env=env, timeout=timeout),)


def _mount(mount: ComposeMount, server: ComposedServer) -> Mount:
    kind: MountKind = "unknown"
    source = mount.source.text if mount.source is not None else None
    if mount.kind == "volume":
        volume = server.compose.model.volumes.get(source or "")
        kind = "ephemeral" if mount.source is None else "bind" if volume and volume.device else "volume"
    elif mount.kind in ("bind", "tmpfs"):
        kind = "bind" if mount.kind == "bind" else "tmpfs"
    elif source is None and mount.source is not None:
        kind = "bind"  # a variable gives the folder, or the volume: both outlive the container
    return Mount(value_of(mount.target, "volumes"), kind, at(mount.place), source, mount.read_only)


def _replicas(service: ComposeService) -> Value[int]:
    mode = service.deploy_mode
    if mode is not None and mode.text != "replicated":
        return Unknown(f"deploy.mode {mode.text or ''} decides how many run", Origin("deploy.mode", at(mode.place)))
    written = service.scale if service.scale is not None else service.replicas
    value = value_of(written, "scale" if service.scale is not None else "deploy.replicas")
    if not isinstance(value, Known):
        return value
    text = value.value
    return (
        Known(int(text), value.origin)
        if text.isascii() and text.isdigit() and len(text) < 10
        else Unknown("it is no number", value.origin)
    )


def _seconds(written: Scalar | None, label: str) -> Value[int]:
    value = value_of(written, label)
    if isinstance(value, (Unknown, Absent)):
        return value
    seconds = seconds_of(value.value)
    return Unknown("it is no duration", value.origin) if seconds is None else Known(math.ceil(seconds), value.origin)
