"""The image that a Dockerfile builds: which project file lies where in it, its variables, its command."""

from __future__ import annotations

import posixpath
from dataclasses import field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from agentflow_lint.model.command.process import CommandLine, Process, Word, combine, parse_command
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.image.context import ContextAbove, context_above
from agentflow_lint.model.image.installs import Installs, installs_of
from agentflow_lint.model.image.layers import Copy, FileSystem, Run, below, file_systems, has_wildcard
from agentflow_lint.model.image.mounted import MountedOver, covering, mounted_places
from agentflow_lint.model.values import ABSENT, Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record
from agentflow_lint.sources.dockerfile import Dockerfile, EnvValue, Stage, base_user, read_dockerfile
from agentflow_lint.sources.dockerignore import IgnoreFile, Pattern, glob_match, read_dockerignore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.dockerfile import Command
    from agentflow_lint.sources.text import SourceText, Span

#: How many files are looked at to answer a question about a folder or a wildcard.
_MAX_LOOKS = 2000


@record(frozen=True)
class NotInImage:
    """The file is certainly not in the image; ``reason`` says why, ``location`` is the line that decides."""

    reason: str
    location: Location


@record(frozen=True)
class ImageProblem:
    """No image can be made out: the Dockerfile cannot be read, or has no stage of that name."""

    path: str
    reason: str
    location: Location


