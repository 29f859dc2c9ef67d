"""Which distributions a deployment installs, as far as its image or the project's own files tell.

Followed are the framework's own distributions and their extras, lock files, and the packages of which it is known what
they require. Any other brings what its name does not show, so the answer stays open with it.
"""

from __future__ import annotations

import posixpath
from dataclasses import field, replace
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement
from packaging.utils import canonicalize_name

from agentflow_lint.framework.import_names import NAMESAKES
from agentflow_lint.framework.packages import brought_by, known_package, parsed_requirement
from agentflow_lint.framework.release import load_release, newest_core_for, resolve_release
from agentflow_lint.model.dependencies.pins import SERVER_DISTRIBUTIONS, Pin
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.image.installs import Requirement as NamedRequirement
from agentflow_lint.model.image.steps import unread_step
from agentflow_lint.model.values import Absent, Known, Location, Origin, Unknown
from agentflow_lint.records import record
from agentflow_lint.sources.requirements import (
    Problem,
    RequirementsFile,
    lock_kind,
    read_lock,
    read_pyproject,
    read_requirements_txt,
)
from agentflow_lint.sources.text import START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.requirements import Requirement

    from agentflow_lint.framework.facts import Published
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.model.image.installs import Installs, RequirementFile
    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.requirements import Requirement as Asked

_MOST_FILES = 50


@record(frozen=True)
class Distributions:
    """What a deployment installs.

    ``names`` are canonical, and certain; ``brought`` is what known packages among them may bring besides. ``is_open``
    says why anything else may be there too, or is None; ``unfollowed`` are installed distributions of which it is not
    known what they bring; ``optional`` is what groups and extras of the project add where they are installed.
    ``framework`` are the releases of the framework's distributions among all this, ``at`` the lines that install the
    server: none where nothing does. ``removed`` are names that are uninstalled again, and in none of the others.
    """

    names: frozenset[str]
    brought: frozenset[str]
    is_open: str | None
    unfollowed: tuple[str, ...]
    optional: frozenset[str]
    framework: tuple[Published, ...]
    at: tuple[Location, ...]
    removed: frozenset[str] = frozenset()

    def has(self, *packages: str) -> bool:
        """Whether one of the packages is installed, as far as is known."""
        return any(package in self.names or package in self.brought for package in packages)

    def doubt_about_framework(self) -> str | None:
        """Why one of the framework's distributions may be installed all the same; None when it certainly is not.

        No package that is known here requires one.
        """
        strangers = [name for name in self.unfollowed if known_package(name) is None and name not in NAMESAKES]
        return replace(self, unfollowed=tuple(strangers)).doubt(*SERVER_DISTRIBUTIONS)

    def doubt(self, *packages: str) -> str | None:
        """Why one of some packages may be installed all the same, in words; None when none of them certainly is."""
        if self.removed.issuperset(packages):
            return None
        if self.is_open:
            return self.is_open
        named = [package for package in packages if package in self.optional]
        if named:
            return f"only a group or an extra of the project names `{named[0]}`"
        return f"what {self.unfollowed[0]} brings with it is not known" if self.unfollowed else None


def installed_of(deployment: Deployment) -> Distributions | None:
    """What a deployment installs; None where nothing in the repository says what installs it."""
    project = deployment.project
    found = _Collected()
    if deployment.image is not None:
        _read_image(found, project, deployment.image, installs_until_start(deployment, deployment.image))
    elif deployment.kind in ("project", "procfile") and project.dependencies.pins:
        _read_pins(found, project)
    else:
        return None
    return found.answer(project)


def installs_until_start(deployment: Deployment, image: Image) -> Installs:
    """What the image installs, and what ``uv run`` does when it starts: the project, and what ``--with`` names."""
    process, installs = deployment.process, image.installs
    runner = process.runner if process is not None else None
    if process is None or runner is None or posixpath.basename(runner.text or "") != "uv":
        return installs
    at = Location(runner.path or process.path, runner.span or process.span or START)
    names = {option.name for option in process.runner_options}
    switched_off = not isinstance(deployment.environment.inherited("UV_NO_SYNC"), Absent)
    if not names.intersection(("no-sync", "--no-sync", "no-project", "--no-project")) and not switched_off:
        installs = replace(installs, project=(*installs.project, at), by_pip=False)
    for option in process.runner_options:
        if option.value is None or option.name not in ("with", "with-requirements", "with-editable"):
            continue
        if option.name == "with" and option.value.text is not None:
            more = tuple(NamedRequirement(each, at) for each in option.value.text.split(","))
            installs = replace(installs, requirements=(*installs.requirements, *more))
        else:
            reason = f"what `uv run {option.spelling}` brings is not known"
            installs = replace(installs, unknown=(*installs.unknown, Unknown(reason, Origin(process.path, at))))
    return installs


