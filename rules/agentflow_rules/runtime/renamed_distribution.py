"""AF217 renamed-distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related, Tag
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.engine.wording import place, quoted
from agentflow_lint.framework.release import known_cores, known_releases
from agentflow_lint.model.dependencies.pins import CORE_DISTRIBUTIONS, SERVER_DISTRIBUTIONS
from agentflow_lint.model.image.installs import distribution_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location

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
        named = dict(_named(project))
        for (name, path), at in named.items():
            new = _NEW_NAMES.get(name)
            if new is not None:
                yield self._renamed(name, new, path, at, next(_also(named, new), None))

    def _renamed(self, name: str, new: str, path: str, at: Location, also: Location | None) -> Verdict:
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
        )


def _also(named: dict[tuple[str, str], Location], new: str) -> Iterator[Location]:
    return (at for (name, _), at in named.items() if name == new)


def _named(project: Project) -> Iterator[tuple[tuple[str, str], Location]]:
    """Name and file of each requirement with its place; lock files only repeat what others name."""
    seen: set[tuple[str, str]] = set()
    for pin in project.dependencies.pins:
        key = (pin.requirement.name, pin.location.path)
        if not pin.requirement.locked and key not in seen:
            seen.add(key)
            yield key, pin.location
    for deployment in project.all_deployments:
        for asked in deployment.image.installs.requirements if deployment.image else ():
            key = (distribution_name(asked.text), asked.location.path)
            if key not in seen:
                seen.add(key)
                yield key, asked.location
