"""What an image says about how it is run: EXPOSE, VOLUME and HEALTHCHECK, its base stages' included."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.command.probes import probe_of_command
from agentflow_lint.model.command.shell import Word
from agentflow_lint.model.values import ABSENT, Known, Location, Origin, Unknown, Value
from agentflow_lint.model.workload import Mount, Port, Probe, Workload
from agentflow_lint.sources.dockerfile import LocatedText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.image.built import Image
    from agentflow_lint.sources.dockerfile import Expanded, Instruction, Stage, Step

#: Docker takes ranges (8000-8010); more ports than this of one range are not listed.
_WIDEST_RANGE = 100

_DURATION = re.compile(r"(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def image_workload(image: Image) -> Workload:
    """The ports, the anonymous volumes and the health probe of a container that nothing else describes.

    An anonymous volume is ephemeral: a new container gets a new one. A HEALTHCHECK replaces the one before it, and
    NONE takes it away.
    """
    ports: list[Port] = []
    mounts: list[Mount] = []
    probes: tuple[Probe, ...] = ()
    for step in _steps(image):
        instruction = step.instruction
        if instruction.keyword == "EXPOSE":
            for word in step.words:
                ports.extend(_ports(image, word))
        elif instruction.keyword == "VOLUME":
            mounts.extend(_mount(image, word) for word in step.words)
        elif instruction.keyword == "HEALTHCHECK":
            probes = _health(image, instruction)
    return Workload(ports=tuple(ports), probes=probes, mounts=tuple(mounts))


def stages_of(image: Image) -> tuple[Stage, ...]:
    """The stage of an image and those that it continues, the first one first."""
    found: list[Stage] = []
    stage: Stage | None = image.stage
    while stage is not None:
        found.append(stage)
        stage = None if stage.base_stage is None else image.dockerfile.stages[stage.base_stage]
    return tuple(reversed(found))


def _steps(image: Image) -> Iterator[Step]:
    for stage in stages_of(image):
        yield from stage.steps


def _ports(image: Image, word: Expanded) -> Iterator[Port]:
    location = Location(image.dockerfile_path, word.span)
    origin = Origin(f"EXPOSE in {image.dockerfile_path}", location)
    if word.text is None:
        yield Port(Unknown(word.reason or "it is not known", origin), "exposed", location)
        return
    numbers, _, protocol = word.text.partition("/")
    found = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", numbers)
    if protocol.lower() not in ("", "tcp"):
        return
    if found is None:
        yield Port(Unknown("it is no port", origin), "exposed", location)
        return
    first, last = int(found[1]), int(found[2] or found[1])
    for number in range(first, min(last, first + _WIDEST_RANGE) + 1):
        yield Port(Known(number, origin), "exposed", location)


def _mount(image: Image, word: Expanded) -> Mount:
    location = Location(image.dockerfile_path, word.span)
    origin = Origin(f"VOLUME in {image.dockerfile_path}", location)
    if word.text is None:
        return Mount(Unknown(word.reason or "it is not known", origin), "ephemeral", location)
    return Mount(Known("/" + posixpath.normpath(word.text).lstrip("/"), origin), "ephemeral", location)


def _health(image: Image, instruction: Instruction) -> tuple[Probe, ...]:
    kind, rest = instruction.words[:1], instruction.words[1:]
    if not kind or kind[0].text.upper() != "CMD" or not rest:
        return ()
    line: LocatedText | tuple[Word, ...] = instruction.command or LocatedText(rest[0].text)
    if instruction.form == "exec":
        line = tuple(Word(word.text, word.span) for word in rest)
    first, last = rest[0].span, rest[-1].span
    location = Location(
        image.dockerfile_path,
        first._replace(end_line=last.end_line, end_column=last.end_column),
    )
    flag = instruction.flag("timeout")
    timeout: Value[int] = ABSENT
    if flag is not None and flag.value is not None:
        timeout = _seconds(flag.value, Origin("--timeout", Location(image.dockerfile_path, flag.span)))
    return (probe_of_command(line, "health", location, env=image.env, timeout=timeout),)


def _seconds(text: str, origin: Origin) -> Value[int]:
    """A duration in Go's notation (``1m30s``), in whole seconds, rounded up."""
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text):
        return Unknown(f"{text[:40]!r} is no duration", origin)
    total = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return Known(int(-(-total // 1)), origin)
