"""Env files as the server's ``load_dotenv`` reads them: python-dotenv's own parser, plus exact positions.

Quoting, ``export``, inline comments, values over several lines and lines that cannot be parsed therefore mean what
the installed python-dotenv says they mean. It is imported when a file is read, never with this module.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING

from agentflow_lint.records import once, record
from agentflow_lint.sources.text import START, SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Square of the lengths of a file's runs of blanks, summed: what python-dotenv's search for an inline comment costs.
_BLANKS_BUDGET = 100_000_000
#: Length of a value times its ``${``: what python-dotenv's search for references costs.
_REFERENCES_BUDGET = 50_000_000
#: Characters that all values may have together after interpolation, counting ``_OUTSIDE`` for a value from outside.
_EXPANSION_LIMIT = 16 * 1024 * 1024
_OUTSIDE = 4096

_LONG_BLANKS = re.compile(r"[^\S\r\n]{256,}")
_BEFORE_NAME = re.compile(r"\s*(?:export[^\S\r\n]+)?")
_BEFORE_VALUE = re.compile(r"[^\S\r\n]*=([^\S\r\n]*)")
_NEWLINES = re.compile(r"\r\n?")


@record(frozen=True)
class EnvBinding:
    """One ``NAME=value`` or bare ``NAME``.

    ``value`` is unquoted and unescaped but not interpolated; None for a bare name. ``span`` goes from the first
    character of the name to the last of the value, without ``export`` and comment; ``name_span`` and ``value_span``
    cover the text as written, quotes included.
    """

    name: str
    value: str | None
    span: Span
    name_span: Span
    value_span: Span | None

    def __repr__(self) -> str:
        """Leave out the value, which may be a secret."""
        return f"EnvBinding(name={self.name!r}, span={self.span!r})"


@record(frozen=True)
class EnvProblem:
    """A statement that python-dotenv skips because it cannot parse it. Its text may be a secret: it is not kept."""

    line_span: Span


@record(frozen=True)
class EnvFile:
    """The statements of an env file, in order.

    ``undecided`` is None, or says why the file was left unread (then there are no bindings, and nothing is known
    about any name): only a file made to exhaust python-dotenv gets there.
    """

    bindings: tuple[EnvBinding, ...]
    problems: tuple[EnvProblem, ...] = ()
    undecided: str | None = None


@lru_cache(maxsize=8)  # a project's one env file is read again for every deployment
@once
def read_env(text: SourceText) -> EnvFile:
    """Parse an env file; never raises.

    The parser sees what ``open(path, encoding="utf-8")`` gives: a byte order mark as a character and every line
    break as a newline. Some releases of python-dotenv drop that mark; the others make it part of the first name, and
    so does the first binding here.
    """
    from dotenv.parser import parse_stream

    lines = SourceText(_NEWLINES.sub("\n", text.content))  # same lines and columns as the file
    if sum(len(run) ** 2 for run in _LONG_BLANKS.findall(lines.content)) > _BLANKS_BUDGET:
        return EnvFile((), undecided="its runs of blanks are too long to be read in bounded time")
    statements = tuple(parse_stream(StringIO("\ufeff" * text.has_bom + lines.content)))
    offset = len(lines.content) - sum(len(statement.original.string) for statement in statements)
    bindings: list[EnvBinding] = []
    problems: list[EnvProblem] = []
    for statement in statements:
        written = statement.original.string
        if statement.error:
            start = len(written) - len(written.lstrip())
            problems.append(EnvProblem(_span(lines, offset + start, offset + len(written.rstrip()))))
        elif statement.key is not None:
            bindings.append(_binding(lines, offset, written, statement.key, statement.value))
        offset += len(written)
    excess = _excess(bindings)
    return EnvFile((), undecided=excess) if excess else EnvFile(tuple(bindings), tuple(problems))


def evaluate(env_file: EnvFile, environment: Mapping[str, str]) -> dict[str, str | None]:
    """What ``load_dotenv`` without override computes for each name, in the order of their first appearance.

    ``environment`` is the process environment, which wins over earlier bindings in ``${NAME}`` and
    ``${NAME:-default}`` (``dotenv.main.resolve_variables``); the last of several bindings of a name wins. None
    stands for a bare name. Whether the environment already has the name, so that ``load_dotenv`` leaves it alone,
    is for the caller to ask.
    """
    from dotenv.variables import parse_variables

    values: dict[str, str | None] = {}
    seen: dict[str, str | None] = dict(environment)
    for binding in env_file.bindings:
        value = binding.value
        if value is not None and "${" in value:
            value = "".join(atom.resolve(seen) for atom in parse_variables(value))
        values[binding.name] = value
        if binding.name not in environment:
            seen[binding.name] = value
    return values


def references(binding: EnvBinding, *, defaulted: bool = False) -> tuple[str, ...]:
    """The names that a binding interpolates as ``${NAME}``, or as ``${NAME:-default}`` with ``defaulted``, once each.

    An earlier binding of the same file may supply them, and the process environment always may.
    """
    found = (name for name, default in _variables(binding.value or "") if (default is not None) == defaulted)
    return tuple(dict.fromkeys(found))


def _binding(lines: SourceText, offset: int, written: str, name: str, value: str | None) -> EnvBinding:
    name_start = _end(_BEFORE_NAME.match(written))
    name_end = name_start + len(name) + 2 * written.startswith("'", name_start)
    name_span = _span(lines, offset + name_start, offset + name_end)
    if value is None:
        return EnvBinding(name, None, name_span, name_span, None)
    value_start = _end(_BEFORE_VALUE.match(written, name_end))
    if written.startswith(("'", '"'), value_start):
        value_end = value_start + _quoted_length(written[value_start:])
    else:
        value_end = value_start + len(value)
    if not value and value_end == value_start:
        # Before the blanks of an empty value, where one would be written.
        value_start = value_end = written.index("=", name_end) + 1
    span = _span(lines, offset + name_start, offset + value_end)
    return EnvBinding(name, value, span, name_span, _span(lines, offset + value_start, offset + value_end))


def _quoted_length(written: str) -> int:
    """The number of characters up to and including the closing quote, by python-dotenv's rules for escapes."""
    from dotenv.parser import Reader, parse_value

    reader = Reader(StringIO(written))
    parse_value(reader)
    return reader.position.chars


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _span(lines: SourceText, start: int, end: int) -> Span:
    # A byte order mark that is part of the first name stands before the first column.
    return lines.span(max(start, 0), max(end, 0)) if lines.content else START


def _variables(value: str) -> Iterator[tuple[str, str | None]]:
    from dotenv.variables import Variable, parse_variables

    for atom in parse_variables(value) if "${" in value else ():
        if isinstance(atom, Variable):
            yield atom.name, atom.default


def _excess(bindings: Sequence[EnvBinding]) -> str | None:
    """Why the references of these bindings cannot be followed: a chain of them can double its length at each line."""
    sizes: dict[str, int] = {}
    total = 0
    for binding in bindings:
        value = binding.value or ""
        if value.count("${") * len(value) > _REFERENCES_BUDGET:
            return "a value has too many references to be read in bounded time"
        size = len(value)
        for name, default in _variables(value):
            size += max(sizes.get(name, 0), len(default or ""), _OUTSIDE)
        sizes[binding.name] = size
        total += size
        if total > _EXPANSION_LIMIT:
            return "its values grow beyond any environment when their references are replaced"
    return None
