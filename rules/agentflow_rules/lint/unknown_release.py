"""AF903: the project pins a release that the linter does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.engine.wording import quoted
from agentflow_lint.framework.release import resolve_core, without_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.facts import CoreRelease, Release
    from agentflow_lint.framework.release import Match
    from agentflow_lint.model.dependencies.pins import Pin
    from agentflow_lint.model.project import Project

_HOW = {
    "newer": "lies beyond the newest release that this linter knows",
    "older": "lies before the oldest release that this linter knows",
    "unlisted": "is no release that this linter knows",
}
_WAYS_OUT = {
    "newer": "Upgrade agentflow-lint, or say with target-release which known release comes nearest.",
    "older": "Upgrade the framework, or say with target-release which known release comes nearest.",
    "unlisted": "Check the version for a slip; if it was published, upgrade agentflow-lint.",
}


class UnknownRelease(ProjectRule):
    """The project pins a release that the linter does not know."""

    code = "AF903"
    name = "unknown-release"
    consequence = Consequence.CONFUSES

    def check(self, project: Project) -> Iterator[Verdict]:
        """Judge the pins of the server and of its core."""
        choice = project.release_choice
        if choice.pin and choice.match in _HOW:
            about = without_data(choice.asked) if choice.match == "older" else ""
            yield self._stands_in(choice.pin, choice.match, choice.release, about)
        for pin in project.dependencies.of(project.core.distribution)[:1]:
            found = resolve_core(pin.requirement.specifier, project.core.distribution)
            if not found.is_known:
                yield self._stands_in(pin, found.match, project.core)

    def _stands_in(self, pin: Pin, match: Match, judged_as: Release | CoreRelease, about: str = "") -> Verdict:
        name = pin.requirement.name
        asked = quoted(f"{name}{pin.requirement.specifier}")
        return self.finding(
            pin.location,
            name,
            f"{asked} {_HOW[match]}: the project is judged as if it ran {judged_as.distribution} {judged_as.version}."
            + (f" {about}" if about else ""),
            _WAYS_OUT[match],
        )