@record(frozen=True, eq=False)
class Image:
    """One stage of a Dockerfile, built.

    ``context`` is the build context's folder, relative to the project root ("" is the root itself); ``ignore`` the
    ignore file that applies, at ``ignore_path``. ``workdir`` and ``user`` are the image's; ``env`` holds what ENV and
    known base images set: a variable that is not in it is unset, unless ``env_is_open`` says why the base image may
    set it. ``above`` is the build context where that lies above the project, with ``context`` "". ``mounted`` is what a
    container has over the image's files.
    """

    dockerfile_path: str
    dockerfile: Dockerfile = field(repr=False)
    stage: Stage = field(repr=False)
    context: str
    files: ProjectFiles = field(repr=False)
    file_systems: tuple[FileSystem, ...] = field(repr=False)
    ignore: IgnoreFile = field(repr=False)
    ignore_path: str | None
    workdir: Value[str]
    env: Mapping[str, Value[str]] = field(repr=False)
    env_is_open: str | None = None
    above: ContextAbove | None = None
    mounted: tuple[MountedOver, ...] = field(default=(), repr=False)

    @property
    def at(self) -> Location:
        """The FROM of the final stage."""
        return Location(self.dockerfile_path, self.stage.instruction.span)

    @cached_property
    def python_path(self) -> Value[tuple[str, ...]]:
        """The folders in PYTHONPATH, made absolute."""
        value = self.env.get("PYTHONPATH", ABSENT)
        if not isinstance(value, Known):
            return value
        folders = []
        for folder in value.value.split(":"):
            if folder.startswith("/"):
                folders.append(posixpath.normpath(folder))
            elif isinstance(self.workdir, Known):
                folders.append(posixpath.normpath(posixpath.join(self.workdir.value, folder)))
            else:
                return Unknown("PYTHONPATH is relative to a working directory that is not known", value.origin)
        return Known(tuple(folders), value.origin)

    @cached_property
    def user(self) -> Value[str]:
        """The user that processes run as: the last USER, else the base image's; Unknown where that is not known."""
        stage: Stage | None = self.stage
        base: Stage = self.stage
        while stage is not None:
            base = stage
            for step in reversed(stage.steps):
                if step.instruction.keyword == "USER" and step.words:
                    word = step.words[0]
                    origin = Origin(f"USER in {self.dockerfile_path}", Location(self.dockerfile_path, word.span))
                    return Unknown(word.reason or "", origin) if word.text is None else Known(word.text, origin)
            stage = None if stage.base_stage is None else self.dockerfile.stages[stage.base_stage]
        origin = Origin(f"the base image {base.base}", Location(self.dockerfile_path, base.instruction.span))
        user = base_user(base.base) if base.base else None
        return Known(user, origin) if user else Unknown(f"the base image {base.base or ''} may set a user", origin)

    @cached_property
    def entrypoint(self) -> CommandLine | None:
        """The ENTRYPOINT that the Dockerfile sets; None when it sets none."""
        return _command_line(self.stage.entrypoint)

    @cached_property
    def command(self) -> CommandLine | None:
        """The CMD that the Dockerfile sets; None when it sets none."""
        return _command_line(self.stage.cmd)

    @property
    def command_span(self) -> Span | None:
        """The instruction that says what runs: CMD, or the ENTRYPOINT where that has it all."""
        decisive = self.stage.cmd or self.stage.entrypoint
        if self.stage.entrypoint and self.stage.entrypoint.instruction.form == "shell":
            decisive = self.stage.entrypoint
        return decisive.instruction.span if decisive else None

    @cached_property
    def process(self) -> Process | None:
        """What a container of this image runs; None when the Dockerfile says neither CMD nor ENTRYPOINT."""
        return self.process_with(self.env)

    def process_with(
        self,
        env: Mapping[str, Value[str]],
        entrypoint: CommandLine | None = None,
        command: CommandLine | None = None,
        *,
        path: str | None = None,
        label: str | None = None,
    ) -> Process | None:
        """What runs with another environment, or with an entrypoint or command from outside.

        An entrypoint from outside drops the image's CMD, as in ``docker run``, compose and Kubernetes. ``path``
        and ``label`` say where these stand.
        """
        own = entrypoint is None and command is None
        if command is None and entrypoint is None:
            command = self.command
        line = combine(entrypoint if entrypoint is not None else self.entrypoint, command, self._shell)
        if line is None:
            return None
        keyword = "CMD" if self.stage.cmd else "ENTRYPOINT"
        return parse_command(
            line,
            env,
            path=path or self.dockerfile_path,
            label=label or (f"{keyword} in {self.dockerfile_path}" if own else "the command"),
            surroundings=_InImage(self),
        )

    @cached_property
    def installs(self) -> Installs:
        """The distributions that RUN lines install, in the stages that reach this one."""
        return installs_of(self.dockerfile, self.stage, self.dockerfile_path)

    @cached_property
    def python(self) -> Value[str]:
        """The version (``3.12``) of the Python that the server runs on."""
        from agentflow_lint.model.image.python import python_of

        return python_of(self)

    def excluded_by(self, project_path: str) -> Pattern | None:
        """The pattern of the ignore file that keeps a file out of the build context."""
        inside = self._in_context(project_path)
        return None if inside is None else self.ignore.match(inside)

    def place_of(self, project_path: str) -> Known[str] | Unknown | NotInImage:
        """The absolute path of a project file or folder in the image.

        Of several, one below the working directory. ``project_path`` is relative to the project root. A file that was
        copied and then deleted is not in the image.
        """
        places = self.places_of(project_path)
        if not isinstance(places, tuple):
            return places
        home = self.workdir.value.rstrip("/") + "/" if isinstance(self.workdir, Known) else "/"
        return next((place for place in reversed(places) if place.value.startswith(home)), places[-1])

    def places_of(self, project_path: str) -> tuple[Known[str], ...] | Unknown | NotInImage:
        """Every absolute path of a project file or folder, in the order in which it is copied, and then mounted."""
        path = posixpath.normpath(project_path)
        copied = self._copied_places(path)
        return self._seen_places(path, copied) if self.mounted else copied

    def _seen_places(self, path: str, copied: _Places) -> _Places:
        """The places that no mount hides, and those that a mount shows."""
        found: list[Known[str]] = []
        hidden: Unknown | NotInImage | None = None
        for place in copied if isinstance(copied, tuple) else ():
            mount = covering(self.mounted, place.value)
            if mount is None:
                found.append(place)
            elif mount.content == "unknown":
                hidden = Unknown(mount.reason, Origin(f"mount in {mount.location.path}", mount.location))
            else:
                hidden = hidden or NotInImage(f"what is mounted at {mount.target} hides it", mount.location)
        for shown, mount in mounted_places(self.mounted, path):
            found.append(Known(shown, Origin(f"mount in {mount.location.path}", mount.location)))
        if found:
            return tuple(found)
        return hidden if hidden is not None else copied

    def _copied_places(self, path: str) -> _Places:
        inside = self._in_context(path)
        if inside is None:
            return NotInImage(f"{path} is outside the build context {self.context or '.'}", self.at)
        is_folder = self.files.is_dir(path)
        pattern = self.ignore.match(inside)
        if pattern is not None and not (is_folder and self._some_file_stays(path)):
            return self._fetched() or self._excluded(pattern)
        return self._places_in(self.stage.index, inside, is_folder, {})

    def project_path_of(self, image_path: str) -> Known[str] | Unknown | NotInImage:
        """Which project file or folder lies at an absolute path of the image."""
        if not image_path.startswith("/"):
            if not isinstance(self.workdir, Known):
                return Unknown("the working directory of the image is not known")
            image_path = posixpath.join(self.workdir.value, image_path)
        image_path = "/" + posixpath.normpath(image_path).lstrip("/")
        mount = covering(self.mounted, image_path)
        return self._source_in(self.stage.index, image_path, {}) if mount is None else self._in_mount(mount, image_path)

    def _in_mount(self, mount: MountedOver, image_path: str) -> Known[str] | Unknown | NotInImage:
        if mount.content == "unknown":
            return Unknown(mount.reason, Origin(f"mount in {mount.location.path}", mount.location))
        path = mount.project_path(image_path)
        if mount.content == "project" and (self.files.is_file(path) or self.files.is_dir(path)):
            return Known(path, Origin(f"mount in {mount.location.path}", mount.location))
        return NotInImage(f"what is mounted at {mount.target} does not hold it", mount.location)

    def _in_context(self, project_path: str) -> str | None:
        path = posixpath.normpath(project_path)
        inside = posixpath.relpath(path, self.context or ".")
        if inside == ".." or inside.startswith("../") or path.startswith("/"):
            return None
        return "" if inside == "." else inside

    def in_project(self, context_path: str) -> str:
        """The project path of a path of the build context."""
        path = posixpath.normpath(posixpath.join(self.context, context_path))
        return (self.above.in_project(path) if self.above else None) or path

    def _excluded(self, pattern: Pattern) -> NotInImage:
        path = self.ignore_path or ".dockerignore"
        reason = f"{pattern.text} in {path} line {pattern.span.line} keeps it out of the build context"
        return NotInImage(reason, Location(path, pattern.span))

    def _fetched(self) -> Unknown | None:
        """A RUN of the stage may bring in the project by itself."""
        for layer in self.file_systems[self.stage.index].layers:
            if isinstance(layer, Run) and layer.fetches:
                return Unknown("a RUN may fetch it", Origin(f"RUN in {self.dockerfile_path}", layer.location))
        return None

    def _some_file_stays(self, folder: str) -> bool:
        if not any(pattern.exception for pattern in self.ignore.patterns):
            return False
        looks = 0
        folders = [folder]
        while folders:
            current = folders.pop()
            for name in self.files.names(current):
                looks += 1
                path = posixpath.join(current, name)
                if looks > _MAX_LOOKS or self.ignore.match(self._in_context(path) or "") is None:
                    return True
                if self.files.is_dir(path):
                    folders.append(path)
        return False

    def _places_in(self, stage: int, path: str, is_folder: bool, known: dict[int, _Places]) -> _Places:
        """Where a path of the build context lies in one stage; ``known`` keeps the answers of earlier stages."""
        if stage not in known:
            known[stage] = self._replayed(stage, path, is_folder, known)
        return known[stage]

    def _replayed(self, stage: int, path: str, is_folder: bool, known: dict[int, _Places]) -> _Places:
        found: dict[str, Known[str]] = {}
        gone: NotInImage | None = None
        unknown: Unknown | None = None
        for layer in self.file_systems[stage].layers:
            if isinstance(layer, Run):
                origin = Origin(f"RUN in {self.dockerfile_path}", layer.location)
                for place in tuple(found):
                    if below(place, layer.removes):
                        del found[place]
                        gone = NotInImage("a RUN deletes it", layer.location)
                    elif below(place, layer.moves):
                        del found[place]
                        unknown = Unknown("a RUN may move it", origin)
                if layer.fetches:
                    unknown = unknown or Unknown("a RUN may fetch it", origin)
                continue
            origin = Origin(f"COPY in {self.dockerfile_path}", layer.location)
            if layer.unknown is not None:
                unknown = Unknown(layer.unknown, origin)
                continue
            sources = [(path, is_folder)]
            if layer.stage is not None:
                inner = self._places_in(layer.stage, path, is_folder, known)
                if isinstance(inner, Unknown):
                    unknown = unknown or inner
                sources = [(each.value[1:], is_folder) for each in inner] if isinstance(inner, tuple) else []
            for source, folder in sources:
                for target in layer.places(source, is_folder=folder):
                    if target is None:
                        unknown = Unknown("whether its destination is a folder depends on a RUN", origin)
                    else:
                        found.pop(target, None)
                        found[target] = Known(target, origin)
        if found:
            return tuple(found.values())
        if unknown is not None:
            return unknown
        if gone is not None:
            return gone
        base = self.file_systems[stage].base
        return Unknown(base) if base else NotInImage("no COPY takes it into the image", self.at)

    def _source_in(self, stage: int, image_path: str, known: dict[tuple[int, str], _Source]) -> _Source:
        """Which project path lies at an absolute path of one stage; ``known`` keeps the answers of earlier stages."""
        key = (stage, image_path)
        if key not in known:
            if len(known) > _MAX_LOOKS:
                return Unknown("too many stages copy from each other")
            known[key] = self._traced(stage, image_path, known)
        return known[key]

    def _traced(self, stage: int, image_path: str, known: dict[tuple[int, str], _Source]) -> _Source:
        excluded: NotInImage | None = None
        for layer in reversed(self.file_systems[stage].layers):
            if isinstance(layer, Run):
                verdict = self._after_run(layer, image_path)
                if verdict is not None:
                    return verdict
                continue
            origin = Origin(f"COPY in {self.dockerfile_path}", layer.location)
            if layer.unknown is not None:
                if below(image_path, (layer.target,)):
                    return Unknown(layer.unknown, origin)
                continue
            for candidate in layer.candidates(image_path):
                for path in self._existing(layer, candidate):
                    if layer.stage is not None:
                        inner = self._source_in(layer.stage, "/" + path, known)
                        if isinstance(inner, NotInImage):
                            continue
                        if isinstance(inner, Unknown):
                            return inner
                        project_path = inner.value
                    else:
                        project_path = self.in_project(path)
                    is_folder = self.files.is_dir(project_path)
                    places = tuple(layer.places(path, is_folder=is_folder))
                    if None in places:
                        return Unknown("whether a destination is a folder depends on a RUN", origin)
                    if image_path not in places:
                        continue
                    pattern = self.ignore.match(path) if layer.stage is None else None
                    if pattern is None or (is_folder and self._some_file_stays(project_path)):
                        return Known(project_path, origin)
                    excluded = excluded or self._excluded(pattern)
        if excluded is not None:
            return excluded
        base = self.file_systems[stage].base
        return Unknown(base) if base else NotInImage("nothing puts a file there", self.at)

    def _after_run(self, layer: Run, image_path: str) -> Unknown | NotInImage | None:
        origin = Origin(f"RUN in {self.dockerfile_path}", layer.location)
        if image_path in layer.writes or below(image_path, layer.fills):
            return Unknown("a RUN may write it", origin)
        if below(image_path, layer.removes):
            return NotInImage("a RUN deletes it", layer.location)
        if below(image_path, layer.moves):
            return Unknown("a RUN may move it", origin)
        return None

    def _existing(self, layer: Copy, candidate: str) -> Iterator[str]:
        """The existing paths that a candidate, maybe with wildcards, stands for."""
        if layer.stage is not None:
            if not has_wildcard(candidate):
                yield candidate
            return
        found = [""]
        for segment in candidate.split("/") if candidate else ():
            following: list[str] = []
            for folder in found[:_MAX_LOOKS]:
                if has_wildcard(segment):
                    names = [name for name in self.files.names(self.in_project(folder)) if glob_match(segment, name)]
                else:
                    names = [segment]
                following.extend(posixpath.join(folder, name) for name in names)
            found = following[:_MAX_LOOKS]
        for path in found:
            project_path = self.in_project(path)
            if self.files.is_file(project_path) or self.files.is_dir(project_path):
                yield path

    @property
    def _shell(self) -> tuple[str, ...]:
        return (self.stage.cmd.shell if self.stage.cmd else None) or ("/bin/sh", "-c")


