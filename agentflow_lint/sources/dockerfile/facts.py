"""What a Dockerfile says, with the place of every word."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from agentflow_lint.records import record
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

Form = Literal["exec", "shell"]
"""``exec`` is the JSON array form, ``shell`` everything else."""

#: The characters that Docker's own parser takes for white space (Go's ``unicode.IsSpace``).
SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


@record(frozen=True)
class LocatedText:
    """Text joined from stretches of a file that knows where each of its characters stands.

    ``anchors`` are (index in ``text``, line, column) triples, in order, one for each stretch; no stretch crosses
    a newline. Without anchors the text stands nowhere, and every span is None.
    """

    text: str
    anchors: tuple[tuple[int, int, int], ...] = ()

    def span(self, start: int = 0, end: int | None = None) -> Span | None:
        """The place of ``text[start:end]``, from its first character to behind its last one."""
        if not self.anchors:
            return None
        stop = len(self.text) if end is None else end
        first = self._position(start)
        if stop <= start:
            return Span(*first, *first)
        line, column = self._position(stop - 1)
        return Span(*first, line, column + 1)

    def slice(self, start: int, end: int | None = None) -> LocatedText:
        """``text[start:end]``, still located."""
        stop = len(self.text) if end is None else max(start, end)
        if not self.anchors:
            return LocatedText(self.text[start:stop])
        inside = tuple((index - start, line, column) for index, line, column in self.anchors if start < index < stop)
        return LocatedText(self.text[start:stop], ((0, *self._position(start)), *inside))

    def strip(self) -> LocatedText:
        """Without leading and trailing white space."""
        start = len(self.text) - len(self.text.lstrip(SPACE))
        return self.slice(start, max(start, len(self.text.rstrip(SPACE))))

    def _position(self, index: int) -> tuple[int, int]:
        place = max(bisect_right(self.anchors, (index, float("inf"), 0)) - 1, 0)
        start, line, column = self.anchors[place]
        return line, column + index - start


@record(frozen=True)
class Problem:
    """Something that makes ``docker build`` fail; if not ``refused``, only something that this reader does not read."""

    message: str
    span: Span
    refused: bool = True


@record(frozen=True)
class Directive:
    """A parser directive in the first lines: ``# escape=`...``, ``# syntax=...``, ``# check=...``."""

    name: str
    value: str
    span: Span


@record(frozen=True)
class Word:
    """One argument, as written: quotes and variables are still in it, except in the exec form."""

    text: str
    span: Span


@record(frozen=True)
class Flag:
    """A builder option such as ``--from=builder``; ``value`` is None for a bare ``--link``."""

    name: str
    value: str | None
    span: Span


@record(frozen=True)
class Pair:
    """One ``NAME=value`` of ENV, LABEL or ARG, as written; ``value`` is None for an ARG without default."""

    name: Word
    value: Word | None
    span: Span


@record(frozen=True)
class Heredoc:
    """An inline file. ``expand`` is False when its delimiter is quoted, ``chomp`` True for ``<<-``."""

    name: str
    content: str
    expand: bool
    chomp: bool
    descriptor: int
    span: Span


@record(frozen=True)
class Expanded:
    """A word after Docker put the variables in: ``text``, or None and the ``reason`` why it is not known."""

    text: str | None
    span: Span
    reason: str | None = None


@record(frozen=True)
class Instruction:
    """One instruction.

    ``span`` goes from the keyword to the last argument; ``first_line`` and ``last_line`` are the lines that
    Docker counts to it, heredocs included. ``words`` are the arguments as Docker's parser splits them: the
    whole command as one word for RUN, CMD and ENTRYPOINT in shell form, then ``command`` is that text with
    the place of each character. ``trigger`` is the instruction that an ONBUILD holds back.
    """

    keyword: str
    span: Span
    first_line: int
    last_line: int
    arguments: LocatedText
    flags: tuple[Flag, ...] = ()
    words: tuple[Word, ...] = ()
    form: Form = "shell"
    pairs: tuple[Pair, ...] = ()
    command: LocatedText | None = None
    heredocs: tuple[Heredoc, ...] = ()
    trigger: Instruction | None = None

    def flag(self, name: str) -> Flag | None:
        """The last flag of that name (without the dashes)."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None)


@record(frozen=True)
class EnvValue:
    """What a variable holds: ``value``, or None and the ``reason`` why it is not known.

    ``span`` is the place of the value (None when it is in the base image), ``overridden`` the values of this
    Dockerfile that it replaced, nearest first.
    """

    value: str | None
    span: Span | None = None
    reason: str | None = None
    overridden: tuple[EnvValue, ...] = ()


@record(frozen=True)
class Step:
    """An instruction of a stage with its words (and pair values) as Docker expands them at that point."""

    instruction: Instruction
    words: tuple[Expanded, ...]


@record(frozen=True)
class Command:
    """A CMD or ENTRYPOINT in effect, and the shell that runs it if it is in shell form."""

    instruction: Instruction
    shell: tuple[str, ...] | None


@record(frozen=True)
class Stage:
    """One FROM and what follows it.

    ``name`` is in lower case, as Docker compares it; ``base`` is the image or stage with ARGs put in, None when
    ``base_reason`` says why it is not known; ``base_stage`` is the index of the earlier stage that it continues.
    ``env`` is what the image's configuration holds at the end, inherited values included; a variable that is
    not in it is unset, unless ``open_env`` gives the reason why the base image may set it. ``entrypoint`` and
    ``cmd`` are what the Dockerfile itself says last (None: the base image's, or nothing); ``resets_cmd`` is True
    when an ENTRYPOINT threw the base image's CMD away.
    """

    index: int
    name: str | None
    base: str | None
    base_stage: int | None
    span: Span
    instruction: Instruction
    base_reason: str | None = None
    steps: tuple[Step, ...] = ()
    env: Mapping[str, EnvValue] = field(default_factory=dict)
    args: Mapping[str, EnvValue] = field(default_factory=dict)
    open_env: str | None = None
    entrypoint: Command | None = None
    cmd: Command | None = None
    resets_cmd: bool = False

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """The instructions after the FROM."""
        return tuple(step.instruction for step in self.steps)


@record(frozen=True)
class Dockerfile:
    """A Dockerfile: its stages in order, its ARGs before the first FROM, and what is wrong with it."""

    stages: tuple[Stage, ...]
    problems: tuple[Problem, ...] = ()
    directives: tuple[Directive, ...] = ()
    global_args: Mapping[str, EnvValue] = field(default_factory=dict)
    instructions: tuple[Instruction, ...] = ()

    def stage(self, reference: str) -> Stage | None:
        """The stage with a name (in any case) or a number."""
        wanted = reference.lower()
        for stage in reversed(self.stages):
            if stage.name == wanted:
                return stage
        if reference.isascii() and reference.isdigit() and len(reference) < 9 and int(reference) < len(self.stages):
            return self.stages[int(reference)]
        return None
