"""AF901 unreadable-file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import RunRule
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.engine.run import Run

_HELP = {
    "permission": "Make the file readable for whoever runs the linter.",
    "encoding": "Save the file as UTF-8.",
    "size": "Leave the file out of the deployment, or split it.",
    "outside": "Keep what the deployment needs inside the project.",
    "type": "Put a regular file there.",
}


class UnreadableFile(RunRule):
    """A file that had to be read could not be."""

    code = "AF901"
    name = "unreadable-file"
    consequence = Consequence.DEGRADES

    def check(self, run: Run) -> Iterator[Verdict]:
        """List what the other rules wanted to read in vain; a config file that is not UTF-8 is AF101's to tell."""
        config = run.project.config
        for file in run.project.files.unreadable:
            if file.path == config.path and file.kind == "encoding":
                continue
            yield self.finding(
                at=Location(file.path),
                place=file.kind,
                message=f"{file.path} {file.reason}, so nothing that depends on it was checked.",
                help=_HELP[file.kind],
            )