@record(frozen=True, eq=False)
class _InImage:
    """The surroundings of a command of the image, in its working directory."""

    image: Image

    @property
    def files(self) -> ProjectFiles:
        return self.image.files

    def project_path(self, path: str, folder: Value[str]) -> Value[str]:
        if isinstance(folder, Unknown) and not path.startswith("/"):
            return folder
        found = self.image.project_path_of(posixpath.join(folder.value if isinstance(folder, Known) else "", path))
        return ABSENT if isinstance(found, NotInImage) else found


_Places: TypeAlias = "tuple[Known[str], ...] | Unknown | NotInImage"
_Source: TypeAlias = "Known[str] | Unknown | NotInImage"


def build_image(
    files: ProjectFiles,
    dockerfile_path: str,
    context: str = "",
    *,
    target: str | None = None,
    build_args: Mapping[str, str | None] | None = None,
) -> Image | ImageProblem:
    """The image of a Dockerfile of the project.

    ``context`` is the build context's folder; ``target`` the name or number of the stage to build, the last one when
    None; ``build_args`` are the build arguments given from outside (None: with a value that is not known). All
    paths are relative to the project root.
    """
    text = files.read(dockerfile_path)
    if isinstance(text, Missing):
        return ImageProblem(dockerfile_path, "there is no such file", Location(dockerfile_path))
    if isinstance(text, Unreadable):
        return ImageProblem(dockerfile_path, f"the file {text.reason}", Location(dockerfile_path))
    return image_of(files, text, dockerfile_path, context, target=target, build_args=build_args)


