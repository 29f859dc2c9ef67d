"""Which containers are this project's server, and what runs in them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from agentflow_lint.model.command.process import Process, Word, combine, parse_command
from agentflow_lint.model.compose.images import repository
from agentflow_lint.model.compose.serving import COMMON_NAMES
from agentflow_lint.model.image.built import Image, NotInImage
from agentflow_lint.model.image.mounted import MountedOver
from agentflow_lint.model.kubernetes.images import BuiltImages, is_foreign
from agentflow_lint.model.kubernetes.manifests import UndecidedManifest, is_development_path
from agentflow_lint.model.kubernetes.patched import Changes
from agentflow_lint.model.kubernetes.variables import Variables, variables_of
from agentflow_lint.model.values import Absent, Known, Location, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.framework.release import Release
    from agentflow_lint.model.kubernetes.cluster import Cluster, Placed
    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.kubernetes.facts import Container, Text, Workload

#: The health paths of the server's releases.
_HEALTH_PATHS = ("/ping", "/health/ready")
#: What the servers read where the command says nothing; a Secret that may hold anything may hold these.
_SERVER_VARIABLES = ("PORT", "WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS")
_SHELL_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")


@record(frozen=True, eq=False)
class Serving:
    """A container of a workload that runs this project's server.

    ``image`` is None, with the reason in ``image_reason``, where no Dockerfile is known to build what it runs.
    """

    placed: Placed[Workload]
    container: Container
    variables: Variables = field(repr=False)
    changes: Changes = Changes()
    image: Image | None = None
    image_reason: str = ""

    @property
    def location(self) -> Location:
        """The line that says which image it runs."""
        written = self.container.image
        return Location(self.placed.path, written.span if written else self.container.span)

    @property
    def is_development(self) -> bool:
        """Whether its file's path declares it."""
        return is_development_path(self.placed.path)

    def process(self, provided: Mapping[str, Value[str]]) -> Process | None:
        """What it runs; ``provided`` are variables that are set at deploy time. None where nothing says."""
        changed = self.changes.unknown("process")
        if changed is not None:
            return Process("unknown", reason=changed.reason, path=self.placed.path, span=self.location.span)
        return _process(self.container, self.placed.path, self.variables, self.image, provided)


def find_serving(
    project: Project, cluster: Cluster, built: BuiltImages
) -> tuple[tuple[Serving, ...], tuple[UndecidedManifest, ...]]:
    """The containers that serve, and the workloads that may, of which that cannot be decided."""
    release = project.release
    serving: list[Serving] = []
    candidates: list[Serving] = []
    for placed in cluster.workloads:
        at = placed.found.at
        changes = Changes(cluster.manifests.changes_of(placed.path, at.kind, at.name))
        for container in placed.found.pod.containers:
            each = Serving(placed, container, variables_of(container, placed, cluster, changes), changes)
            each = _with_image(each, built)
            if each.image is not None:
                if _runs_server(each, release) or (_may_serve(each) and _may_hold_config(each, project)):
                    serving.append(each)
            elif _runs_server(each, release) or not _is_foreign(each):
                candidates.append(each)
    decided, undecided = _choose(candidates, built, release)
    return (*serving, *decided), tuple(undecided)


def _with_image(each: Serving, built: BuiltImages) -> Serving:
    """With the image that a compose file builds under the same name."""
    written = each.container.image
    if written is None or written.value is None:
        reason = (written.reason if written else None) or "it names no image"
        return replace(each, image_reason=f"the image is not known: {reason}")
    image = built.of_name(written.value)
    return each if image is None else replace(each, image=_placed_in(image, each))


def _choose(
    candidates: list[Serving], built: BuiltImages, release: Release
) -> tuple[list[Serving], list[UndecidedManifest]]:
    """Match the project's image to a container where only one image can be it."""
    possible = [each for each in candidates if not _runs_other(each) and not _is_foreign(each)]
    names = {_repository(each) for each in possible}
    telling = [each for each in possible if _runs_server(each, release) or _looks_like_server(each, release)]
    if len(names) > 1:
        names = {_repository(each) for each in telling}
        possible = telling
    serving: list[Serving] = []
    undecided: list[UndecidedManifest] = []
    for each in candidates:
        image: Image | Unknown = Unknown(each.image_reason or "the image is not this project's")
        if each in possible:
            image = Unknown("several images may be the one that the project's Dockerfile builds")
            written = each.container.image
            if len(names) == 1 and not each.image_reason and written is not None and written.value is not None:
                image = built.likely(written.value)
        if isinstance(image, Image):
            matched = replace(each, image=_placed_in(image, each))
            if _may_serve(matched):
                serving.append(matched)
        elif _runs_server(each, release):
            serving.append(replace(each, image_reason=image.reason))
        elif each in telling:
            undecided.append(UndecidedManifest(each.location, image.reason))
    return serving, undecided


