"""AF221 playground-in-production."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.commands import word_replaced, words_added
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted, server, subject
from agentflow_rules.runtime.command import cli_command, place_of_command, shown_command, symbol, undecided_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.facts import Command
    from agentflow_lint.model.command.process import Process
    from agentflow_lint.model.deployment import Deployment


class PlaygroundInProduction(DeploymentRule):
    """A deployment runs the command that opens the playground."""

    code = "AF221"
    name = "playground-in-production"
    consequence = Consequence.DEGRADES

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge the CLI's subcommand and its options."""
        yield from undecided_start(self, deployment)
        process, command = deployment.process, cli_command(deployment)
        if process is None or command is None:
            return
        opens = _opens_playground(command, process)
        if opens is None:
            yield self.undecided(
                place_of_command(deployment),
                f"whether `--no-open` is among the options is not known: {process.open_reason}",
                deployment=deployment,
            )
        if opens:
            target = deployment.release.asgi_targets[0]
            yield self.finding(
                at=place_of_command(deployment),
                place=symbol(deployment, f"{command.name} command"),
                message=(
                    f"{subject(deployment)} runs {quoted(shown_command(process))}, which starts the development "
                    f"server of {server(deployment)}, a single process, and tries to open the hosted playground in a "
                    "browser."
                ),
                help=f"Run the ASGI target in production: `uvicorn {target} --host 0.0.0.0 --port 8000`, or gunicorn "
                "with uvicorn workers.",
                deployment=deployment,
                fix=_fix(deployment, process, command),
            )


def _fix(deployment: Deployment, process: Process, command: Command) -> Fix | None:
    """``dev --no-open`` where there is ``dev``, ``api`` in place of ``play`` where there is that."""
    files = deployment.project.files
    if command.name == "dev":
        given = [option.word for option in process.given if option.name == "open"]
        edits = [word_replaced(files, process, word, "--no-open") for word in given] or [
            words_added(files, process, process.decisive_word, ("--no-open",))
        ]
        made = tuple(edit for edit in edits if edit is not None)
        description, applicability = "Do not open the playground", Applicability.SAFE
        return Fix(description, applicability, made) if len(made) == len(edits) else None
    instead = deployment.release.commands.get("api")
    if instead is None or any(instead.option(option.spelling) is None for option in process.given):
        return None
    edit = word_replaced(files, process, process.decisive_word, "api")
    return Fix("Start the server without the playground", Applicability.UNSAFE, (edit,)) if edit else None


def _opens_playground(command: Command, process: Process) -> bool | None:
    """Whether a command opens the playground: ``play`` always, ``dev`` unless told otherwise (cli/main.py)."""
    if command.name == "play":
        return True
    option = command.option("--open") if command.name == "dev" else None
    if option is None:
        return False
    given = process.option("open", "no-open")
    if given is not None:
        return given.name == "open"
    return None if process.open_reason else option.default is True