def image_of(
    files: ProjectFiles,
    text: SourceText,
    dockerfile_path: str,
    context: str = "",
    *,
    target: str | None = None,
    build_args: Mapping[str, str | None] | None = None,
) -> Image | ImageProblem:
    """The image of a Dockerfile's text, which stands in the file ``dockerfile_path``; else as :func:`build_image`."""
    dockerfile = read_dockerfile(text, build_args)
    if not dockerfile.stages:
        problem = dockerfile.problems[0]
        return ImageProblem(dockerfile_path, problem.message, Location(dockerfile_path, problem.span))
    stage = dockerfile.stages[-1] if target is None else dockerfile.stage(target)
    if stage is None:
        return ImageProblem(dockerfile_path, f"there is no stage {target}", Location(dockerfile_path))
    above = context_above(files, dockerfile) if posixpath.normpath(context) == "." else None
    systems = file_systems(dockerfile, dockerfile_path, above)
    ignore_path, ignore = (None, IgnoreFile(())) if above else _ignore_file(files, dockerfile_path, context)
    return Image(
        dockerfile_path=dockerfile_path,
        dockerfile=dockerfile,
        stage=stage,
        context="" if posixpath.normpath(context) == "." else posixpath.normpath(context),
        files=files,
        file_systems=systems,
        ignore=ignore,
        ignore_path=ignore_path,
        workdir=systems[stage.index].workdir,
        env=MappingProxyType({name: _env_value(value, stage, dockerfile_path) for name, value in stage.env.items()}),
        env_is_open=stage.open_env.format(name="a variable") if stage.open_env else None,
        above=above,
    )


