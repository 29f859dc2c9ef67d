"""Which services of a compose project run this project's server, and what runs in them."""

from __future__ import annotations

import posixpath
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from agentflow_lint.model.command.process import Word
from agentflow_lint.model.compose.environment import ContainerVariables, at, container_variables
from agentflow_lint.model.compose.images import built_image, image_name, in_container, named_image
from agentflow_lint.model.config_file import CONFIG_NAMES
from agentflow_lint.model.image.built import Image, ImageProblem, NotInImage
from agentflow_lint.model.values import Absent
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agentflow_lint.model.command.process import CommandLine, Process
    from agentflow_lint.model.compose.images import Outside
    from agentflow_lint.model.compose.projects import ComposeProject
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Value
    from agentflow_lint.sources.compose import ComposeBuild, ComposeCommand, ComposeService

Certainty = Literal["server", "likely", "maybe"]
"""``server``: its command starts the framework's server; ``likely``: it starts some server in the project's image;
``maybe``: what it starts is not known."""

#: Services of one compose project that are looked at as servers; more are no deployment that anybody wrote.
MOST_SERVERS = 50

_CERTAINTIES: tuple[Certainty, ...] = ("server", "likely", "maybe")

#: Settings whose names other programs use as well.
COMMON_NAMES = frozenset({"LOG_LEVEL", "REDIS_URL", "SENTRY_DSN", "MODE", "APP_NAME", "APP_VERSION", "SUMMARY"})


@record(frozen=True, eq=False)
class ComposedServer:
    """A service that runs this project's server: its image as the container sees it, and its variables.

    ``builds_image``: the project builds that image, so what it sets is known.
    """

    compose: ComposeProject = field(repr=False)
    service: ComposeService
    image: Image = field(repr=False)
    variables: ContainerVariables = field(repr=False)
    builds_image: bool = True

    @property
    def shares_network(self) -> bool:
        """Whether it has the network of the host or of another container, and so their loopback address."""
        mode = self.service.network_mode
        return mode is not None and (mode.text is None or mode.text not in ("bridge", "none", "default"))

    def process(self, provided: Mapping[str, Value[str]]) -> Process | None:
        """What its containers run, with what is ``provided`` at deploy time; None where nothing says."""
        return _process(self.service, self.image, self.variables, provided)


@record(frozen=True)
class Candidate:
    """A service that may be this project's server, and how sure that is."""

    server: ComposedServer
    certainty: Certainty


def find_servers(project: Project, composes: Sequence[ComposeProject]) -> Iterator[ComposedServer]:
    """The services that serve.

    That is a service whose command starts the server, or whose image holds the config and starts something that is not
    known to be anything else. Of one compose project only the surest count: where a service certainly serves, another
    that runs an unknown program from the same image (a worker, a migration) is not taken for a second server.
    """
    images = _Images(project.files)
    built = dict(_built_names(composes, images))
    for compose in composes:
        candidates = [each for each in _candidates(project, compose, built, images) if each is not None]
        for certainty in _CERTAINTIES:
            chosen = [each.server for each in candidates if each.certainty == certainty]
            if chosen:
                yield from chosen[:MOST_SERVERS]
                break


def built_names(project: Project) -> Mapping[str, Image]:
    """The images that the project's compose files build, by the name that they give them, without tag."""
    return dict(_built_names(project.compose_projects, _Images(project.files)))


def _built_names(composes: Sequence[ComposeProject], images: _Images) -> Iterator[tuple[str, Image]]:
    """The images that some compose file builds, by the name that it gives them."""
    for compose in composes:
        for service in compose.model.services.values():
            name = image_name(service)
            if service.build is not None and name is not None:
                image = images.of(compose, service.build)
                if isinstance(image, Image):
                    yield name, image


