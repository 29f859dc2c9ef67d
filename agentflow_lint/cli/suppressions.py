"""What ``check --add-suppressions`` does with the changed files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli.output import emit

if TYPE_CHECKING:
    from agentflow_lint.check import Request
    from agentflow_lint.engine.run import Report


def write_suppressions(request: Request, reason: str) -> Report:
    """Write a suppression for every finding, into all files or none, and return what is left to say.

    Raises :class:`click.FileError` for a file that cannot be written.
    """
    from agentflow_lint.add_suppressions import add_suppressions
    from agentflow_lint.fix import write_fixes
    from agentflow_lint.report.words import counted

    added = add_suppressions(request, reason)
    try:
        write_fixes(added.files)
    except OSError as error:
        path = str(error.filename or "")
        message = f"{error.strerror or type(error).__name__}; nothing was suppressed"
        raise click.FileError(os.path.relpath(path) if path else "a file", message) from None
    comments, entries = counted(added.comments, "comment"), counted(added.entries, "entry", "entries")
    files = counted(len(added.files), "file")
    click.echo(f"agentflow-lint: added {comments} and {entries} of the configuration in {files}", err=True)
    return added.report


def show_suppressions(request: Request, reason: str, colored: bool, output_file: str | None) -> int:
    """Print what would be written and return the exit code: 1 when that is anything, 2 after a crash."""
    from agentflow_lint.add_suppressions import add_suppressions
    from agentflow_lint.cli.failures import tell_crashes
    from agentflow_lint.engine.run import EXIT_CLEAN, EXIT_FAILED, EXIT_FINDINGS, EXIT_NOTHING_TO_LINT
    from agentflow_lint.report.diff import diff_report
    from agentflow_lint.report.palette import Palette

    added = add_suppressions(request, reason)
    emit(diff_report(added.files, os.getcwd(), Palette(colored)), output_file)
    tell_crashes(added.report)
    if added.report.exit_code in (EXIT_FAILED, EXIT_NOTHING_TO_LINT):
        return added.report.exit_code
    return EXIT_FINDINGS if added.files else EXIT_CLEAN