def _placed_in(image: Image, each: Serving) -> Image:
    """The image as the container runs it: with the pod's working directory, and with what is mounted over it."""
    written = each.container.working_dir
    workdir = image.workdir
    if written is not None:
        workdir = each.variables.expanded(written, each.placed.path, f"workingDir in {each.placed.path}")
    return replace(image, workdir=workdir, mounted=tuple(_mounted(each)))


def _mounted(each: Serving) -> Iterator[MountedOver]:
    """What lies over the image's files. No volume of a pod is filled from the image."""
    empty = {volume.name for volume in each.placed.found.pod.volumes if volume.kind in ("empty-dir", "ephemeral")}
    for mount in each.container.mounts:
        if mount.path is None or mount.path.value is None:
            continue
        target = "/" + posixpath.normpath(mount.path.value).lstrip("/")
        location = Location(each.placed.path, mount.path.span)
        if mount.name in empty and mount.sub_path is None:
            yield MountedOver(target, "nothing", location)
        else:
            reason = f"the volume {mount.name} is mounted at {target}"
            yield MountedOver(target, "unknown", location, reason=reason)


def _repository(each: Serving) -> str:
    written = each.container.image
    return repository(written.value) if written and written.value else ""


def _is_foreign(each: Serving) -> bool:
    written = each.container.image
    return bool(written and written.value and is_foreign(written.value))


def _may_serve(each: Serving) -> bool:
    """As for a Dockerfile: whatever runs in the project's image may serve, unless it is known to be something else."""
    process = each.process({})
    return process is None or process.kind != "other"


def _may_hold_config(each: Serving, project: Project) -> bool:
    """Whether the image that compose gives this name may be this project's, and not another one's of the repository."""
    return each.image is None or not isinstance(each.image.place_of(project.config.path), NotInImage)


def _runs_other(each: Serving) -> bool:
    process = each.process({})
    return process is not None and process.kind == "other"


def _runs_server(each: Serving, release: Release) -> bool:
    """Whether its own command starts the framework's server."""
    process = each.process({})
    if process is None or (each.container.command is None and each.container.args is None):
        return False
    if process.kind == "cli":
        return True
    target = process.target.text if process.target else None
    return process.kind in ("uvicorn", "gunicorn") and target in release.asgi_targets


def _looks_like_server(each: Serving, release: Release) -> bool:
    """Whether it has variables or probes that only the framework's server has a use for."""
    known = set(release.settings) - COMMON_NAMES
    if known & {*each.variables.written, *each.variables.sourced}:
        return True
    return any(
        probe.handler.path is not None and probe.handler.path.value in _HEALTH_PATHS for probe in each.container.probes
    )


def _process(
    container: Container, path: str, variables: Variables, image: Image | None, provided: Mapping[str, Value[str]]
) -> Process | None:
    entrypoint, args = _words(container.command, variables, path), _words(container.args, variables, path)
    env: dict[str, Value[str]] = {**provided, **(image.env if image else {})}
    anything = variables.changed or variables.anything
    if anything is not None:
        env = dict.fromkeys((*env, *_SERVER_VARIABLES, *_mentioned(container)), anything)
    for layer in () if variables.changed else (variables.sourced, variables.written):
        env.update({name: value for name, value in layer.items() if not isinstance(value, Absent)})
    label = f"{'args' if container.command is None else 'command'} in {path}"
    if image is not None:
        own = container.command is None and container.args is None
        return image.process_with(env, entrypoint, args, path=None if own else path, label=None if own else label)
    line = combine(entrypoint, args)
    if entrypoint is None or line is None:
        return None
    return parse_command(line, env, path=path, label=label)


def _words(texts: tuple[Text, ...] | None, variables: Variables, path: str) -> tuple[Word, ...] | None:
    """The words of ``command`` or ``args``, expanded; an empty list is the same as none (the kubelet's rule)."""
    if not texts:
        return None
    found = []
    for text in texts:
        value = variables.expanded(text, path, "the command")
        if isinstance(value, Known):
            found.append(Word(value.value, text.span))
        else:
            prefix = (text.value or "").partition("$(")[0]
            reason = value.reason if isinstance(value, Unknown) else "it is not known"
            found.append(Word(None, text.span, reason, prefix))
    return tuple(found)


def _mentioned(container: Container) -> Iterator[str]:
    """The variables that a shell in the command would look up."""
    for text in (*(container.command or ()), *(container.args or ())):
        yield from _SHELL_VARIABLE.findall(text.value or "")
