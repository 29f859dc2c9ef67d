"""Reads a Dockerfile: lines, instructions, then stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.records import once
from agentflow_lint.sources.dockerfile.facts import Dockerfile, Heredoc, Instruction, Problem
from agentflow_lint.sources.dockerfile.instructions import (
    KEYWORDS,
    HeredocMark,
    ParsedLine,
    heredoc_marks,
    parse_line,
)
from agentflow_lint.sources.dockerfile.lines import Lines, LogicalLine
from agentflow_lint.sources.dockerfile.stages import build_stages
from agentflow_lint.sources.text import START, SourceText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Many times what a person writes; the work on one file has to stay bounded.
_MAX_CHARACTERS = 256 * 1024

_NOT_TRIGGERS = ("ONBUILD", "FROM", "MAINTAINER")


def read_dockerfile(text: SourceText, build_args: Mapping[str, str | None] | None = None) -> Dockerfile:
    """The facts of a Dockerfile. Never raises: what Docker would refuse is in ``problems``.

    ``build_args`` are the build arguments that are given from outside (compose's ``build.args``), None for one
    whose value is not known; an ARG that is not among them has its default.
    """
    return _read(text, tuple(sorted((build_args or {}).items())))


@once
def _read(text: SourceText, build_args: tuple[tuple[str, str | None], ...]) -> Dockerfile:
    if len(text.content) > _MAX_CHARACTERS:
        problem = Problem(f"the Dockerfile is longer than {_MAX_CHARACTERS // 1024} KiB and is not read", START, False)
        return Dockerfile((), (problem,))
    lines, instructions, problems = _parsed(text)
    stages, global_args, stage_problems = build_stages(instructions, lines.escape, dict(build_args))
    everything = sorted((*lines.problems, *problems, *stage_problems), key=lambda problem: problem.span)
    return Dockerfile(stages, tuple(everything), tuple(lines.directives), global_args, tuple(instructions))


@once
def _parsed(text: SourceText) -> tuple[Lines, Sequence[Instruction], Sequence[Problem]]:
    """The instructions, what is wrong with them, and the lines, all of which have been taken."""
    lines = Lines(text)
    problems: list[Problem] = []
    instructions: list[Instruction] = []
    while (line := lines.next_logical()) is not None:
        parsed = parse_line(line.text, lines.escape)
        problems.extend(_problems(parsed))
        instructions.append(_with_heredocs(lines, line, parsed, problems))
    return lines, instructions, problems


def _problems(parsed: ParsedLine) -> list[Problem]:
    span = parsed.text.span() or START
    if parsed.error is not None:
        return [Problem(f"{parsed.keyword}: {parsed.error}", span)]
    if parsed.keyword not in KEYWORDS:
        return [Problem(f"unknown instruction {parsed.keyword}", parsed.text.span(0, parsed.keyword_end) or START)]
    if parsed.keyword == "ONBUILD":
        trigger = parsed.trigger
        if trigger is None:
            return [Problem("ONBUILD: at least one argument is needed", span)]
        if trigger.keyword in _NOT_TRIGGERS:
            return [Problem(f"ONBUILD {trigger.keyword} is not allowed", span)]
        return _problems(trigger)
    return []


def _with_heredocs(lines: Lines, line: LogicalLine, parsed: ParsedLine, problems: list[Problem]) -> Instruction:
    heredocs: list[Heredoc] = []
    span = parsed.text.span() or START
    marks: tuple[HeredocMark, ...] | str = ()
    if parsed.takes_heredocs and "<<" in line.text.text:
        marks = heredoc_marks(line.text.text)
    if isinstance(marks, str):
        problems.append(Problem(f"{parsed.keyword}: {marks}", span))
        marks = ()
    for mark in marks:
        body = lines.heredoc_body(mark.name, mark.chomp)
        if body is None:
            problems.append(Problem(f"{parsed.keyword}: the heredoc {mark.name} is not ended", span))
            break
        content, place = body
        heredocs.append(Heredoc(mark.name, content, mark.expand, mark.chomp, mark.descriptor, place))
    first, last = lines.number(line.first), lines.number(max(line.last, lines.last_taken))
    return _instruction(parsed, first, last, tuple(heredocs))


def _instruction(parsed: ParsedLine, first: int, last: int, heredocs: tuple[Heredoc, ...]) -> Instruction:
    trigger = _instruction(parsed.trigger, first, last, heredocs) if parsed.trigger else None
    return Instruction(
        keyword=parsed.keyword,
        span=parsed.text.span() or START,
        first_line=first,
        last_line=last,
        arguments=parsed.arguments,
        flags=parsed.flags,
        words=parsed.words,
        form=parsed.form,
        pairs=parsed.pairs,
        command=parsed.command,
        heredocs=heredocs,
        trigger=trigger,
    )
