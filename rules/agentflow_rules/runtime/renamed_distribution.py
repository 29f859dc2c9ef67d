"""AF217 renamed-distribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related, Tag
from agentflow_lint.engine.fix import Applicability, Edit, fix_of
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.engine.wording import place, quoted
from agentflow_lint.framework.release import known_cores, known_releases
from agentflow_lint.model.dependencies.pins import CORE_DISTRIBUTIONS, SERVER_DISTRIBUTIONS
from agentflow_lint.model.image.installs import distribution_name
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.project import Project

#: What each distribution that ended is called now.
_NEW_NAMES = dict((SERVER_DISTRIBUTIONS[::-1], CORE_DISTRIBUTIONS[::-1]))


class RenamedDistribution(ProjectRule):
    """A requirement names a distribution that goes on under another name."""

    code = "AF217"
    name = "renamed-distribution"
    consequence = Consequence.CONFUSES
    tags = (Tag.DEPRECATED,)

    def check(self, project: Project) -> Iterator[Verdict]:
        """Look for the old names in the project's requirements and in what its images install."""
        requests = dict(_named(project))
        named = {key: request.location for key, request in requests.items()}
        fix = _fix(project, requests)
        for (name, path), at in named.items():
            new = _NEW_NAMES.get(name)
            if new is not None:
                yield self._renamed(name, new, path, at, next(_also(named, new), None), fix)

    def _renamed(self, name: str, new: str, path: str, at: Location, also: Location | None, fix: Fix | None) -> Verdict:
        last = known_releases(name)[-1] if name in SERVER_DISTRIBUTIONS else known_cores(name)[-1]
        first = known_releases(new)[0] if new in SERVER_DISTRIBUTIONS else known_cores(new)[0]
        clash = (
            f" {quoted(new)} is asked for too ({place(also)}): both hold the same packages, and the one that is "
            "installed last overwrites the other's files."
            if also
            else ""
        )
        return self.finding(
            at=at,
            place=f"{path} {name}" if also is None else f"{path} {name} beside {new}",
            message=(
                f"{quoted(name)} ended with {last} and goes on as {quoted(new)} from {first}: whoever asks for the "
                f"newest version gets an old one, without later fixes.{clash}"
            ),
            help=f"Ask for {quoted(new)} instead. Its release notes say what has changed since {last}.",
            related=[Related(also, f"{new} is asked for here")] if also else (),
            fix=fix,
        )


def _fix(project: Project, requests: Mapping[tuple[str, str], _Request]) -> Fix | None:
    """Write the new names for all old ones: a server and a core of two generations do not go together.

    None where a version that is asked for is none of the new distribution's, or where a new name stands there already.
    """
    old = [(name, request) for (name, _), request in requests.items() if name in _NEW_NAMES]
    if any(name in _NEW_NAMES.values() for name, _ in requests):
        return None
    edits = [_edit(project, name, request) for name, request in old]
    return fix_of("Ask for the distributions by their new names", Applicability.UNSAFE, *edits)


def _edit(project: Project, name: str, request: _Request) -> Edit | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    new, text = _NEW_NAMES[name], project.files.read(request.location.path)
    if not isinstance(text, SourceText):
        return None
    versions = known_releases(new) if new in SERVER_DISTRIBUTIONS else known_cores(new)
    try:
        fits = any(SpecifierSet(request.specifier).contains(version) for version in versions)
    except InvalidSpecifier:
        return None
    span = request.location.span
    spelled = re.compile(r"(?<![\w.-])" + name.replace("-", "[-_.]+") + r"(?![\w.-])", re.IGNORECASE)
    found = list(spelled.finditer(text.content, text.offset(*span[:2]), text.offset(*span[2:])))
    if not fits or len(found) != 1:
        return None
    return Edit(Location(request.location.path, text.span(*found[0].span())), new)


def _also(named: dict[tuple[str, str], Location], new: str) -> Iterator[Location]:
    return (at for (name, _), at in named.items() if name == new)


@record(frozen=True)
class _Request:
    """Where a distribution is asked for, and in which versions."""

    location: Location
    specifier: str


def _named(project: Project) -> Iterator[tuple[tuple[str, str], _Request]]:
    """Name and file of each requirement with its place; lock files only repeat what others name."""
    seen: set[tuple[str, str]] = set()
    for pin in project.dependencies.pins:
        key = (pin.requirement.name, pin.location.path)
        if not pin.requirement.locked and key not in seen:
            seen.add(key)
            yield key, _Request(pin.location, pin.requirement.specifier)
    for deployment in project.all_deployments:
        for asked in deployment.image.installs.requirements if deployment.image else ():
            key = (distribution_name(asked.text), asked.location.path)
            if key not in seen:
                seen.add(key)
                yield key, _Request(asked.location, asked.text.partition("]")[2] or asked.text[len(key[0]) :])
