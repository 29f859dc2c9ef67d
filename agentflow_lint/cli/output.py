"""Where output goes: the standard output, coloured if it may be, or a file written all at once."""

from __future__ import annotations

import os
import sys

import click


def wants_color(choice: str, to_file: bool) -> bool:
    """Whether to colour: as asked, else FORCE_COLOR and NO_COLOR decide, else whether a terminal reads."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    return not os.environ.get("NO_COLOR") and not to_file and sys.stdout is not None and sys.stdout.isatty()


def emit(text: str, output_file: str | None = None) -> None:
    """Write ``text``; a reader that has gone away is no error.

    Raises :class:`click.FileError` for a file, and :class:`click.ClickException` for an output, that takes no more.
    """
    if output_file:
        _write(output_file, text)
        return
    if sys.stdout is None:  # closed by whoever started us
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still in the buffer
        if not isinstance(error, BrokenPipeError):
            raise click.ClickException(f"standard output: {error.strerror}") from None


def _write(path: str, text: str) -> None:
    from agentflow_lint.writing import write_whole

    try:
        write_whole(path, text.encode("utf-8", errors="backslashreplace"))
    except OSError as error:
        raise click.FileError(path, error.strerror or type(error).__name__) from None
