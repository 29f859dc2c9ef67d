"""What ``check --add-suppressions`` does with the changed files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentflow_lint.cli.changes import show_changes, write_changes

if TYPE_CHECKING:
    from agentflow_lint.check import Request
    from agentflow_lint.engine.run import Report


def write_suppressions(request: Request, reason: str) -> Report:
    """Write a suppression for every finding, into all files or none, and return what is left to say.

    Raises :class:`click.FileError` for a file that cannot be written.
    """
    from agentflow_lint.add_suppressions import add_suppressions
    from agentflow_lint.report.words import counted

    added = add_suppressions(request, reason)
    write_changes(added.files, "nothing was suppressed")
    comments, entries = counted(added.comments, "comment"), counted(added.entries, "entry", "entries")
    files = counted(len(added.files), "file")
    click.echo(f"agentflow-lint: added {comments} and {entries} of the configuration in {files}", err=True)
    return added.report


def show_suppressions(request: Request, reason: str, colored: bool, output_file: str | None) -> int:
    """Print what would be written and return the exit code: 1 when that is anything, 2 after a crash."""
    from agentflow_lint.add_suppressions import add_suppressions

    added = add_suppressions(request, reason)
    return show_changes(added.report, added.files, colored, output_file)
