"""AF221 playground-in-production."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
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
            )


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