def distributions_in(project: Project, installs: Installs, image: Image) -> Distributions:
    """What some of the installs of an image bring."""
    found = _Collected()
    _read_image(found, project, image, installs)
    return found.answer(project)


def brings(project: Project, name: str) -> bool | None:
    """Whether every deployment of a project that is checked installs a distribution; None where that is not known."""
    answers: set[bool | None] = set()
    for deployment in project.deployments:
        found = deployment.installed
        if found is not None and found.has(name):
            answers.add(True)
        else:
            answers.add(None if found is None or found.doubt(name) else False)
    return answers.pop() if len(answers) == 1 else None


@record
class _Collected:
    """Requirements, with their places, in the making."""

    asked: list[tuple[Requirement, Location]] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)
    optional: list[Requirement] = field(default_factory=list)
    is_open: str | None = None
    removed: frozenset[str] = frozenset()

    def leave_open(self, reason: str) -> None:
        """Note the first reason for which there may be more."""
        self.is_open = self.is_open or reason

    def ask(self, text: str, at: Location) -> None:
        """Add a requirement as a command line spells it."""
        try:
            self.asked.append((parsed_requirement(text), at))
        except (InvalidRequirement, RecursionError):
            self.leave_open(f"what a requirement in {at.path} line {at.span.line} installs is not known")

    def pin(self, pin: Pin, *, is_optional: bool = False) -> None:
        """Add what a project's file asks for."""
        if pin.requirement.locked and not is_optional:
            self.locked.add(pin.requirement.name)
        if is_optional:
            self.optional.append(_parsed(pin.requirement))
        else:
            self.asked.append((_parsed(pin.requirement), pin.location))

    def answer(self, project: Project) -> Distributions:
        """What follows from the requirements."""
        asked = [each for each, _ in self.asked]
        kept = [(canonicalize_name(each.name), at) for each, at in self.asked]
        servers = tuple(at for name, at in kept if name in SERVER_DISTRIBUTIONS and name not in self.removed)
        framework = _framework(project, asked)
        everything = [*asked, *_closure(framework, asked)]
        names = _names(everything) - self.removed
        others = [each for each in everything if canonicalize_name(each.name) not in framework]
        brought = brought_by(others, frozenset(self.locked))
        installed = tuple(release for name, release in framework.items() if name in names)
        optional = _names([*self.optional, *_closure(framework, self.optional)]) - self.removed
        return Distributions(
            names,
            brought.names - self.removed,
            self.is_open,
            brought.unfollowed,
            optional,
            installed,
            servers,
            self.removed,
        )


def _parsed(asked: Asked) -> Requirement:
    extras = f"[{','.join(sorted(asked.extras))}]" if asked.extras else ""
    try:
        return parsed_requirement(f"{asked.name}{extras}{asked.specifier}")
    except InvalidRequirement:
        return parsed_requirement(f"{asked.name}{extras}")


def _names(requirements: Iterable[Requirement]) -> frozenset[str]:
    return frozenset(canonicalize_name(each.name) for each in requirements)


def _framework(project: Project, asked: Iterable[Requirement]) -> Mapping[str, Published]:
    """The framework's releases by distribution: the project's own, and the newest allowed of another generation."""
    known: dict[str, Published] = {each.distribution: each for each in (project.release, project.core)}
    for each in asked:
        name = canonicalize_name(each.name)
        if name in SERVER_DISTRIBUTIONS and name not in known:
            release = load_release(resolve_release(each.specifier, name).release.version)
            known[name] = release
            known.setdefault(release.core_distribution, newest_core_for(release))
    return known


def _closure(framework: Mapping[str, Published], asked: Iterable[Requirement]) -> list[Requirement]:
    """Everything that the framework's distributions bring, as they ask for it."""
    found: list[Requirement] = []
    seen: set[str] = set()
    waiting = list(asked)
    while waiting:
        current = waiting.pop()
        release = framework.get(canonicalize_name(current.name))
        if release is None:
            continue
        wanted = {canonicalize_name(extra) for extra in current.extras}
        lines = [*release.requires]
        for extra, more in release.extras.items():
            lines += more if canonicalize_name(extra) in wanted else ()
        fresh = [parsed_requirement(line) for line in lines if line not in seen]
        seen.update(lines)
        found += fresh
        waiting += fresh
    return found