class _Images:
    """The images that compose builds, each made once: services often share one."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._known: dict[tuple[object, ...], Image | ImageProblem | Outside] = {}

    def of(self, compose: ComposeProject, build: ComposeBuild) -> Image | ImageProblem | Outside:
        """See :func:`built_image`."""
        written = (build.context, build.dockerfile, build.dockerfile_inline, build.target)
        texts = tuple(None if each is None else (each.text, each.place.folder) for each in written)
        args = tuple((entry.name, entry.value.text if entry.value else None) for entry in build.args)
        key = (compose.label, texts, args)
        if build.dockerfile_inline is not None or key not in self._known:
            self._known[key] = built_image(self._files, compose, build)
        return self._known[key]


def _candidates(
    project: Project, compose: ComposeProject, built: Mapping[str, Image], images: _Images
) -> Iterator[Candidate | None]:
    for service in compose.model.services.values():
        image, is_own = _image(project, compose, service, built, images)
        if image is None:
            continue
        variables = container_variables(project, compose, service)
        image = in_container(image, compose, service)
        server = ComposedServer(compose, service, image, variables, is_own)
        yield _judged(project, server, is_own)


def _image(
    project: Project, compose: ComposeProject, service: ComposeService, built: Mapping[str, Image], images: _Images
) -> tuple[Image | None, bool]:
    """The image, and whether the project builds it."""
    if service.build is not None:
        image = images.of(compose, service.build)
        if isinstance(image, Image):
            return image, True
        return (None if isinstance(image, ImageProblem) else named_image(project.files, service.image, service)), False
    name = image_name(service)
    if name is not None and name in built:
        return built[name], True
    return named_image(project.files, service.image, service), False


def _judged(project: Project, server: ComposedServer, is_own: bool) -> Candidate | None:
    process = server.process({})
    kind = process.kind if process is not None else "unknown"
    if is_own and _holds_another_project(project, server.image):
        return None
    if process is not None and _starts_framework(project, process):
        return Candidate(server, "server")
    if kind == "other":
        return None
    if is_own:
        if isinstance(server.image.place_of(project.config.path), NotInImage):
            return None
        return Candidate(server, "likely" if kind in ("cli", "uvicorn", "gunicorn") else "maybe")
    if kind == "unknown" and _looks_like_server(project, server):
        return Candidate(server, "maybe")
    return None


def _holds_another_project(project: Project, image: Image) -> bool:
    """Whether the build context is another project's folder, with a config of its own."""
    if not image.context:
        return False
    own = [posixpath.join(image.context, name) for name in CONFIG_NAMES]
    return project.config.path not in own and any(project.files.is_file(path) for path in own)


def _starts_framework(project: Project, process: Process) -> bool:
    if process.kind == "cli":
        return True
    target = process.target.text if process.target else None
    return process.kind in ("uvicorn", "gunicorn") and target in project.release.asgi_targets


def _looks_like_server(project: Project, server: ComposedServer) -> bool:
    """Whether a named image gets variables that only the framework's server has a use for."""
    wanted = set(project.release.settings) - COMMON_NAMES
    return bool(wanted & {entry.name for entry in server.service.environment})


def _process(
    service: ComposeService, image: Image, variables: ContainerVariables, provided: Mapping[str, Value[str]]
) -> Process | None:
    """What runs, by Docker's rules.

    An entrypoint of the service drops the image's command, but an empty one only drops the image's entrypoint; an empty
    command is the same as none (moby, daemon/commit.go, merge).
    """
    entrypoint = _words(service.entrypoint)
    command: CommandLine | None = _words(service.command) or None
    said = command if command is not None else entrypoint
    if entrypoint == () and command is None:
        command = image.command
    env: dict[str, Value[str]] = {**provided, **image.env}
    for layer in reversed(variables.layers):
        env.update({name: value for name, value in layer.items() if not isinstance(value, Absent)})
    path, label = image.dockerfile_path, None
    if said:
        written = service.command if command is not None and service.command else service.entrypoint
        path = written.place.path if written else path
        label = f"the command of {service.name} in {path}"
    return image.process_with(env, entrypoint, command, path=path, label=label)


def _words(command: ComposeCommand | None) -> tuple[Word, ...] | None:
    if command is None:
        return None
    return tuple(
        Word(
            word.text,
            word.place.span,
            None if word.text is not None else word.interpolation.reason,
            word.interpolation.prefix,
        )
        if word.text is None
        else Word(word.text, word.place.span)
        for word in command.words
    )


def unbuilt(project: Project, compose: ComposeProject) -> Iterator[tuple[str, ImageProblem]]:
    """The services from whose build no image can be made out, and why, at the place of the ``build``."""
    images = _Images(project.files)
    for service in compose.model.services.values():
        if service.build is None:
            continue
        image = images.of(compose, service.build)
        if isinstance(image, ImageProblem):
            reason = f"service {service.name} is built from {image.path}, and {image.reason}"
            yield service.name, ImageProblem(image.path, reason, at(service.build.place))
