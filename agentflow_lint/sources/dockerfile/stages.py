"""From instructions to stages: build arguments, variables, inheritance, and the command in effect.

Follows BuildKit: ENV and ARG both set the variables of the build, in the order in which they stand, but only ENV
reaches the image; all pairs of one ENV see the values from before it; a stage that continues another one
inherits both; an ENTRYPOINT drops a CMD that this stage did not set itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from agentflow_lint.sources.dockerfile.base_images import base_image
from agentflow_lint.sources.dockerfile.expansion import SubstitutionError, Undetermined, expand
from agentflow_lint.sources.dockerfile.facts import (
    Command,
    EnvValue,
    Expanded,
    Instruction,
    Problem,
    Stage,
    Step,
    Word,
)
from agentflow_lint.sources.text import START, Span

_STAGE_NAME = re.compile(r"[a-z][a-z0-9\-_.]*\Z")

#: Arguments that the builder provides before the first FROM.
_PLATFORM_ARGS = tuple(
    f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
)

#: Many times what a person writes; the work on one file has to stay bounded.
_MAX_STAGES = 50
_MAX_OVERRIDDEN = 20

_EXPANDED = ("ADD", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR")

BuildArgs = Mapping[str, "str | None"]


def build_stages(
    instructions: Iterable[Instruction], escape: str, build_args: BuildArgs
) -> tuple[tuple[Stage, ...], dict[str, EnvValue], list[Problem]]:
    """The stages, the ARGs before the first FROM, and what is wrong."""
    problems: list[Problem] = []
    global_args = {name: EnvValue(None, reason=f"{name} depends on the platform") for name in _PLATFORM_ARGS}
    declared: dict[str, EnvValue] = {}
    builders: list[_StageBuilder] = []
    for instruction in instructions:
        if instruction.keyword == "FROM":
            if len(builders) == _MAX_STAGES:
                message = f"it has more than {_MAX_STAGES} stages, and the rest is not read"
                problems.append(Problem(message, instruction.span, False))
                break
            scope = {**global_args, **declared}
            builders.append(_StageBuilder(instruction, builders, scope, escape, build_args, problems))
        elif builders:
            builders[-1].add(instruction)
        elif instruction.keyword == "ARG":
            _declare(instruction, {**global_args, **declared}, declared, escape, build_args, problems)
        elif instruction.keyword:
            problems.append(Problem(f"{instruction.keyword} before the first FROM", instruction.span))
    if not builders:
        problems.append(Problem("there is no FROM", _first_span(instructions)))
    return tuple(builder.finish() for builder in builders), declared, problems


def _first_span(instructions: Iterable[Instruction]) -> Span:
    return next((instruction.span for instruction in instructions), START)


def _expand(word: Word, values: Mapping[str, EnvValue], open_reason: str | None, escape: str) -> Expanded:
    """One word with the variables put in. Raises :class:`SubstitutionError`."""

    def lookup(name: str) -> str | Undetermined | None:
        value = values.get(name)
        if value is None:
            return Undetermined(open_reason.format(name=name)) if open_reason else None
        return Undetermined(value.reason or "") if value.value is None else value.value

    if "\\" not in word.text and not any(char in word.text for char in "$'\"`"):
        return Expanded(word.text, word.span)
    text = expand(word.text, lookup, escape)
    if isinstance(text, Undetermined):
        return Expanded(None, word.span, text.reason)
    return Expanded(text, word.span)


def _set(target: dict[str, EnvValue], name: str, value: str | None, span: Span | None, reason: str | None) -> None:
    before = target.get(name)
    overridden: tuple[EnvValue, ...] = ()
    if before is not None:
        nearest = (EnvValue(before.value, before.span, before.reason),) if before.span else ()
        overridden = (*nearest, *before.overridden[:_MAX_OVERRIDDEN])
    target[name] = EnvValue(value, span, reason, overridden)


def _declare(
    instruction: Instruction,
    scope: dict[str, EnvValue],
    target: dict[str, EnvValue],
    escape: str,
    build_args: BuildArgs,
    problems: list[Problem],
    inherited: Mapping[str, EnvValue] | None = None,
    open_reason: str | None = None,
) -> None:
    """Run one ARG: put its names into ``target`` (and ``scope``, for the names after them)."""
    for pair in instruction.pairs:
        name = pair.name.text
        value: str | None = None
        reason: str | None = None
        span = pair.span
        if name in build_args:
            value = build_args[name]
            reason = None if value is not None else f"the build argument {name} is given from outside"
        elif pair.value is not None:
            try:
                expanded = _expand(pair.value, scope, open_reason, escape)
                value, reason, span = expanded.text, expanded.reason, pair.value.span
            except SubstitutionError as error:
                problems.append(Problem(f"ARG {name}: {error}", pair.span))
                reason = f"the default of {name} cannot be expanded"
        elif inherited is not None and name in inherited:
            value, reason = inherited[name].value, inherited[name].reason
            span = inherited[name].span or span
        else:
            reason = f"the build argument {name} has no default"
        _set(target, name, value, span, reason)
        scope[name] = target[name]


class _StageBuilder:
    """The state of one stage while its instructions are run in order."""

    def __init__(
        self,
        instruction: Instruction,
        earlier: list[_StageBuilder],
        global_args: Mapping[str, EnvValue],
        escape: str,
        build_args: BuildArgs,
        problems: list[Problem],
    ) -> None:
        self._instruction = instruction
        self._global_args = global_args
        self._escape = escape
        self._build_args = build_args
        self._problems = problems
        self.index = len(earlier)
        self.steps: list[Step] = []
        self.image_env: dict[str, EnvValue] = {}
        self.build_env: dict[str, EnvValue] = {}
        self.args: dict[str, EnvValue] = {}
        self.open_env: str | None = None
        self.entrypoint: Command | None = None
        self.cmd: Command | None = None
        self.resets_cmd = False
        self._cmd_is_own = False
        self._shell: tuple[str, ...] | None = None
        self._last = instruction
        self.base, self.base_reason = self._read_base()
        self.name = self._read_name()
        self.base_stage = self._inherit(earlier)

    def add(self, instruction: Instruction) -> None:
        """Run one instruction."""
        self._last = instruction
        words = tuple(Expanded(word.text, word.span) for word in instruction.words)
        if instruction.keyword in _EXPANDED:
            words = tuple(self._expanded(word, instruction) for word in instruction.words)
        self.steps.append(Step(instruction, words))
        if instruction.keyword == "ENV":
            # The words of an ENV are its names and values in turn.
            for name, value in zip(words[::2], words[1::2], strict=False):
                if name.text is not None:
                    _set(self.image_env, name.text, value.text, value.span, value.reason)
                    _set(self.build_env, name.text, value.text, value.span, value.reason)
        elif instruction.keyword == "ARG":
            _declare(
                instruction, self.build_env, self.args, self._escape, self._build_args, self._problems,
                self._global_args, self.open_env,
            )  # fmt: skip
        elif instruction.keyword == "SHELL" and instruction.form == "exec" and instruction.words:
            self._shell = tuple(word.text for word in instruction.words)
        elif instruction.keyword == "CMD":
            self.cmd = Command(instruction, self._shell)
            self._cmd_is_own = True
        elif instruction.keyword == "ENTRYPOINT":
            self.entrypoint = Command(instruction, self._shell)
            if not self._cmd_is_own:
                self.cmd = None
                self.resets_cmd = True

    def finish(self) -> Stage:
        """The stage as facts."""
        first, last = self._instruction.span, self._last.span
        return Stage(
            index=self.index,
            name=self.name,
            base=self.base,
            base_stage=self.base_stage,
            span=Span(first.line, first.column, last.end_line, last.end_column),
            instruction=self._instruction,
            base_reason=self.base_reason,
            steps=tuple(self.steps),
            env=self.image_env,
            args=self.args,
            open_env=self.open_env,
            entrypoint=self.entrypoint,
            cmd=self.cmd,
            resets_cmd=self.resets_cmd,
        )

    def _read_base(self) -> tuple[str | None, str | None]:
        words = self._instruction.words
        if len(words) not in (1, 3) or (len(words) == 3 and words[1].text.lower() != "as"):
            self._problems.append(Problem("FROM takes an image, or an image AS a name", self._instruction.span))
        if not words:
            return None, "FROM names no image"
        try:
            base = _expand(words[0], self._global_args, None, self._escape)
        except SubstitutionError as error:
            self._problems.append(Problem(f"FROM: {error}", words[0].span))
            return None, "the name of the base image cannot be expanded"
        if base.text == "":
            self._problems.append(Problem("FROM: the image name is empty", words[0].span))
            return None, "the name of the base image is empty"
        return base.text, base.reason

    def _read_name(self) -> str | None:
        words = self._instruction.words
        if len(words) != 3 or words[1].text.lower() != "as":
            return None
        name = words[2].text.lower()
        if not _STAGE_NAME.match(name):
            self._problems.append(Problem(f"{words[2].text} is not a valid stage name", words[2].span))
        return name

    def _inherit(self, earlier: list[_StageBuilder]) -> int | None:
        wanted = (self.base or "").lower()
        for stage in reversed(earlier):
            if stage.name is not None and stage.name == wanted:
                self.image_env = dict(stage.image_env)
                self.build_env = dict(stage.build_env)
                self.args = dict(stage.args)
                self.open_env = stage.open_env
                self.entrypoint, self.cmd = stage.entrypoint, stage.cmd
                self.resets_cmd = stage.resets_cmd
                self._shell = stage._shell
                return stage.index
        known = base_image(self.base) if self.base else None
        if known is None or not known.complete:
            of = f"the base image {self.base}" if self.base else "the base image"
            self.open_env = of.replace("{", "{{").replace("}", "}}") + " may set {name}"
        for name, value in known.env.items() if known else ():
            reason = None if value is not None else f"the base image {self.base} sets {name}"
            self.image_env[name] = self.build_env[name] = EnvValue(value, reason=reason)
        return None

    def _expanded(self, word: Word, instruction: Instruction) -> Expanded:
        try:
            return _expand(word, self.build_env, self.open_env, self._escape)
        except SubstitutionError as error:
            self._problems.append(Problem(f"{instruction.keyword}: {error}", word.span))
            return Expanded(None, word.span, "it cannot be expanded")
