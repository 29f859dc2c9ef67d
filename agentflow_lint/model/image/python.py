"""Which Python runs the server in an image: the final stage's base image, or the one that uv was told to use."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.image.installs import reaching_stages
from agentflow_lint.model.image.scripts import commands_of
from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.sources.dockerfile import base_image, base_python
from agentflow_lint.sources.dockerfile.base_images import repository_and_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.image.built import Image
    from agentflow_lint.sources.dockerfile import Instruction, Stage

_VERSION = re.compile(r"(?:cpython-|python)?(3\.\d{1,2})(?:\.\d+)?\Z")
_INTERPRETER = re.compile(r"python(3\.\d{1,2})\Z")
_SYSTEM_PACKAGE = re.compile(r"python3(?:-pip|-venv|-full|-dev|-minimal)?(?:=|\Z)")
#: What brings other interpreters, and says nowhere which.
_MANAGERS = re.compile(r"\b(?:pyenv|asdf|mise|conda|mamba|micromamba|pixi|altinstall|deadsnakes)\b")


def python_of(image: Image) -> Value[str]:
    """The version (``3.12``) of the Python that the server runs on; absent where the image has none that is known."""
    asked = _asked_of_uv(image)
    if not isinstance(asked, Absent):
        return asked
    base = _of_base(image)
    if not isinstance(base, Known):
        return base
    for stage in _stages(image):
        for instruction in stage.instructions:
            for words in _commands(instruction):
                other = _INTERPRETER.match(posixpath.basename(words[0])) if words else None
                if other is not None and other[1] != base.value:
                    origin = Origin(
                        f"RUN in {image.dockerfile_path}", Location(image.dockerfile_path, instruction.span)
                    )
                    return Unknown(f"the image has Python {base.value} and {other[1]}", origin)
            if instruction.keyword == "RUN" and (found := _MANAGERS.search(instruction.arguments.text)):
                return Unknown(f"{found[0]} may bring another Python")
    if _uv_may_choose(image, base.value):
        return Unknown("uv may take another Python than the base image's")
    return base


def _of_base(image: Image) -> Value[str]:
    stage = image.stage
    while stage.base_stage is not None:
        stage = image.dockerfile.stages[stage.base_stage]
    if stage.base is None:
        return Unknown(f"the base image is not known: {stage.base_reason}")
    version = base_python(stage.base)
    if version is None:
        return Unknown(f"which Python the base image {stage.base} has is not known")
    if not stage.base.rpartition("/")[2].startswith("python") and not _has_its_python(image, stage.base):
        return Unknown(f"which Python is installed on {stage.base} is not known")
    words = stage.instruction.words
    span = words[0].span if words else stage.instruction.span
    return Known(version, Origin(f"the base image {stage.base}", Location(image.dockerfile_path, span)))


def _has_its_python(image: Image, base: str) -> bool:
    """Whether an image comes with Python, or its stages install the distribution's own and no other."""
    if base_image(base) is None or repository_and_tag(base)[0] not in ("debian", "ubuntu"):
        return True
    asked = [
        word
        for stage in _stages(image)
        for instruction in stage.instructions
        for words in _commands(instruction)
        if words and posixpath.basename(words[0]) in ("apt", "apt-get") and "install" in words
        for word in words[1:]
    ]
    return any(_SYSTEM_PACKAGE.match(word) for word in asked) and not any(map(_INTERPRETER.match, asked))


def _asked_of_uv(image: Image) -> Value[str]:
    """What ``--python``, UV_PYTHON or ``uv python install`` names, where all of them agree; absent without any."""
    found: dict[str, Value[str]] = {}
    for stage in _stages(image):
        variable = stage.env.get("UV_PYTHON") or stage.args.get("UV_PYTHON")
        if variable is not None and variable.value is not None:
            place = Location(image.dockerfile_path, variable.span or stage.instruction.span)
            found[variable.value] = _version(variable.value, Origin("UV_PYTHON", place))
        for instruction in stage.instructions:
            for words in _commands(instruction):
                for text in _requests(words):
                    place = Location(image.dockerfile_path, instruction.span)
                    found[text] = _version(text, Origin(f"RUN in {image.dockerfile_path}", place))
    versions = {value.value: value for value in found.values() if isinstance(value, Known)}
    if len(versions) == 1 and len(versions) == len({type(value) for value in found.values()}):
        return next(iter(versions.values()))
    return Unknown("uv is told of several Pythons, or of one that is not known") if found else ABSENT


def _version(text: str, origin: Origin) -> Value[str]:
    match = _VERSION.match(text)
    return Known(match[1], origin) if match else Unknown(f"{text} names no version of Python", origin)


def _requests(words: list[str]) -> Iterator[str]:
    if not words or posixpath.basename(words[0]) not in ("uv", "uvx"):
        return
    rest = [word for word in words[1:] if word]
    if rest[:2] == ["python", "install"]:
        yield from (word for word in rest[2:] if not word.startswith("-"))
    for index, word in enumerate(rest):
        name, equals, value = word.partition("=")
        if name in ("--python", "-p") and (equals or index + 1 < len(rest)):
            request = value if equals else rest[index + 1]
            if not request.startswith("/"):  # an interpreter of the image, most often its own
                yield request


def _uv_may_choose(image: Image, version: str) -> bool:
    """Whether uv makes an environment of its own, and the base image's Python may not suit what the project wants."""
    makes = any(
        words and posixpath.basename(words[0]) == "uv" and any(word in ("sync", "venv", "run") for word in words[1:3])
        for stage in _stages(image)
        for instruction in stage.instructions
        for words in _commands(instruction)
    )
    if not makes and "uv" not in _command_words(image):
        return False
    if ".python-version" in image.files.names():
        text = image.files.read(".python-version")
        asked = "" if isinstance(text, (Missing, Unreadable)) else text.content.strip()
        match = _VERSION.match(asked)
        return match is None or match[1] != version
    return not _suits(image, version)


def _command_words(image: Image) -> tuple[str, ...]:
    commands = (image.stage.entrypoint, image.stage.cmd)
    return tuple(
        word for command in commands if command for text in command.instruction.words for word in text.text.split()
    )


def _suits(image: Image, version: str) -> bool:
    """Whether the project's ``requires-python`` allows a version; True where it says nothing."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    from agentflow_lint.sources.requirements import read_pyproject

    text = image.files.read("pyproject.toml")
    wanted = None if isinstance(text, (Missing, Unreadable)) else read_pyproject(text).requires_python
    try:
        return wanted is None or SpecifierSet(wanted).contains(f"{version}.99", prereleases=True)
    except InvalidSpecifier:
        return False


def _stages(image: Image) -> list[Stage]:
    return [image.dockerfile.stages[index] for index in sorted(reaching_stages(image.dockerfile, image.stage))]


def _commands(instruction: Instruction) -> Iterator[list[str]]:
    if instruction.keyword != "RUN":
        return
    for command in commands_of(instruction):
        yield [word.text or "" for word in command.words]
