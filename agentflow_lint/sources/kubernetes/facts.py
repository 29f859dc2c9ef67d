"""What a Kubernetes manifest says, with the place of everything.

Field names are Kubernetes' own in this project's spelling; what a manifest leaves out is None or empty, whatever
default the cluster then takes.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.sources.text import Span

T_co = TypeVar("T_co", covariant=True)

WorkloadKind = Literal["Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "Pod"]
ProbeRole = Literal["readiness", "liveness", "startup"]
HandlerKind = Literal["http", "exec", "tcp", "grpc", "sleep", "unknown"]
SourceKind = Literal["secret", "config-map", "field", "resource", "unknown"]
VolumeKind = Literal["empty-dir", "claim", "host-path", "config-map", "secret", "projected", "ephemeral", "other"]


@record(frozen=True)
class Written(Generic[T_co]):
    """A value that a manifest writes. ``value`` is None where it is not known, and ``reason`` says why."""

    value: T_co | None
    span: Span
    reason: str | None = None


Text: TypeAlias = "Written[str]"
Number: TypeAlias = "Written[int]"
Flag: TypeAlias = "Written[bool]"
PortReference: TypeAlias = "Written[int | str]"
"""A port's number, or its name."""


@record(frozen=True)
class Problem:
    """Something for which the API server refuses an object, or that is wrong with the text.

    ``unreadable`` says that kubectl cannot read the document either.
    """

    message: str
    span: Span
    unreadable: bool = False


@record(frozen=True)
class Undecided:
    """Something that is no manifest yet: another program makes one of it. ``reason`` says which."""

    reason: str
    span: Span


@record(frozen=True)
class Pair:
    """One ``key: value`` of labels, annotations, a selector or a ConfigMap."""

    key: str
    value: Text
    key_span: Span


@record(frozen=True)
class ObjectName:
    """An object's identity: ``name`` (None where it is not known) and ``namespace`` (None where none is given)."""

    kind: str
    name: str | None
    namespace: str | None
    span: Span
    labels: tuple[Pair, ...] = ()
    annotations: tuple[Pair, ...] = ()


@record(frozen=True)
class ValueSource:
    """Where a variable's value comes from: ``key`` of the Secret or ConfigMap ``name``, or a field of the pod.

    With ``optional`` the variable is unset where there is no such key; else the container does not start.
    """

    kind: SourceKind
    name: str | None
    key: str | None
    optional: bool
    span: Span


@record(frozen=True)
class EnvVar:
    """One item of ``env``. Kubernetes has expanded no ``$(NAME)`` in ``value`` yet. Without both it is empty."""

    name: str
    name_span: Span
    value: Text | None = field(default=None, repr=False)
    source: ValueSource | None = None


@record(frozen=True)
class EnvFrom:
    """One item of ``envFrom``: all keys of a ConfigMap or Secret become variables, with ``prefix`` before them."""

    kind: Literal["config-map", "secret", "unknown"]
    name: str | None
    prefix: Text | None
    optional: bool
    span: Span


@record(frozen=True)
class ContainerPort:
    """One item of a container's ``ports``."""

    number: Number
    name: str | None
    span: Span


@record(frozen=True)
class Handler:
    """What a probe asks, or a lifecycle hook does. ``headers`` are those of an HTTP request, ``host`` its own field."""

    kind: HandlerKind
    span: Span
    path: Text | None = None
    port: PortReference | None = None
    host: Text | None = None
    headers: tuple[Pair, ...] = ()
    scheme: Text | None = None
    command: tuple[Text, ...] = ()
    seconds: Number | None = None


@record(frozen=True)
class Probe:
    """A probe of a container; times are in seconds."""

    role: ProbeRole
    handler: Handler
    span: Span
    timeout: Number | None = None
    period: Number | None = None
    failure_threshold: Number | None = None


@record(frozen=True)
class VolumeMount:
    """One item of ``volumeMounts``."""

    name: str | None
    path: Text | None
    sub_path: Text | None
    read_only: bool
    span: Span


@record(frozen=True)
class SecurityContext:
    """Who the process runs as."""

    user: Number | None = None
    non_root: Flag | None = None


@record(frozen=True)
class Container:
    """A container of a pod.

    ``command`` replaces the image's ENTRYPOINT and ``args`` its CMD; None where the manifest has no such list.
    """

    name: str | None
    span: Span
    image: Text | None = None
    command: tuple[Text, ...] | None = None
    args: tuple[Text, ...] | None = None
    working_dir: Text | None = None
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFrom, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    probes: tuple[Probe, ...] = ()
    mounts: tuple[VolumeMount, ...] = ()
    security: SecurityContext = SecurityContext()
    pre_stop: Handler | None = None


