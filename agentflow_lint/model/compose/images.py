"""The image that a service runs: built from the project, or named."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.model.compose.environment import at, value_of
from agentflow_lint.model.image.built import Image, ImageProblem, build_image, image_of
from agentflow_lint.model.image.mounted import MountedOver
from agentflow_lint.model.values import Absent
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.compose.projects import ComposeProject
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.compose import ComposeBuild, ComposeMount, ComposeService, Scalar

#: A build context that is no folder: a Git or HTTP URL.
_REMOTE = re.compile(r".*://|git@|github\.com/|service:")


@record(frozen=True)
class Outside:
    """Why the image is not built from what the project holds."""

    reason: str


def built_image(files: ProjectFiles, compose: ComposeProject, build: ComposeBuild) -> Image | ImageProblem | Outside:
    """The image that ``build`` describes."""
    context = build.context
    if context is not None and context.text is None:
        return Outside(f"its build context: {context.interpolation.reason}")
    written = context.text if context is not None else "."
    if written is None or _REMOTE.match(written):
        return Outside("it is built from elsewhere")
    folder = posixpath.normpath(posixpath.join(context.place.folder if context else compose.folder, written))
    if folder.startswith(("/", "../", "~")) or folder == "..":
        return Outside(f"its build context {written} lies outside the project")
    target = build.target.text if build.target else None
    if build.target is not None and target is None:
        return Outside(f"its build target: {build.target.interpolation.reason}")
    args = _arguments(build, compose)
    inline = build.dockerfile_inline
    if inline is not None:
        if inline.text is None:
            return Outside(f"its Dockerfile: {inline.interpolation.reason}")
        text = SourceText("\n" * inline.place.span.line + inline.text)
        return image_of(files, text, inline.place.path, folder, target=target, build_args=args)
    name = build.dockerfile.text if build.dockerfile else "Dockerfile"
    if name is None:
        return Outside(f"its Dockerfile: {build.dockerfile.interpolation.reason if build.dockerfile else ''}")
    path = posixpath.normpath(posixpath.join(folder, name))
    if path.startswith(("/", "../")):
        return Outside(f"its Dockerfile {name} lies outside the project")
    return build_image(files, path, folder, target=target or None, build_args=args)


def _arguments(build: ComposeBuild, compose: ComposeProject) -> Mapping[str, str | None]:
    """The build arguments; None for a value that is not known. One that compose does not have is not given."""
    found: dict[str, str | None] = {}
    for entry in build.args:
        if entry.value is not None:
            found[entry.name] = entry.value.text
        else:
            passed = compose.variables.lookup(entry.name)
            found[entry.name] = passed if isinstance(passed, str) else None
    return found


def named_image(files: ProjectFiles, reference: Scalar | None, place_of: ComposeService) -> Image | None:
    """An image of which nothing is known but its name, as a Dockerfile that has it as its base."""
    place = reference.place if reference is not None else place_of.place
    name = (reference.text if reference is not None else None) or "that is not known"
    column = max(place.span.column - len("FROM "), 1)
    text = SourceText("\n" * (place.span.line - 1) + " " * (column - 1) + f"FROM {name.split()[0]}")
    image = image_of(files, text, place.path)
    return image if isinstance(image, Image) else None


def repository(reference: str) -> str:
    """An image's name without its registry's address, tag and digest."""
    name = reference.partition("@")[0]
    head, slash, last = name.rpartition("/")
    first, _, rest = head.partition("/")
    if "." in first or ":" in first or first == "localhost":
        head = rest
    return f"{head}{slash if head else ''}{last.partition(':')[0]}"


def image_name(service: ComposeService) -> str | None:
    """The name of the image that a service writes, without its tag, which may be unknown."""
    image = service.image
    if image is None:
        return None
    if image.text is not None:
        return repository(image.text) or None
    prefix = image.interpolation.prefix
    return repository(prefix) if ":" in prefix.rpartition("/")[2] else None


def in_container(image: Image, compose: ComposeProject, service: ComposeService) -> Image:
    """The image as a service runs it: with its working directory, and with what is mounted over it."""
    workdir = value_of(service.working_dir, "working_dir")
    return replace(
        image,
        workdir=image.workdir if isinstance(workdir, Absent) else workdir,
        mounted=tuple(_mounts(image.files, compose, service)),
    )


def _mounts(files: ProjectFiles, compose: ComposeProject, service: ComposeService) -> Iterator[MountedOver]:
    for mount in service.mounts:
        target = mount.target.text
        if target is None or not target.startswith("/"):
            continue
        target = _clean(target)
        if mount.kind == "tmpfs":
            yield MountedOver(target, "nothing", at(mount.place))
        elif mount.kind != "volume":
            yield _bound(files, mount.source, target, mount)
        elif mount.source is not None and mount.source.text is not None:
            volume = compose.model.volumes.get(mount.source.text)
            if volume is not None and volume.device is not None:
                yield _bound(files, volume.device, target, mount)
            elif volume is not None and volume.is_external:
                reason = f"the volume {volume.name} is mounted there"
                yield MountedOver(target, "unknown", at(mount.place), reason=reason)
    for grant in (*service.configs, *service.secrets):
        granted = compose.model.configs.get(grant.source) or compose.model.secrets.get(grant.source)
        file = granted.file if granted is not None else None
        source = _inside(file) if file is not None else None
        if grant.target is None:
            continue
        if source is not None and files.is_file(source):
            yield MountedOver(_clean(grant.target), "project", at(grant.place), source)
        else:
            yield MountedOver(
                _clean(grant.target), "unknown", at(grant.place), reason=f"{grant.source} is mounted there"
            )


def _bound(files: ProjectFiles, source: Scalar | None, target: str, mount: ComposeMount) -> MountedOver:
    """A folder or file of the host; the project's own where the path leads into it, and it is there."""
    path = _inside(source) if source is not None else None
    if path is not None and (files.is_file(path) or files.is_dir(path)):
        return MountedOver(target, "project", at(mount.place), "" if path == "." else path)
    shown = source.text if source is not None and source.text else "something of the host"
    return MountedOver(target, "unknown", at(mount.place), reason=f"{shown} is mounted at {target}")


def _inside(source: Scalar) -> str | None:
    """The project's path that a path of the host is, if it is one."""
    if source.text is None or source.text.startswith(("/", "~")) or source.text[1:2] == ":":
        return None
    path = posixpath.normpath(posixpath.join(source.place.folder, source.text))
    return None if path == ".." or path.startswith("../") else path


def _clean(target: str) -> str:
    return "/" + posixpath.normpath(target).lstrip("/")
