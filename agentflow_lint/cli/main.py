"""The command line. Commands are imported when they are called, so that ``--version`` and ``explain`` cost nothing."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from agentflow_lint import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_COMMAND = "check"

#: Each command and the module that holds it, under the command's own name; the order is that of the help.
_COMMANDS = {
    "check": "agentflow_lint.cli.check",
    "show": "agentflow_lint.cli.show",
    "env": "agentflow_lint.cli.env",
    "explain": "agentflow_lint.cli.explain",
    "rules": "agentflow_lint.cli.rules",
    "config": "agentflow_lint.cli.config",
    "schema": "agentflow_lint.cli.schema",
    "server": "agentflow_lint.cli.server",
}
_OWN_OPTIONS = ("-h", "--help", "--version")

#: New objects before garbage is looked for. What a run makes lives to its end, and looking as often as Python does by
#: default takes a tenth of the run.
_GARBAGE_THRESHOLD = 100_000

EXIT_FAILED = 2
EXIT_INTERRUPTED = 130


class _Commands(click.Group):
    """Commands imported on demand; arguments that name none are those of ``check``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*_COMMANDS, *_OWN_OPTIONS):
            _refuse_misspelt_command(args)
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


def _refuse_misspelt_command(args: Sequence[str]) -> None:
    """Raise where the first argument, read as a path, is none, and as a command is nearly one."""
    word = args[0] if args else ""
    if word.isalpha() and not os.path.exists(word):
        from agentflow_lint.engine.names import nearest

        if near := nearest(word, _COMMANDS):
            raise click.UsageError(f"neither a command nor a file or folder: '{word}'; did you mean '{near}'?")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="agentflow-lint", message="%(prog)s %(version)s")
def cli() -> None:
    """Say what a production AgentFlow / 10xGraph server will see, before it is deployed.

    Without a command the arguments are those of "check": agentflow-lint [OPTIONS] [PATHS].

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 the linter could not do its work, 3 nothing to lint.
    """


def run() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a character the terminal cannot show must not end the run
            stream.reconfigure(errors="backslashreplace")
    gc.set_threshold(_GARBAGE_THRESHOLD)
    code = main(sys.argv[1:])
    gc.freeze()  # what is left dies with the process; looking through it first takes another tenth
    sys.exit(code)


def main(arguments: Sequence[str]) -> int:
    """Run the command line on ``arguments`` and return its exit code; nothing but the code gets out."""
    try:
        code = cli.main(list(arguments), prog_name="agentflow-lint", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return EXIT_FAILED
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except Exception as error:
        from agentflow_lint.cli.failures import describe_failure

        click.echo(describe_failure(error), err=True)
        return EXIT_FAILED
    return code if isinstance(code, int) else 0
