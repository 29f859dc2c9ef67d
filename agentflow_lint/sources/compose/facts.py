"""What a compose project says after all merging, service by service.

Values are :class:`~agentflow_lint.sources.compose.nodes.Scalar`: their texts may be unknown, where a variable of
whoever runs compose is in them, and each has its place. Paths are as written; they start from ``place.folder``.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.sources.compose.interpolation import Interpolation
    from agentflow_lint.sources.compose.nodes import ComposeProblem, Place, Scalar

CommandForm = Literal["string", "list"]
VolumeKind = Literal["volume", "bind", "tmpfs", "other"]


@record(frozen=True)
class ComposeCommand:
    """A ``command`` or ``entrypoint``: its words. A string is split into them by compose, without a shell.

    No words at all are what ``[]`` and ``""`` say. ``dropped`` is the place from which on compose drops the rest of a
    string (an unquoted ``&&``, ``;``, ``|``, ``<`` or ``>``).
    """

    words: tuple[Scalar, ...]
    form: CommandForm
    place: Place
    dropped: Place | None = None


@record(frozen=True)
class EnvironmentEntry:
    """One variable of ``environment`` or one build argument; without ``value``, compose passes on its own."""

    name: str
    value: Scalar | None
    place: Place


@record(frozen=True)
class EnvFileReference:
    """One file of ``env_file``."""

    path: Scalar
    is_required: bool = True
    is_raw: bool = False


@record(frozen=True)
class ComposeBuild:
    """How the image is built."""

    place: Place
    context: Scalar | None = None
    dockerfile: Scalar | None = None
    dockerfile_inline: Scalar | None = None
    target: Scalar | None = None
    args: tuple[EnvironmentEntry, ...] = ()


@record(frozen=True)
class PublishedPort:
    """One entry of ``ports``: the container's ports ``first`` to ``last``, and the host's that lead there.

    ``published`` is (first, last) on the host, None where compose picks any. Without ``first`` nothing of it is known,
    and ``reason`` says why.
    """

    place: Place
    first: int | None = None
    last: int | None = None
    published: tuple[int, int] | None = None
    host_ip: str = ""
    protocol: str = "tcp"
    reason: str = ""


@record(frozen=True)
class HealthCheck:
    """``test`` are its words without the first one, ``CMD`` or ``CMD-SHELL``; ``disabled`` is ``disable: true`` or
    ``NONE``. ``timeout`` and ``interval`` are durations as written.
    """

    place: Place
    test: tuple[Scalar, ...] | None = None
    is_shell: bool = False
    disabled: bool = False
    timeout: Scalar | None = None
    interval: Scalar | None = None


@record(frozen=True)
class ComposeMount:
    """One entry of ``volumes`` or ``tmpfs``. Without ``source`` it is anonymous."""

    kind: VolumeKind
    target: Scalar
    place: Place
    source: Scalar | None = None
    read_only: bool = False


@record(frozen=True)
class FileGrant:
    """A secret or config that a service gets: its name at the top level and where it is mounted."""

    source: str
    target: str | None
    place: Place


@record(frozen=True)
class ComposeService:
    """One service. What is None, empty or an empty tuple is not said, or said as null."""

    name: str
    place: Place
    image: Scalar | None = None
    build: ComposeBuild | None = None
    command: ComposeCommand | None = None
    entrypoint: ComposeCommand | None = None
    environment: tuple[EnvironmentEntry, ...] = ()
    env_files: tuple[EnvFileReference, ...] = ()
    ports: tuple[PublishedPort, ...] = ()
    expose: tuple[PublishedPort, ...] = ()
    health_check: HealthCheck | None = None
    replicas: Scalar | None = None
    scale: Scalar | None = None
    deploy_mode: Scalar | None = None
    stop_grace_period: Scalar | None = None
    stop_signal: Scalar | None = None
    mounts: tuple[ComposeMount, ...] = ()
    working_dir: Scalar | None = None
    user: Scalar | None = None
    restart: Scalar | None = None
    init: Scalar | None = None
    read_only: Scalar | None = None
    network_mode: Scalar | None = None
    container_name: Scalar | None = None
    hostname: Scalar | None = None
    profiles: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    extra_hosts: tuple[str, ...] = ()
    secrets: tuple[FileGrant, ...] = ()
    configs: tuple[FileGrant, ...] = ()
    labels: Mapping[str, Scalar | None] = field(default_factory=dict)


@record(frozen=True)
class ComposeVolume:
    """A named volume; ``device`` is the folder of the host that it binds, with the local driver."""

    name: str
    place: Place
    is_external: bool = False
    device: Scalar | None = None


@record(frozen=True)
class GrantedFile:
    """A secret or config of the top level: the file, the variable or the text that it holds."""

    name: str
    place: Place
    file: Scalar | None = None
    variable: str | None = None
    content: Interpolation | None = None
    is_external: bool = False


@record(frozen=True)
class ComposeModel:
    """The services by name, the volumes, secrets and configs, and what compose stops at.

    A problem belongs to a service when it lies in one: ``broken`` gives it by the service's name.
    """

    services: Mapping[str, ComposeService]
    volumes: Mapping[str, ComposeVolume] = field(default_factory=dict)
    secrets: Mapping[str, GrantedFile] = field(default_factory=dict)
    configs: Mapping[str, GrantedFile] = field(default_factory=dict)
    problems: tuple[ComposeProblem, ...] = ()
    broken: Mapping[str, ComposeProblem] = field(default_factory=dict)
