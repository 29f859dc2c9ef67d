"""AF222 reload-enabled."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.commands import word_removed, word_replaced, words_added
from agentflow_lint.engine.editing.places import replaced, written_at
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted, server, source, subject
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.runtime.command import (
    place_of_command,
    runs_in_development,
    shown_command,
    started_server,
    symbol,
    undecided_start,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.deployment import Deployment

_EFFECTS = {
    "gunicorn": "a change of any loaded file restarts the workers in the middle of their requests",
    "uvicorn": "one process serves under a watcher, which restarts it when a Python file changes and stays up, serving "
    "nothing, when the graph fails to load",
}


#: How gunicorn's file and the variables of uvicorn switch it off, by how they switch it on.
_OFF = {"True": "False", "true": "false", "1": "0", "yes": "no", "on": "off"}


class ReloadEnabled(DeploymentRule):
    """A deployment restarts its server whenever a file changes."""

    code = "AF222"
    name = "reload-enabled"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the effective reload switch of the command."""
        yield from undecided_start(self, deployment)
        process, reload = started_server(deployment), deployment.reload
        if process is None:
            return
        at = place_of_command(deployment)
        if isinstance(reload, Unknown):
            place = reload.origin.location if reload.origin and reload.origin.location else at
            reason = f"whether the server reloads is not known: {reload.reason}"
            yield self.undecided(place, reason, deployment=deployment)
        if not isinstance(reload, Known) or not reload.value:
            return
        command = quoted(shown_command(process))
        how = _how(deployment, process, reload)
        effect = _EFFECTS["gunicorn" if process.kind == "gunicorn" else "uvicorn"]
        yield self.finding(
            at=reload.origin.location or at,
            place=symbol(deployment, "reload"),
            message=f"{subject(deployment)} runs {command} with automatic reload, {how}: {effect}.",
            help=_way_out(deployment, process),
            deployment=deployment,
            fix=_fix(deployment, process, reload),
        )


def _how(deployment: Deployment, process: Process, reload: Known[bool]) -> str:
    if reload.origin.location is None and process.kind == "cli":
        return f"its default in {server(deployment)}"
    return f"switched on in {source(reload.origin)}"


def _way_out(deployment: Deployment, process: Process) -> str:
    if process.kind == "cli":
        target = deployment.release.asgi_targets[0]
        return f"Run the ASGI target in production (`uvicorn {target} --host 0.0.0.0`), or at least add `--no-reload`."
    if process.option("reload"):
        return "Remove `--reload`."
    return "Remove the variable that switches it on."


def _fix(deployment: Deployment, process: Process, reload: Known[bool]) -> Fix | None:
    """Switch reloading off where it is switched on; add the option that does where that is the CLI's default."""
    files = deployment.project.files
    shared = False
    given = [option for option in process.given if option.name == "reload"]
    if process.kind == "cli":
        command = deployment.release.commands.get(process.subcommand or "")
        if command is None or command.option("--no-reload") is None:
            return None
        if given:
            edits = [word_replaced(files, process, option.word, "--no-reload") for option in given]
        else:
            edits = [words_added(files, process, process.decisive_word, ("--no-reload",))]
        description = "Start the server with --no-reload"
    elif given:
        edits = [word_removed(files, process, option.word) for option in given]
        description = "Remove --reload"
    else:
        found = written_at(files, reload.origin.location)
        value = found.inner if found else ""
        edits = [replaced(files, reload.origin.location, value, _OFF[value])] if value in _OFF else [None]
        description = "Switch reloading off"
        shared = found is None or (posixpath.basename(found.path) or "").startswith(".env")
    made = tuple(edit for edit in edits if edit is not None)
    applicability = Applicability.UNSAFE if shared or runs_in_development(deployment) else Applicability.SAFE
    return Fix(description, applicability, made) if len(made) == len(edits) else None
