"""Reads pods: containers, their environment, probes and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.sources.kubernetes.facts import (
    Container,
    ContainerPort,
    EnvFrom,
    EnvVar,
    Handler,
    Pair,
    Pod,
    Probe,
    ProbeRole,
    SecurityContext,
    SourceKind,
    ValueSource,
    Volume,
    VolumeKind,
    VolumeMount,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.kubernetes.fields import Fields

_SOURCES: dict[str, SourceKind] = {
    "secretKeyRef": "secret",
    "configMapKeyRef": "config-map",
    "fieldRef": "field",
    "resourceFieldRef": "resource",
}
_PROBES: dict[str, ProbeRole] = {
    "readinessProbe": "readiness",
    "livenessProbe": "liveness",
    "startupProbe": "startup",
}
#: Field, kind, and the field inside that names what it is made of.
_VOLUMES: tuple[tuple[str, VolumeKind, str], ...] = (
    ("emptyDir", "empty-dir", ""),
    ("persistentVolumeClaim", "claim", "claimName"),
    ("hostPath", "host-path", "path"),
    ("configMap", "config-map", "name"),
    ("secret", "secret", "secretName"),
    ("projected", "projected", ""),
    ("ephemeral", "ephemeral", ""),
)


def read_pod(metadata: Fields, spec: Fields) -> Pod:
    """A pod, or the template of one, from its ``metadata`` and ``spec``."""
    return Pod(
        span=spec.span,
        labels=metadata.pairs("labels"),
        containers=tuple(_container(each) for each in spec.children("containers")),
        init_containers=tuple(_container(each) for each in spec.children("initContainers")),
        volumes=tuple(_volume(each) for each in spec.children("volumes")),
        grace_period=spec.number("terminationGracePeriodSeconds"),
        security=_security(spec.child("securityContext")),
    )


def _container(fields: Fields) -> Container:
    pre_stop = fields.child("lifecycle").child("preStop")
    return Container(
        name=fields.plain_text("name"),
        span=fields.span,
        image=fields.text("image"),
        command=fields.texts("command"),
        args=fields.texts("args"),
        working_dir=fields.text("workingDir"),
        env=tuple(_env(fields)),
        env_from=tuple(_env_from(each) for each in fields.children("envFrom")),
        ports=tuple(_ports(fields)),
        probes=tuple(_probes(fields)),
        mounts=tuple(_mount(each) for each in fields.children("volumeMounts")),
        security=_security(fields.child("securityContext")),
        pre_stop=_handler(pre_stop) if pre_stop else None,
    )


def _security(fields: Fields) -> SecurityContext:
    return SecurityContext(fields.number("runAsUser"), fields.flag("runAsNonRoot"))


def _env(container: Fields) -> Iterator[EnvVar]:
    for fields in container.children("env"):
        name = fields.text("name")
        if name is None or name.value is None:
            if name is None:
                fields.problem(f"{fields.path} has no name", fields.span)
            continue
        yield EnvVar(name.value, name.span, fields.text("value"), _source(fields.child("valueFrom")))


def _source(fields: Fields) -> ValueSource | None:
    if not fields:
        return None
    for field, kind in _SOURCES.items():
        if field not in fields:
            continue
        child = fields.child(field)
        key = {"field": "fieldPath", "resource": "resource"}.get(kind, "key")
        optional = child.flag("optional")
        return ValueSource(
            kind, child.plain_text("name"), child.plain_text(key), bool(optional and optional.value), child.span
        )
    return ValueSource("unknown", None, None, False, fields.span)


def _env_from(fields: Fields) -> EnvFrom:
    kinds: tuple[tuple[str, Literal["config-map", "secret"]], ...] = (
        ("configMapRef", "config-map"),
        ("secretRef", "secret"),
    )
    for field, kind in kinds:
        if field in fields:
            child = fields.child(field)
            optional = child.flag("optional")
            return EnvFrom(
                kind, child.plain_text("name"), fields.text("prefix"), bool(optional and optional.value), fields.span
            )
    return EnvFrom("unknown", None, fields.text("prefix"), False, fields.span)


def _ports(container: Fields) -> Iterator[ContainerPort]:
    for fields in container.children("ports"):
        number = fields.number("containerPort")
        if number is not None:
            yield ContainerPort(number, fields.plain_text("name"), fields.span)


def _probes(container: Fields) -> Iterator[Probe]:
    for field, role in _PROBES.items():
        fields = container.child(field)
        if fields:
            yield Probe(
                role,
                _handler(fields),
                container.key_span(field),
                fields.number("timeoutSeconds"),
                fields.number("periodSeconds"),
                fields.number("failureThreshold"),
            )


def _handler(fields: Fields) -> Handler:
    http, tcp, grpc = fields.child("httpGet"), fields.child("tcpSocket"), fields.child("grpc")
    if http:
        headers = tuple(pair for header in http.children("httpHeaders") for pair in _header(header))
        return Handler(
            "http", http.span, http.text("path"), http.port("port"), http.text("host"), headers, http.text("scheme")
        )
    if "exec" in fields:
        command = fields.child("exec")
        return Handler("exec", command.span, command=command.texts("command") or ())
    if tcp:
        return Handler("tcp", tcp.span, port=tcp.port("port"), host=tcp.text("host"))
    if grpc:
        return Handler("grpc", grpc.span, port=grpc.port("port"))
    if "sleep" in fields:
        return Handler("sleep", fields.span, seconds=fields.child("sleep").number("seconds"))
    return Handler("unknown", fields.span)


def _header(fields: Fields) -> Iterator[Pair]:
    name, value = fields.text("name"), fields.text("value")
    if name is not None and name.value is not None:
        yield Pair(name.value, value or Written("", fields.span), name.span)


def _mount(fields: Fields) -> VolumeMount:
    read_only = fields.flag("readOnly")
    return VolumeMount(
        fields.plain_text("name"),
        fields.text("mountPath"),
        fields.text("subPath") or fields.text("subPathExpr"),
        bool(read_only and read_only.value),
        fields.span,
    )


def _volume(fields: Fields) -> Volume:
    name = fields.plain_text("name")
    for field, kind, inner in _VOLUMES:
        if field in fields or (fields.node is not None and fields.node.get(field) is not None and field == "emptyDir"):
            source = fields.child(field).plain_text(inner) if inner else None
            return Volume(name, kind, fields.span, source)
    return Volume(name, "other", fields.span)
