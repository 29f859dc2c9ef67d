"""What ``check --fix`` and ``check --diff`` do with the fixed files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli.failures import nothing_to_lint, tell_crashes
from agentflow_lint.cli.output import emit

if TYPE_CHECKING:
    from agentflow_lint.check import Request
    from agentflow_lint.engine.run import Report


def fix_files(request: Request, unsafe: bool) -> Report:
    """Write what the fixes make of the files, all of them or none, and return what is left to say.

    Raises :class:`click.FileError` for a file that cannot be written.
    """
    from agentflow_lint.fix import fix, write_fixes

    fixed = fix(request, unsafe)
    try:
        write_fixes(fixed.files)
    except OSError as error:
        path = str(error.filename or "")
        reason = f"{error.strerror or type(error).__name__}; nothing was fixed"
        raise click.FileError(os.path.relpath(path) if path else "a file", reason) from None
    return fixed.report


def show_diff(request: Request, unsafe: bool, colored: bool, output_file: str | None) -> int:
    """Print what the fixes would change and return the exit code: 1 when that is anything.

    A crash and "nothing to lint" have the codes that they always have.
    """
    from agentflow_lint.engine.run import EXIT_CLEAN, EXIT_FAILED, EXIT_FINDINGS, EXIT_NOTHING_TO_LINT
    from agentflow_lint.fix import fix
    from agentflow_lint.report.diff import diff_report
    from agentflow_lint.report.palette import Palette

    fixed = fix(request, unsafe)
    emit(diff_report(fixed.files, os.getcwd(), Palette(colored)), output_file)
    if fixed.report.exit_code == EXIT_NOTHING_TO_LINT:
        click.echo(nothing_to_lint(request.paths), err=True)
    tell_crashes(fixed.report)
    if fixed.report.exit_code in (EXIT_FAILED, EXIT_NOTHING_TO_LINT):
        return fixed.report.exit_code
    return EXIT_FINDINGS if fixed.files else EXIT_CLEAN
