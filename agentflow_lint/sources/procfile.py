"""A Procfile: ``name: command`` lines, as Heroku, foreman and honcho read them.

All three take a line of letters, digits, ``_`` and ``-``, a colon, and the rest as a command for the shell, and pass
over what is no such line (foreman lib/foreman/procfile.rb, honcho honcho/environ.py); Heroku's documentation says the
same. Of two lines with one name foreman takes the last; honcho refuses the file.
"""

from __future__ import annotations

import re

from agentflow_lint.records import once, record
from agentflow_lint.sources.text import SourceText, Span

_LINE = re.compile(r"([A-Za-z0-9_-]+):[^\S\n]*(\S.*)")


@record(frozen=True)
class ProcfileEntry:
    """One process type. ``span`` goes from the name to the end of the command, ``command_span`` is the command's."""

    name: str
    command: str
    span: Span
    name_span: Span
    command_span: Span


@record(frozen=True)
class ProcfileProblem:
    """A line that is neither empty, nor a comment, nor a process: it is passed over, and runs nothing."""

    message: str
    span: Span


@record(frozen=True)
class Procfile:
    """The processes in order, one for each name: of two with one name the last counts."""

    entries: tuple[ProcfileEntry, ...]
    problems: tuple[ProcfileProblem, ...] = ()


@once
def read_procfile(text: SourceText) -> Procfile:
    """Parse a Procfile; never raises."""
    entries: dict[str, ProcfileEntry] = {}
    problems: list[ProcfileProblem] = []
    for number in range(1, text.line_count + 1):
        line = text.line(number).rstrip()
        match = _LINE.fullmatch(line)
        if match is None:
            if line.strip() and not line.lstrip().startswith("#"):
                problems.append(
                    ProcfileProblem("the line is not of the form `name: command`", Span.whole_line(number, len(line)))
                )
            continue
        if match[1] in entries:
            earlier = entries.pop(match[1])
            problems.append(ProcfileProblem(f"`{match[1]}` is defined again below, which counts", earlier.name_span))
        end = len(line) + 1
        entries[match[1]] = ProcfileEntry(
            name=match[1],
            command=match[2],
            span=Span(number, 1, number, end),
            name_span=Span(number, 1, number, match.end(1) + 1),
            command_span=Span(number, match.start(2) + 1, number, end),
        )
    return Procfile(tuple(entries.values()), tuple(sorted(problems, key=lambda problem: problem.span)))
