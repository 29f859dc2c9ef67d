"""What ``check --fix`` and ``check --diff`` do with the fixed files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from agentflow_lint.cli.changes import show_changes, write_changes
from agentflow_lint.cli.failures import nothing_to_lint

if TYPE_CHECKING:
    from agentflow_lint.check import Request
    from agentflow_lint.engine.run import Report


def fix_files(request: Request, unsafe: bool) -> Report:
    """Write what the fixes make of the files, all of them or none, and return what is left to say.

    Raises :class:`click.FileError` for a file that cannot be written.
    """
    from agentflow_lint.fix import fix

    fixed = fix(request, unsafe)
    write_changes(fixed.files, "nothing was fixed")
    return fixed.report


def show_diff(request: Request, unsafe: bool, colored: bool, output_file: str | None) -> int:
    """Print what the fixes would change and return the exit code: 1 when that is anything.

    A crash and "nothing to lint" have the codes that they always have.
    """
    from agentflow_lint.engine.run import EXIT_NOTHING_TO_LINT
    from agentflow_lint.fix import fix

    fixed = fix(request, unsafe)
    if fixed.report.exit_code == EXIT_NOTHING_TO_LINT:
        click.echo(nothing_to_lint(request.paths), err=True)
    return show_changes(fixed.report, fixed.files, colored, output_file)