@record(frozen=True)
class Volume:
    """A volume of a pod; ``source`` is the name of the claim, ConfigMap or Secret, or the host's path."""

    name: str | None
    kind: VolumeKind
    span: Span
    source: str | None = None


@record(frozen=True)
class Pod:
    """What every replica of a workload is."""

    span: Span
    labels: tuple[Pair, ...] = ()
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    grace_period: Number | None = None
    security: SecurityContext = SecurityContext()


@record(frozen=True)
class Workload:
    """An object that keeps pods running; ``claims`` are the names of a StatefulSet's ``volumeClaimTemplates``."""

    kind: WorkloadKind
    at: ObjectName
    pod: Pod
    replicas: Number | None = None
    claims: tuple[str, ...] = ()


@record(frozen=True)
class Job:
    """A Job or CronJob: its pods end, so they serve nobody."""

    at: ObjectName


@record(frozen=True)
class ServicePort:
    """One port of a Service; without ``target`` it is the container's port of the same number."""

    name: str | None
    port: Number | None
    target: PortReference | None
    span: Span


@record(frozen=True)
class Service:
    """A Service. ``type`` is None for ClusterIP by default."""

    at: ObjectName
    selector: tuple[Pair, ...] = ()
    ports: tuple[ServicePort, ...] = ()
    type: Text | None = None


@record(frozen=True)
class IngressRule:
    """One path of an Ingress; ``host`` and ``path`` are None for the default backend."""

    host: Text | None
    path: Text | None
    service: str | None
    port: PortReference | None
    span: Span


@record(frozen=True)
class Ingress:
    """An Ingress; its controller's settings are in ``at.annotations``."""

    at: ObjectName
    rules: tuple[IngressRule, ...] = ()
    class_name: Text | None = None


@record(frozen=True)
class Scaler:
    """A HorizontalPodAutoscaler. Without ``minimum`` that is 1."""

    at: ObjectName
    target_kind: str | None
    target_name: str | None
    minimum: Number | None = None
    maximum: Number | None = None


@record(frozen=True)
class ConfigMap:
    """A ConfigMap. ``open_reason`` says why there may be more keys than ``data`` has."""

    at: ObjectName
    data: tuple[Pair, ...] = field(default=(), repr=False)
    open_reason: str | None = None


@record(frozen=True)
class Secret:
    """A Secret: the names of its keys. Its values are not kept."""

    at: ObjectName
    keys: tuple[str, ...] = ()


@record(frozen=True)
class ReplicaCount:
    """One item of a kustomization's ``replicas``."""

    name: str
    count: Number


@record(frozen=True)
class PatchedObject:
    """What a patch changes: the paths of fields, keys and indexes as text (``*`` for any item of a list).

    An empty path stands for the whole object. ``kind`` and ``name`` are None where the patch does not say them.
    """

    kind: str | None
    name: str | None
    paths: tuple[tuple[str, ...], ...] = ()


@record(frozen=True)
class Patch:
    """One patch of a kustomization, in a ``file`` or ``inline`` (None where that cannot be read).

    With a ``target`` it is for the objects of that kind and name, a regular expression to kustomize; None for any.
    """

    span: Span
    file: Text | None = None
    inline: tuple[PatchedObject, ...] | None = None
    has_target: bool = False
    target_kind: str | None = None
    target_name: str | None = None


@record(frozen=True)
class Kustomization:
    """A kustomization: the paths that it names, the patches, and the ConfigMaps that it makes.

    ``changes`` are the other fields by which it changes objects, in ways that this reader does not follow.
    """

    span: Span
    resources: tuple[Text, ...] = ()
    patches: tuple[Patch, ...] = ()
    changes: tuple[Pair, ...] = ()
    replicas: tuple[ReplicaCount, ...] = ()
    config_maps: tuple[ConfigMap, ...] = ()


@record(frozen=True)
class Other:
    """An object of a kind that is not read."""

    at: ObjectName


KubernetesObject: TypeAlias = "Workload | Job | Service | Ingress | Scaler | ConfigMap | Secret | Kustomization | Other"


@record(frozen=True)
class Manifest:
    """What one text holds. Without ``objects`` and ``undecided`` it has nothing to do with Kubernetes."""

    objects: tuple[KubernetesObject, ...] = ()
    problems: tuple[Problem, ...] = ()
    undecided: tuple[Undecided, ...] = ()
