"""What every file that names distributions is reduced to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.sources.text import Span

#: A requirement or version longer than this is a problem; parsers of both may need more than linear time.
LENGTH_LIMIT = 4096


@record(frozen=True)
class Requirement:
    """One distribution that a file asks for.

    ``name`` and ``extras`` are canonical (PEP 503, PEP 685); ``specifier`` is PEP 440, "" for any version (also for
    what comes from a URL, a repository or a folder); ``locked`` says that a lock file names this version; ``group``
    is the extra or dependency group, None for the main dependencies; ``marker`` the environment marker, if any.
    """

    name: str
    extras: frozenset[str]
    specifier: str
    locked: bool
    span: Span
    group: str | None = None
    marker: str | None = None


@record(frozen=True)
class Include:
    """Another file that this one pulls in, as written; ``constraint`` files limit versions and install nothing."""

    path: str
    constraint: bool
    span: Span


@record(frozen=True)
class Problem:
    """What could not be read, and where."""

    message: str
    span: Span


@record(frozen=True)
class RequirementsFile:
    """The requirements of one file, in the order of the file.

    ``unnamed`` are the places of requirements whose distribution the file does not name (a folder, a URL without a
    name): they may install anything.
    """

    requirements: tuple[Requirement, ...] = ()
    includes: tuple[Include, ...] = ()
    problems: tuple[Problem, ...] = ()
    unnamed: tuple[Span, ...] = ()
    requires_python: str | None = None


class Collected:
    """A :class:`RequirementsFile` in the making."""

    def __init__(self) -> None:
        self.requirements: list[Requirement] = []
        self.includes: list[Include] = []
        self.problems: list[Problem] = []
        self.unnamed: list[Span] = []
        self.requires_python: str | None = None

    def file(self) -> RequirementsFile:
        """What was collected, frozen."""
        return RequirementsFile(
            tuple(self.requirements),
            tuple(self.includes),
            tuple(self.problems),
            tuple(self.unnamed),
            self.requires_python,
        )

    def problem(self, message: str, span: Span) -> None:
        """Note what could not be read."""
        self.problems.append(Problem(message, span))

    def add(self, written: str, span: Span, group: str | None = None) -> None:
        """Add a PEP 508 requirement, or what pip takes in its place: a path, a URL, a wheel."""
        from packaging.requirements import InvalidRequirement
        from packaging.requirements import Requirement as Parsed

        if len(written) > LENGTH_LIMIT:
            self.problem("a requirement is too long to be read", span)
            return
        try:
            parsed = Parsed(written)
        except (InvalidRequirement, RecursionError):
            self._add_location(written, span, group)
            return
        marker = str(parsed.marker) if parsed.marker else None
        extras = frozenset(map(canonical, parsed.extras))
        specifier = "" if parsed.url else str(parsed.specifier)
        self.requirements.append(Requirement(canonical(parsed.name), extras, specifier, False, span, group, marker))

    def _add_location(self, written: str, span: Span, group: str | None) -> None:
        location = re.split(r"\s;|;\s", written)[0].strip()
        egg = re.search(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[([^\]]*)\])?", location)
        if egg:
            extras = frozenset(canonical(extra.strip()) for extra in (egg[2] or "").split(",") if extra.strip())
            self.requirements.append(Requirement(canonical(egg[1]), extras, "", False, span, group))
        elif location.endswith(".whl") and self._add_wheel(location, span, group):
            pass
        elif re.match(r"\.|[A-Za-z]:\\", location) or re.search(r"/|\.(?:zip|whl|tar\.\w+|tgz)$", location):
            self.unnamed.append(span)
        else:
            self.problem("this is not a requirement", span)

    def _add_wheel(self, location: str, span: Span, group: str | None) -> bool:
        from packaging.utils import InvalidWheelFilename, parse_wheel_filename

        try:
            name, version, *_ = parse_wheel_filename(re.split(r"[/\\]", location)[-1])
        except InvalidWheelFilename:
            return False
        self.requirements.append(Requirement(str(name), frozenset(), f"=={version}", False, span, group))
        return True

    def add_locked(self, name: object, version: object, span: Span, group: str | None, marker: object) -> None:
        """Add a distribution at the exact version that a lock file names."""
        from packaging.version import InvalidVersion, Version

        if not isinstance(name, str) or not name:
            self.problem("a locked package has no name", span)
            return
        if not isinstance(version, str):
            # A folder or repository whose version is found out when it is built.
            self.requirements.append(Requirement(canonical(name), frozenset(), "", False, span, group))
            return
        try:
            pinned = Version(version) if len(version) <= LENGTH_LIMIT else None
        except InvalidVersion:
            pinned = None
        if pinned is None:
            self.problem(f"the version locked for {canonical(name)} is not a version", span)
            return
        marker = marker if isinstance(marker, str) and marker else None
        self.requirements.append(Requirement(canonical(name), frozenset(), f"=={pinned}", True, span, group, marker))


def canonical(name: str) -> str:
    """The name of a distribution (PEP 503) or of an extra (PEP 685) as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