def _ignore_file(files: ProjectFiles, dockerfile_path: str, context: str) -> tuple[str | None, IgnoreFile]:
    """``<Dockerfile>.dockerignore`` beside the Dockerfile, else ``.dockerignore`` in the root of the context."""
    for path in (f"{dockerfile_path}.dockerignore", posixpath.normpath(posixpath.join(context, ".dockerignore"))):
        text = files.read(path)
        if not isinstance(text, (Missing, Unreadable)):
            return path, read_dockerignore(text)
    return None, IgnoreFile(())


def _env_value(value: EnvValue, stage: Stage, path: str) -> Value[str]:
    if value.span is None:
        origin = Origin(f"the base image {stage.base}")
    else:
        origin = Origin(f"ENV in {path}", Location(path, value.span), "docker-env")
    if value.value is None:
        return Unknown(value.reason or "it is not known", origin)
    return Known(value.value, origin, tuple(_env_value(old, stage, path) for old in value.overridden))


def _command_line(command: Command | None) -> CommandLine | None:
    if command is None:
        return None
    instruction = command.instruction
    if instruction.command is not None:
        if command.shell is None:
            return instruction.command
        shell = tuple(Word(text) for text in command.shell)
        return (*shell, Word(instruction.command.text, instruction.command.span(), located=instruction.command))
    return tuple(Word(word.text, word.span) for word in instruction.words)
