"""Where a stage's installs put packages, so that one can tell whether a COPY from it takes them along."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from agentflow_lint.model.image.scripts import commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.dockerfile import Dockerfile, Stage, Step

#: Where the interpreters of images and ``pip install --user`` put packages.
_SYSTEM = ("/usr", "/opt", "/root", "/home", "/lib", "/python", "/install", "/wheels", "/deps")

#: Variables that name the folder of an environment.
_VARIABLES = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONUSERBASE", "PIP_TARGET", "PIP_PREFIX", "CONDA_PREFIX")

#: Options of installers whose value is a folder for packages.
_OPTIONS = ("--target", "-t", "--prefix", "--root", "--wheel-dir", "-w", "--dest", "-d", "--user-base")


def may_carry_packages(dockerfile: Dockerfile, source: Stage, copy: Step) -> bool:
    """Whether ``copy``, which takes from stage ``source``, may take packages that were installed there."""
    taken = [word.text for word in copy.words[:-1]]
    if not taken or any(text is None for text in taken):
        return True
    folders = set(_SYSTEM)
    stage: Stage | None = source
    while stage is not None:
        folders.update(_folders(stage))
        if any(_copies_packages(dockerfile, step) for step in stage.steps):
            return True
        stage = None if stage.base_stage is None else dockerfile.stages[stage.base_stage]
    roots = [posixpath.normpath(posixpath.join("/", text or "")) for text in taken]
    return any(_overlap(root, folder) for root in roots for folder in folders)


def _copies_packages(dockerfile: Dockerfile, step: Step) -> bool:
    """A stage may have its packages from a third one, at a place of that one's choice."""
    flag = step.instruction.flag("from") if step.instruction.keyword == "COPY" else None
    return flag is not None and dockerfile.stage(flag.value or "") is not None


def _overlap(root: str, folder: str) -> bool:
    if "*" in root or "?" in root or "[" in root:
        root = posixpath.dirname(root.partition("*")[0].partition("?")[0].partition("[")[0] + "x")
    return root == "/" or f"{folder}/".startswith(f"{root}/") or f"{root}/".startswith(f"{folder}/")


def _folders(stage: Stage) -> Iterator[str]:
    """Environments of a stage: in its working directories, and wherever a variable or an option names one."""
    workdir = "/"
    for name in _VARIABLES:
        value = {**stage.args, **stage.env}.get(name)
        if value is not None:
            yield posixpath.normpath(posixpath.join("/", value.value)) if value.value else "/"
    for step in stage.steps:
        if step.instruction.keyword == "WORKDIR" and step.words:
            workdir = posixpath.join(workdir, step.words[0].text or "/")
        elif step.instruction.keyword == "RUN":
            for command in commands_of(step.instruction):
                words = [word.text or "/" for word in command.words]
                yield from (posixpath.normpath(posixpath.join(workdir, each)) for each in _named(words))


def _named(words: list[str]) -> Iterator[str]:
    """The folders that a command may put packages into, relative to where it runs."""
    makes_own = any(posixpath.basename(word) in ("poetry", "pdm", "pipenv", "rye", "hatch") for word in words)
    if makes_own or any(word in ("sync", "venv", "virtualenv") for word in words):
        yield from (".venv", "venv", "__pypackages__")
    if any(word in ("venv", "virtualenv") or word.endswith("/virtualenv") for word in words):
        yield from (word for word in words if not word.startswith("-"))
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _OPTIONS:
            yield value if equals else (words[index + 1] if index + 1 < len(words) else "/")
