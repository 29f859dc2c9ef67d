"""AF108 broken-in-release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.framework.broken import Setup, defects
from agentflow_lint.framework.release import distribution_of
from agentflow_lint.model.dependencies.distributions import brings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.broken import Defect
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location


class BrokenInRelease(ProjectRule):
    """The project uses what the pinned release ships broken."""

    code = "AF108"
    name = "broken-in-release"
    consequence = Consequence.REFUSES_TO_START

    def check(self, project: Project) -> Iterator[Verdict]:
        """Look for the release's known defects that this project runs into."""
        if not project.config.is_valid:
            return
        has_yaml, has_a2a = brings(project, "pyyaml"), brings(project, "a2a-sdk")
        setup = Setup(project.config.data, project.core.version, has_yaml, has_a2a)
        for defect, presence in defects(project.release.version, setup):
            at = _place(project, defect)
            if presence == "undecided":
                yield self.undecided(at, f"{_server(project)} {defect.what}; {defect.unless}")
            elif not defect.path and not _core_is_stated(project):
                yield self.undecided(
                    at, f"{_server(project)} {defect.what}; no requirement here says which core it gets"
                )
            else:
                yield self._broken(project, defect, at)

    def _broken(self, project: Project, defect: Defect, at: Location) -> Verdict:
        at_start = defect.when == "start"
        outcome = "it does not start" if at_start else "it starts, and requests fail"
        upgrade = f"Upgrade to {distribution_of(defect.mended)} {defect.mended} or later"
        return self.finding(
            at,
            defect.name,
            f"{_server(project)} {defect.what}: {outcome}. {defect.mended} mends it.",
            f"{upgrade}, or {defect.way_around}." if defect.way_around else f"{upgrade}.",
            consequence=Consequence.REFUSES_TO_START if at_start else Consequence.FAILS_REQUESTS,
        )


def _server(project: Project) -> str:
    return f"{project.release.distribution} {project.release.version}"


def _place(project: Project, defect: Defect) -> Location:
    if defect.path:
        return project.config.at_value(*defect.path)
    pins = project.dependencies.of(project.release.core_distribution)
    pin = pins[0] if pins else project.release_choice.pin
    return pin.location if pin else project.config.at_file()


def _core_is_stated(project: Project) -> bool:
    """Whether the project's files decide which core is installed: by naming it, or by naming the server, which gets
    the newest core that its own requirement allows.
    """
    return bool(project.dependencies.of(project.release.core_distribution)) or project.release_choice.pin is not None