def _read_pins(found: _Collected, project: Project, installs: Installs | None = None) -> None:
    """What the project's own files install.

    What only its groups and extras name is optional, where ``installs`` does not name them. Where those install the
    project as a whole, requirements files beside a pyproject.toml that has requirements count for nothing.
    """
    dependencies = project.dependencies
    pins = list(dependencies.pins)
    if installs is not None and any(_is_of_project(pin.location.path) for pin in pins):
        pins = [pin for pin in pins if _is_of_project(pin.location.path)]
    for pin in pins:
        group = pin.requirement.group
        if group is None or (installs is not None and group in installs.extras):
            found.pin(pin)
        elif installs is None or not installs.by_pip:
            found.pin(pin, is_optional=True)
    if not dependencies.is_complete:
        found.leave_open("a file asks for something whose distribution it does not name")
    if dependencies.problems:
        found.leave_open(f"{dependencies.problems[0][0].path} cannot be read as a whole")


def _is_of_project(path: str) -> bool:
    return path == "pyproject.toml" or lock_kind(path) is not None


def _read_image(found: _Collected, project: Project, image: Image, installs: Installs) -> None:
    found.removed = installs.removed
    for requirement in installs.requirements:
        found.ask(requirement.text, requirement.location)
    for each in installs.files:
        if each.from_pyproject:
            _read_pyproject(found, project)
            continue
        paths = requirement_files(image, each)
        if not paths and each.from_lock:
            _read_pins(found, project, installs)
            continue
        if not paths:
            found.leave_open(f"which file {each.path} is in the image is not known")
        for path in paths:
            _read_file(found, project, path)
    if installs.project:
        if not any(_is_of_project(name) for name in project.files.names()):
            found.leave_open("what the project itself requires is not in pyproject.toml or a lock file")
        _read_pins(found, project, installs)
    if installs.unknown:
        found.leave_open(installs.unknown[0].reason)
    unread = unread_step(image)
    if unread is not None:
        found.leave_open(unread)


def _read_pyproject(found: _Collected, project: Project) -> None:
    for pin in project.dependencies.pins:
        if pin.location.path == "pyproject.toml":
            found.pin(pin, is_optional=pin.requirement.group is not None)
    if any(at.path == "pyproject.toml" for at, _ in project.dependencies.problems):
        found.leave_open("pyproject.toml cannot be read as a whole")


def requirement_files(image: Image, named: RequirementFile) -> tuple[str, ...]:
    """The project files that a ``-r`` reads: what lies there in any of the image's stages, or is mounted there."""
    if named.mounted is not None:
        return (image.in_project(named.mounted),)
    image_path = named.image_path
    if image_path is None:
        return ()
    stages = (replace(image, stage=stage) for stage in image.dockerfile.stages[: image.stage.index + 1])
    sources = (stage.project_path_of(image_path) for stage in stages)
    return tuple(dict.fromkeys(source.value for source in sources if isinstance(source, Known)))


def _read_file(found: _Collected, project: Project, first: str) -> None:
    """A requirements file and those that it includes; also a pyproject.toml or a lock file in the place of one."""
    waiting, seen = [first], set[str]()
    while waiting:
        path = posixpath.normpath(waiting.pop())
        if path in seen:
            continue
        seen.add(path)
        if len(seen) > _MOST_FILES:
            found.leave_open(f"{first} includes more than {_MOST_FILES} files")
            return
        parsed = parsed_file(project.files, path)
        for each in parsed.requirements:
            found.pin(Pin(each, Location(path, each.span)), is_optional=each.group is not None)
        if parsed.unnamed or parsed.problems:
            found.leave_open(f"not all that {path} asks for is known")
        waiting += [
            posixpath.join(posixpath.dirname(path), each.path) for each in parsed.includes if not each.constraint
        ]


def parsed_file(files: ProjectFiles, path: str) -> RequirementsFile:
    """What a file asks for that stands after ``-r``; nothing for one that cannot be read."""
    text = files.read(path)
    if isinstance(text, (Missing, Unreadable)):
        return RequirementsFile(problems=(Problem(f"{path} cannot be read", START),))
    name = posixpath.basename(path)
    kind = lock_kind(name)
    if kind is not None:
        return read_lock(text, kind)
    return read_pyproject(text) if name == "pyproject.toml" else read_requirements_txt(text)
