"""Changed files on the command line: written, or shown as a diff."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from agentflow_lint.cli.failures import tell_crashes
from agentflow_lint.cli.output import emit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agentflow_lint.engine.fixing import FixedFile
    from agentflow_lint.engine.run import Report


def write_changes(files: Iterable[FixedFile], otherwise: str) -> None:
    """Write all files or none.

    Raises :class:`click.FileError`, which ends with ``otherwise``, for a file that cannot be written.
    """
    from agentflow_lint.fix import write_fixes

    try:
        write_fixes(files)
    except OSError as error:
        path = str(error.filename or "")
        reason = f"{error.strerror or type(error).__name__}; {otherwise}"
        raise click.FileError(os.path.relpath(path) if path else "a file", reason) from None


def show_changes(report: Report, files: Sequence[FixedFile], colored: bool, output_file: str | None) -> int:
    """Print the diff of ``files`` and return the exit code: 1 when there is any.

    A crash and "nothing to lint" have the codes that they always have.
    """
    from agentflow_lint.engine.run import EXIT_CLEAN, EXIT_FAILED, EXIT_FINDINGS, EXIT_NOTHING_TO_LINT
    from agentflow_lint.report.diff import diff_report
    from agentflow_lint.report.palette import Palette

    emit(diff_report(files, os.getcwd(), Palette(colored)), output_file)
    tell_crashes(report)
    if report.exit_code in (EXIT_FAILED, EXIT_NOTHING_TO_LINT):
        return report.exit_code
    return EXIT_FINDINGS if files else EXIT_CLEAN
