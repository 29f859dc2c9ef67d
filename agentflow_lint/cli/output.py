"""Where output goes: the standard output, coloured if it may be, or a file written all at once."""

from __future__ import annotations

import os
import sys

import click

#: The process's own outputs by the names of their files.
_STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2}


def wants_color(choice: str, to_file: bool) -> bool:
    """Whether to colour: as asked, else FORCE_COLOR and NO_COLOR decide, else whether a terminal reads."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    return not os.environ.get("NO_COLOR") and not to_file and sys.stdout is not None and sys.stdout.isatty()


def emit(text: str, output_file: str | None = None) -> None:
    """Write ``text``; a reader that has gone away is no error.

    A file is replaced in one step, but a GitHub Actions step summary is added to. Raises :class:`click.FileError` for a
    file, and :class:`click.ClickException` for an output, that takes no more.
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

    data = text.encode("utf-8", errors="backslashreplace")
    descriptor = _own_descriptor(path)
    try:
        if descriptor is not None:
            with open(os.dup(descriptor), "wb") as stream:
                stream.write(data)
        elif _is_step_summary(path):
            with open(path, "ab") as stream:
                stream.write(data)
        else:
            write_whole(path, data)
    except OSError as error:
        raise click.FileError(path, error.strerror or type(error).__name__) from None


def _own_descriptor(path: str) -> int | None:
    """The number of what this process has open already and ``path`` names: it goes on where the last write ended."""
    if path in _STREAMS:
        return _STREAMS[path]
    folder, _, name = path.rpartition("/")
    return int(name) if folder in ("/dev/fd", "/proc/self/fd") and name.isdecimal() else None


def _is_step_summary(path: str) -> bool:
    """Whether the file is the summary of a GitHub Actions step: whoever writes to it adds to what others wrote."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    return bool(summary) and os.path.realpath(path) == os.path.realpath(summary or "")
