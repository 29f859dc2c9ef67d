"""``agentflow-lint server``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli import options

if TYPE_CHECKING:
    from agentflow_lint.check import Request

EXIT_FAILED = 2


@click.command(short_help="Serve an editor, over the LSP.")
@options.select
@options.ignore
@options.target_release
@options.deployments
@click.option("--show-undecided", is_flag=True, default=None, help="Show what could not be decided (AF904).")
@options.config
@click.option("--stdio", is_flag=True, help="Speak on standard input and output, which is the only way there is.")
def server(stdio: bool, **given: object) -> int:
    """Serve an editor: findings while somebody types, over the Language Server Protocol.

    An editor starts this and speaks to it on standard input and output. The options count for all projects, as those
    of "check" do; editors can also give them as settings. Needs the extra: pip install 'agentflow-lint[lsp]'.
    """
    del stdio
    if find_spec("pygls") is None:
        click.echo("agentflow-lint: error: the server needs pygls: pip install 'agentflow-lint[lsp]'", err=True)
        return EXIT_FAILED
    from agentflow_lint.editor.server import serve

    serve(_request(given), _parsed)
    return 0


def _parsed(arguments: list[str]) -> Request:
    """The request that options given as settings make. Raises :class:`SettingsError`."""
    from agentflow_lint.editor.settings import SettingsError

    try:
        given = server.make_context("server", list(arguments)).params
    except click.ClickException as error:
        raise SettingsError(f"args: {error.format_message()}") from None
    return _request({name: value for name, value in given.items() if name != "stdio"})


def _request(given: dict[str, object]) -> Request:
    from agentflow_lint.check import Request

    return Request(**given)  # type: ignore[arg-type]  # the options bear the names of the fields
