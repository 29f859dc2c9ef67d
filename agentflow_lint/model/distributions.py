"""Which distributions a deployment installs, as far as its image or the project's own files tell.

Followed are the framework's own distributions and their extras. Other packages bring more than their name shows, so
the answer stays open with them, but for those that are known to bring nothing that a feature needs.
"""

from __future__ import annotations

import posixpath
from dataclasses import field, replace
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from agentflow_lint.framework.needed_packages import brings_nothing_else
from agentflow_lint.framework.release import load_release, newest_core_for, resolve_release
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.image_steps import unread_step
from agentflow_lint.model.pins import SERVER_DISTRIBUTIONS
from agentflow_lint.model.values import Known, Location
from agentflow_lint.records import record
from agentflow_lint.sources.requirements import read_requirements_txt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agentflow_lint.framework.facts import Published
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image import Image
    from agentflow_lint.model.pins import Pin
    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.requirements import Requirement as Asked

_MOST_FILES = 50


@record(frozen=True)
class Distributions:
    """What a deployment installs.

    ``names`` are canonical. ``is_open`` says why there may be more, or is None when that is all, but for ``optional``:
    what the project's groups and extras add where they are installed. ``framework`` are the releases of the
    framework's distributions among them, ``at`` the lines that install the server.
    """

    names: frozenset[str]
    is_open: str | None
    optional: frozenset[str]
    framework: tuple[Published, ...]
    at: tuple[Location, ...]


def distributions_of(deployment: Deployment) -> Distributions | None:
    """What a deployment installs; None where nothing says how the server comes to be installed."""
    project = deployment.project
    found = _Collected()
    if deployment.image is not None:
        _read_image(found, project, deployment.image)
    elif deployment.kind == "project":
        _read_pins(found, project, with_groups=False)
    else:
        return None
    return found.answer(project)


@record
class _Collected:
    """Requirements, with their places, in the making."""

    asked: list[tuple[Requirement, Location]] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)
    optional: list[Requirement] = field(default_factory=list)
    is_open: str | None = None

    def leave_open(self, reason: str) -> None:
        """Note the first reason for which there may be more."""
        self.is_open = self.is_open or reason

    def ask(self, text: str, at: Location) -> None:
        """Add a requirement as a command line spells it."""
        try:
            self.asked.append((Requirement(text), at))
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

    def answer(self, project: Project) -> Distributions | None:
        """What follows from the requirements; None when none of them is the server."""
        asked = [each for each, _ in self.asked]
        servers = tuple(at for each, at in self.asked if canonicalize_name(each.name) in SERVER_DISTRIBUTIONS)
        if not servers:
            return None
        framework = _framework(project, asked)
        everything = [*asked, *_closure(framework, asked)]
        reason = self.is_open
        for each in everything:
            name = canonicalize_name(each.name)
            if name not in framework and name not in self.locked and not brings_nothing_else(each):
                reason = reason or f"what {name} brings with it is not known"
        names = _names(everything)
        installed = tuple(release for name, release in framework.items() if name in names)
        optional = _names([*self.optional, *_closure(framework, self.optional)])
        return Distributions(names, reason, optional, installed, servers)


def _parsed(asked: Asked) -> Requirement:
    extras = f"[{','.join(sorted(asked.extras))}]" if asked.extras else ""
    try:
        return Requirement(f"{asked.name}{extras}{asked.specifier}")
    except InvalidRequirement:
        return Requirement(f"{asked.name}{extras}")


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
        fresh = [Requirement(line) for line in lines if line not in seen]
        seen.update(lines)
        found += fresh
        waiting += fresh
    return found


def _read_pins(found: _Collected, project: Project, *, with_groups: bool) -> None:
    """What the project's own files install; what only their groups name is optional."""
    dependencies = project.dependencies
    for pin in dependencies.pins:
        found.pin(pin, is_optional=pin.requirement.group is not None and not with_groups)
    if not dependencies.is_complete:
        found.leave_open("a file asks for something whose distribution it does not name")
    if dependencies.problems:
        found.leave_open(f"{dependencies.problems[0][0].path} cannot be read as a whole")


def _read_image(found: _Collected, project: Project, image: Image) -> None:
    installs = image.installs
    for requirement in installs.requirements:
        found.ask(requirement.text, requirement.location)
    for each in installs.files:
        if each.from_pyproject:
            _read_pyproject(found, project)
            continue
        paths = _project_paths(image, each.image_path)
        if not paths:
            found.leave_open(f"which file {each.path} is in the image is not known")
        for path in paths:
            _read_file(found, project, path)
    if installs.project:
        if not any(name in project.files.names() for name in ("pyproject.toml", "Pipfile.lock")):
            found.leave_open("what the project itself requires is not in pyproject.toml or a lock file")
        _read_pins(found, project, with_groups=True)
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


def _project_paths(image: Image, image_path: str | None) -> tuple[str, ...]:
    """The project files that lie at a path of the image, in any of its stages."""
    if image_path is None:
        return ()
    stages = (replace(image, stage=stage) for stage in image.dockerfile.stages[: image.stage.index + 1])
    sources = (stage.project_path_of(image_path) for stage in stages)
    return tuple(dict.fromkeys(source.value for source in sources if isinstance(source, Known)))


def _read_file(found: _Collected, project: Project, first: str) -> None:
    """A requirements file and those that it includes."""
    waiting, seen = [first], set[str]()
    while waiting:
        path = posixpath.normpath(waiting.pop())
        if path in seen:
            continue
        seen.add(path)
        text = project.files.read(path)
        if isinstance(text, (Missing, Unreadable)) or len(seen) > _MOST_FILES:
            found.leave_open(f"{path} cannot be read")
            return
        parsed = read_requirements_txt(text)
        for each in parsed.requirements:
            found.asked.append((_parsed(each), Location(path, each.span)))
        if parsed.unnamed or parsed.problems:
            found.leave_open(f"{path} asks for something whose distribution it does not name")
        waiting += [
            posixpath.join(posixpath.dirname(path), each.path) for each in parsed.includes if not each.constraint
        ]
