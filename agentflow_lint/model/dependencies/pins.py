"""Which release the project runs: read from its own pins, or from ``target-release``.

The strongest statement wins: a lock file names one version, a requirements file or pyproject a range of which the
newest known release counts, and with no statement at all the newest known release is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework.release import (
    CoreRelease,
    Match,
    Release,
    load_release,
    newest_core_for,
    newest_release,
    resolve_core,
    resolve_release,
)
from agentflow_lint.model.files import Missing, ProjectFiles, Unreadable
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.requirements import (
    Requirement,
    RequirementsFile,
    lock_kind,
    read_lock,
    read_pyproject,
    read_requirements_txt,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.text import SourceText

#: Server and core distributions, the newer name first.
SERVER_DISTRIBUTIONS = ("10xgraph-api", "10xscale-agentflow-cli")
CORE_DISTRIBUTIONS = ("10xgraph", "10xscale-agentflow")

#: Where projects keep their requirements files that do not keep them in the root.
_FOLDER = "requirements"
_MAX_INCLUDES = 50


@record(frozen=True)
class Pin:
    """One statement about a distribution, and where it stands."""

    requirement: Requirement
    location: Location


@record(frozen=True)
class Dependencies:
    """Everything the project's own files say about what is installed.

    ``is_complete`` is False when a file asks for something whose distribution it does not name (a folder, a URL).
    """

    pins: tuple[Pin, ...]
    files: tuple[str, ...]
    problems: tuple[tuple[Location, str], ...]
    is_complete: bool = True

    def of(self, distribution: str) -> tuple[Pin, ...]:
        """The statements about one distribution, strongest first (a lock before a range)."""
        found = [pin for pin in self.pins if pin.requirement.name == distribution]
        return tuple(sorted(found, key=lambda pin: not pin.requirement.locked))


@record(frozen=True)
class ReleaseChoice:
    """The release the model uses, and why.

    ``source`` is where the choice comes from and ``pin`` the statement that decided it. ``match`` says how well the
    release fits that statement (``newer``, ``older``, ``unlisted``: it only stands in for one the linter does not know,
    which ``asked`` names).
    """

    release: Release
    core: CoreRelease
    source: Literal["target-release", "pin", "newest"]
    pin: Pin | None = None
    match: Match = "exact"
    asked: str | None = None


def read_dependencies(files: ProjectFiles) -> Dependencies:
    """Read every pin file in the project root and in its folder ``requirements``, includes followed in the project."""
    pins: list[Pin] = []
    read: list[str] = []
    problems: list[tuple[Location, str]] = []
    is_complete = True
    for path, parsed in _pin_files(files):
        is_complete = is_complete and not parsed.unnamed
        read.append(path)
        pins += [Pin(requirement, Location(path, requirement.span)) for requirement in parsed.requirements]
        problems += [(Location(path, problem.span), problem.message) for problem in parsed.problems]
    return Dependencies(tuple(pins), tuple(read), tuple(problems), is_complete)


def choose_release(dependencies: Dependencies, target: str | None) -> ReleaseChoice:
    """The release that a project's dependencies state, or ``target`` (a known release) when given."""
    if target is not None:
        release = load_release(target)
        return ReleaseChoice(release, _choose_core(dependencies, release), "target-release")
    for distribution in SERVER_DISTRIBUTIONS:
        for pin in dependencies.of(distribution):
            found = resolve_release(pin.requirement.specifier, distribution)
            core = _choose_core(dependencies, found.release)
            return ReleaseChoice(found.release, core, "pin", pin, found.match, found.asked)
    for core_distribution, server in zip(CORE_DISTRIBUTIONS, SERVER_DISTRIBUTIONS, strict=True):
        for pin in dependencies.of(core_distribution):
            release = load_release(newest_release(server))
            return ReleaseChoice(release, _choose_core(dependencies, release), "pin", pin, "unpinned")
    release = load_release(newest_release())
    return ReleaseChoice(release, newest_core_for(release), "newest", match="unpinned")


def _choose_core(dependencies: Dependencies, release: Release) -> CoreRelease:
    """The core that the project pins, else the newest one that the server's requirement allows."""
    default = newest_core_for(release)
    for pin in dependencies.of(release.core_distribution):
        found = resolve_core(pin.requirement.specifier, release.core_distribution)
        if found.is_known and not _allows(pin.requirement.specifier, default.version):
            return found.core
        return default
    return default


def _allows(specifier: str, version: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except InvalidSpecifier:
        return True


def _pin_files(files: ProjectFiles) -> Iterator[tuple[str, RequirementsFile]]:
    names = files.names()
    for name in names:
        kind = lock_kind(name)
        if kind and (text := _text(files, name)):
            yield name, read_lock(text, kind)
    seen: set[str] = set()
    queue = [name for name in names if name.startswith("requirements") and name.endswith((".txt", ".in"))]
    queue += [f"{_FOLDER}/{name}" for name in files.names(_FOLDER) if name.endswith((".txt", ".in"))]
    while queue and len(seen) < _MAX_INCLUDES:
        name = queue.pop(0)
        if name in seen or not (text := _text(files, name)):
            continue
        seen.add(name)
        parsed = read_requirements_txt(text)
        queue += [_beside(name, include.path) for include in parsed.includes]
        yield name, parsed
    if "pyproject.toml" in names and (text := _text(files, "pyproject.toml")):
        yield "pyproject.toml", read_pyproject(text)


def _text(files: ProjectFiles, path: str) -> SourceText | None:
    text = files.read(path)
    return None if isinstance(text, (Unreadable, Missing)) else text


def _beside(path: str, other: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/{other}" if folder else other
