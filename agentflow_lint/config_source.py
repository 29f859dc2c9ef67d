"""A TOML file that configures the linter: its table, and the line of anything in it."""

from __future__ import annotations

import os
import re
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.model.disk import DISK, Disk, NotRegular, TooLarge
from agentflow_lint.model.files import MAX_FILE_BYTES
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.sources.text import Span
    from agentflow_lint.sources.toml import TomlDocument

#: The file of its own, and the file with a table for it.
OWN_FILE = "agentflow-lint.toml"
SHARED_FILE = "pyproject.toml"

TABLE = ("tool", "agentflow-lint")


@record(frozen=True)
class Problem:
    """Something wrong in a configuration, and its line (from 1)."""

    line: int
    message: str


class ConfigurationError(Exception):
    """What is wrong with a configuration: one ``file:line: message`` per line, in the order of the lines.

    ``path`` is its file as people read it.
    """

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.message)))
        lines = (f"{path}:{problem.line}: {problem.message}" for problem in self.problems)
        super().__init__("\n".join(map(on_one_line, lines)))


@record(frozen=True)
class Source:
    """A configuration file: its path as people read it, its lines, and where in it the linter's table is.

    ``file`` is its absolute path, ``content`` its whole text.
    """

    path: str
    lines: tuple[str, ...]
    prefix: tuple[str, ...]
    table: Any
    file: str = ""
    content: str = ""

    @cached_property
    def document(self) -> TomlDocument:
        """The file with the exact place of every statement."""
        from agentflow_lint.sources.text import SourceText
        from agentflow_lint.sources.toml import read_toml

        return read_toml(SourceText(self.content))

    def span(self, *keys: str | int) -> Span:
        """The exact place of a value in the linter's table, else of the nearest thing around it."""
        return self.document.span((*self.prefix, *keys))

    def line_of(self, *keys: str) -> int:
        """The line (from 1) that best shows a key path, the last part of which may be a value.

        TOML readers give no positions, so this looks for the table's header, then for each part of the path below it.
        """
        line = self._header_line()
        for key in keys:
            spelled = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])")
            below = range(line, len(self.lines))
            line = next((number for number in below if spelled.search(_uncommented(self.lines[number]))), line)
        return line + 1

    def problem(self, message: str, *keys: str) -> Problem:
        """A problem at a key or value."""
        return Problem(self.line_of(*keys), message)

    def error(self, message: str, *keys: str) -> ConfigurationError:
        """An error that consists of one problem."""
        return ConfigurationError(self.path, [self.problem(message, *keys)])

    def _header_line(self) -> int:
        size = len(self.prefix)
        numbered = enumerate(self.lines)
        return next((number for number, line in numbered if size and _header(line)[:size] == self.prefix), 0)


def read_source(path: str, disk: Disk = DISK) -> Source:
    """Read a configuration file. Raises :class:`ConfigurationError` for what is not TOML or has no table for us."""
    shown = shown_path(path)
    text = _text(path, shown, disk)
    prefix = TABLE if os.path.basename(path) == SHARED_FILE else ()
    table: Any = _parsed(text, shown)
    for key in prefix:
        table = table.get(key) if isinstance(table, dict) else None
    if table is None:
        raise ConfigurationError(shown, [Problem(1, f"it has no table [{'.'.join(TABLE)}]")])
    return Source(shown, tuple(text.splitlines()), prefix, table, os.path.abspath(path), text)


def mentions_linter(path: str, disk: Disk = DISK) -> bool:
    """Whether a pyproject.toml configures this linter. A broken one that names it does: it must not go unnoticed."""
    try:
        data = disk.head(path, MAX_FILE_BYTES + 1)
    except OSError:
        return False
    if TABLE[-1].encode() not in data:
        return False
    try:
        read_source(path, disk)
    except ConfigurationError as error:
        return "it has no table" not in str(error)
    return True


def shown_path(path: str) -> str:
    """A path as a person reads it: relative to the working directory when it lies below it."""
    absolute, working = os.path.abspath(path), os.getcwd()
    inside = absolute.startswith(working.rstrip(os.sep) + os.sep)
    return (os.path.relpath(absolute) if inside else path).replace(os.sep, "/")


def _text(path: str, shown: str, disk: Disk) -> str:
    try:
        data = disk.read(path, MAX_FILE_BYTES).data
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(shown, [Problem(1, f"it cannot be read ({reason})")]) from None
    except NotRegular:
        reason = "Is a directory" if disk.is_dir(path) else "not a regular file"
        raise ConfigurationError(shown, [Problem(1, f"it cannot be read ({reason})")]) from None
    except TooLarge:
        raise ConfigurationError(
            shown, [Problem(1, f"it is larger than {MAX_FILE_BYTES // 1024 // 1024} MB")]
        ) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(shown, [Problem(line, "it is not UTF-8")]) from None


def _parsed(text: str, shown: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else max(1, len(text.splitlines()))
        message = re.sub(r" \(at (?:line|end)[^)]*\)$", "", str(error))
        raise ConfigurationError(shown, [Problem(line, f"it is not valid TOML: {message}")]) from None
    except RecursionError:
        raise ConfigurationError(shown, [Problem(1, "it is nested too deeply")]) from None


def _header(line: str) -> tuple[str, ...]:
    """The parts of a table header, such as ``("tool", "agentflow-lint")``; empty for any other line."""
    header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line)
    return tuple(part.strip().strip("\"'") for part in header[1].split(".")) if header else ()


def _uncommented(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line
