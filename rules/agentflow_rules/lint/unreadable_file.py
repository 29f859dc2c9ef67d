"""AF901: a file that had to be read could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import RunRule
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.engine.run import Run
    from agentflow_lint.model.files import Unreadable
    from agentflow_lint.model.project import Project

_WAYS_OUT = {
    "permission": "Give the linter's user the right to read it.",
    "encoding": "Save it as UTF-8.",
    "size": "Keep what a server reads at start small, or leave this file out of what the project refers to.",
    "outside": "Move the file into the project, or judge by hand what it holds.",
    "type": "Put an ordinary file in its place.",
}


class UnreadableFile(RunRule):
    """A file that had to be read could not be."""

    code = "AF901"
    name = "unreadable-file"
    consequence = Consequence.DEGRADES

    def check(self, run: Run) -> Iterator[Verdict]:
        """Report what the other rules asked for in vain."""
        for unreadable in run.project.files.unreadable:
            if _is_reported_elsewhere(run.project, unreadable):
                continue
            yield self.finding(
                Location(unreadable.path, unreadable.span),
                unreadable.kind,
                f"{unreadable.path} {unreadable.reason}: what it says was left out of every verdict of this run.",
                _WAYS_OUT[unreadable.kind],
            )
        for broken in run.project.broken_dockerfiles:
            if broken.doubt is not None:
                yield self.undecided(broken.location, f"whether {broken.location.path} builds: {broken.doubt}")
                continue
            yield self.finding(
                broken.location,
                "dockerfile",
                f"`docker build` stops at this: {broken.reason}. Verdicts on its image are about the rest of the file.",
                "Mend it; `docker build --check` says when Docker takes it.",
            )
        for misread in run.project.misread:
            yield self.finding(
                misread.location,
                misread.place,
                f"Compose stops at this: {misread.reason}. What it would start was left out of every verdict.",
                "Mend it; `docker compose config` says when compose takes it.",
            )
        for location, message in run.project.unreadable_manifests:
            yield self.finding(
                location,
                "manifest",
                f"kubectl stops at this: {message}. What it would start was left out of every verdict.",
                "Mend it; `kubectl apply --dry-run=server` says when a cluster takes it.",
            )
        for manifest in run.project.undecided_manifests:
            yield self.undecided(manifest.location, f"{manifest.location.path} may start the server: {manifest.reason}")
        for deployment in run.project.deployments:
            if deployment.process is None and deployment.image is not None and deployment.name in run.deployments:
                reason = (
                    f"neither {deployment.anchor.path} nor {deployment.image.dockerfile_path} says what runs, so that "
                    "the base image decides; the verdicts are those for the server"
                )
                yield self.undecided(deployment.anchor, reason, deployment=deployment)


def _is_reported_elsewhere(project: Project, unreadable: Unreadable) -> bool:
    """The server itself stumbles over a config or an env file that is not UTF-8: AF101 and AF114 say so."""
    env_files = {deployment.environment.env_file.path for deployment in project.all_deployments}
    return unreadable.kind == "encoding" and unreadable.path in {project.config.path, *env_files}
