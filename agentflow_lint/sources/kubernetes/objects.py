"""Reads the objects of a manifest, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.sources.kubernetes.facts import (
    ConfigMap,
    Ingress,
    IngressRule,
    Job,
    KubernetesObject,
    ObjectName,
    Other,
    Scaler,
    Secret,
    Service,
    ServicePort,
    Workload,
    WorkloadKind,
)
from agentflow_lint.sources.kubernetes.pods import read_pod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.kubernetes.fields import Fields

_WORKLOADS: dict[str, WorkloadKind] = {
    "Deployment": "Deployment",
    "StatefulSet": "StatefulSet",
    "ReplicaSet": "ReplicaSet",
    "DaemonSet": "DaemonSet",
    "Pod": "Pod",
}
#: The group in ``apiVersion`` under which Kubernetes itself has a kind; another group's kind of that name is another.
_GROUPS = {
    "Deployment": ("apps", "extensions"),
    "StatefulSet": ("apps",),
    "ReplicaSet": ("apps", "extensions"),
    "DaemonSet": ("apps", "extensions"),
    "Job": ("batch",),
    "CronJob": ("batch",),
    "Ingress": ("networking.k8s.io", "extensions"),
    "HorizontalPodAutoscaler": ("autoscaling",),
    **dict.fromkeys(("Pod", "Service", "ConfigMap", "Secret"), ("",)),
}


def read_object(fields: Fields, kind: str, api_version: str) -> KubernetesObject:
    """One object, of which ``apiVersion`` and ``kind`` have been read."""
    metadata = fields.child("metadata")
    at = ObjectName(
        kind=kind,
        name=metadata.plain_text("name"),
        namespace=metadata.plain_text("namespace"),
        span=metadata.value_span("name") if metadata else fields.key_span("kind"),
        labels=metadata.pairs("labels"),
        annotations=metadata.pairs("annotations"),
    )
    if (api_version.rpartition("/")[0]) not in _GROUPS.get(kind, ()):
        return Other(at)
    spec = fields.child("spec")
    if kind in _WORKLOADS:
        return _workload(at, _WORKLOADS[kind], fields, spec)
    if kind in ("Job", "CronJob"):
        return Job(at)
    if kind == "Service":
        ports = tuple(_service_port(each) for each in spec.children("ports"))
        return Service(at, spec.pairs("selector"), ports, spec.text("type"))
    if kind == "Ingress":
        return Ingress(at, tuple(_rules(spec)), spec.text("ingressClassName"))
    if kind == "HorizontalPodAutoscaler":
        target = spec.child("scaleTargetRef")
        return Scaler(
            at,
            target.plain_text("kind"),
            target.plain_text("name"),
            spec.number("minReplicas"),
            spec.number("maxReplicas"),
        )
    if kind == "ConfigMap":
        return ConfigMap(at, fields.pairs("data"))
    return Secret(at, tuple(dict.fromkeys((*fields.keys("data"), *fields.keys("stringData")))))


def _workload(at: ObjectName, kind: WorkloadKind, fields: Fields, spec: Fields) -> Workload:
    if kind == "Pod":
        return Workload(kind, at, read_pod(fields.child("metadata"), spec))
    template = spec.child("template")
    pod = read_pod(template.child("metadata"), template.child("spec"))
    claims = tuple(
        name
        for each in spec.children("volumeClaimTemplates")
        if (name := each.child("metadata").plain_text("name")) is not None
    )
    return Workload(kind, at, pod, spec.number("replicas") if kind != "DaemonSet" else None, claims)


def _service_port(fields: Fields) -> ServicePort:
    return ServicePort(fields.plain_text("name"), fields.number("port"), fields.port("targetPort"), fields.span)


def _rules(spec: Fields) -> Iterator[IngressRule]:
    for fallback in ("defaultBackend", "backend"):  # the latter up to networking.k8s.io/v1beta1
        backend = spec.child(fallback)
        if backend:
            yield _rule(backend, None, None)
    for rule in spec.children("rules"):
        for path in rule.child("http").children("paths"):
            yield _rule(path.child("backend"), rule, path)


def _rule(backend: Fields, rule: Fields | None, path: Fields | None) -> IngressRule:
    service = backend.child("service") if "service" in backend else None
    port = service.child("port") if service else None
    if service is None or port is None:
        name, target = backend.plain_text("serviceName"), backend.port("servicePort")
    else:
        name, target = service.plain_text("name"), port.port("number") or port.port("name")
    return IngressRule(
        host=rule.text("host") if rule else None,
        path=path.text("path") if path else None,
        service=name,
        port=target,
        span=path.span if path else backend.span,
    )
