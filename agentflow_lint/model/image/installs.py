"""What the RUN lines of an image install.

Understood: pip, ``python -m pip``, ``uv pip``, ``uv sync``, ``poetry``, ``pdm`` and ``pipenv``, and requirements files
that these export from a lock file. Anything else that installs Python packages makes the answer open.
"""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from agentflow_lint.model.command.launchers import launch
from agentflow_lint.model.command.options import OptionTable, read_arguments
from agentflow_lint.model.command.shell import MOST_COMMANDS, ShellCommand, Word, plain_commands, shell_commands
from agentflow_lint.model.image.package_folders import may_carry_packages
from agentflow_lint.model.image.scripts import scripts_of
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.records import once, record
from agentflow_lint.sources.dockerfile import LocatedText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.sources.dockerfile import Dockerfile, Instruction, Stage

_PIP = OptionTable(
    {
        spelling: group.split()[-1].lstrip("-")
        for group in (
            "-r --requirement", "--requirements", "-c --constraint", "-e --editable", "-i --index-url",
            "--extra-index-url", "-f --find-links", "-t --target", "--prefix", "--root", "--python-version",
            "--platform", "--trusted-host", "--timeout", "--retries", "--cache-dir", "--no-binary", "--only-binary",
            "--upgrade-strategy", "--log", "--proxy", "--python", "--index", "--default-index", "--extra",
            "--group", "--src", "-p", "--config-settings", "--exclude-newer", "--resolution", "--prerelease",
            "--link-mode", "--index-strategy", "-w --wheel-dir", "-d --dest", "--only", "--with", "--without",
            "--only-group", "--no-group", "-G",
        )
        for spelling in group.split()
    },
    {},
)  # fmt: skip

_SYNCS = {
    "uv": ("sync",),
    "poetry": ("install", "sync"),
    "pdm": ("install", "sync"),
    "pipenv": ("install", "sync"),
    "rye": ("sync",),
}
_OPEN = ("conda", "mamba", "micromamba", "pixi", "easy_install", "pip-sync", "pipx")

#: Options with which the project's dependencies are installed, and its own modules are not.
_WITHOUT_CODE = frozenset(
    {
        "--no-install-project", "--no-install-workspace", "--no-install-local", "--no-root", "--only-deps",
        "--no-self", "--no-project",
    }
)  # fmt: skip
_EXPORT = re.compile(r"\b(?:uv|poetry|pdm|hatch)\s+(?:-\S+\s+)*export\b|\bpipenv\s+(?:requirements|lock\s+-r)\b")
_TEXT_FILE = re.compile(r"[\w./-]+\.txt\b")
_LOCAL = re.compile(r"\.{1,2}(?:/|\[|\Z)|/|file:")


@record(frozen=True)
class Requirement:
    """A requirement named on a command line (``gunicorn>=23``)."""

    text: str
    location: Location


@record(frozen=True)
class RequirementFile:
    """A ``-r`` file: ``path`` as written, ``image_path`` absolute when the working directory is known.

    ``from_pyproject`` says that the same RUN writes it from pyproject.toml, as the framework's generated
    Dockerfiles do; ``from_lock`` that a RUN exports it from a lock file (``uv export``, ``poetry export``). ``mounted``
    is the path of the build context that is mounted there while it is read.
    """

    path: str
    image_path: str | None
    from_pyproject: bool
    location: Location
    from_lock: bool = False
    mounted: str | None = None


@record(frozen=True)
class Installs:
    """What an image's stages install.

    ``project`` is where the project is installed with its dependencies (``pip install .``, ``uv sync``,
    ``poetry install``), ``code`` those of them that also install its own modules; ``extras`` are the extras and groups
    named there. ``by_pip``: all of them are pip's, which installs no group that is not named. ``unknown`` says what was
    not understood. ``removed`` are the canonical names of what is uninstalled again after all of that.
    """

    requirements: tuple[Requirement, ...] = ()
    files: tuple[RequirementFile, ...] = ()
    project: tuple[Location, ...] = ()
    extras: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    code: tuple[Location, ...] = ()
    by_pip: bool = True
    removed: frozenset[str] = frozenset()


def distribution_name(requirement: str) -> str:
    """The canonical name of the distribution that a requirement starts with; "" where it names none."""
    from packaging.utils import canonicalize_name

    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return canonicalize_name(match[1]) if match else ""


def installs_of(dockerfile: Dockerfile, stage: Stage, path: str) -> Installs:
    """The installs of a stage, of the stages it continues, and of those that it copies from."""
    return _installs_of(dockerfile, stage.index, path)


@once
def _installs_of(dockerfile: Dockerfile, index: int, path: str) -> Installs:
    stage = dockerfile.stages[index]
    reader = _Reader(path)
    for index in sorted(reaching_stages(dockerfile, stage)):
        reader.note_exports(dockerfile.stages[index])
    for index in sorted(reaching_stages(dockerfile, stage, with_packages=True)):
        reader.read(dockerfile.stages[index])
    return Installs(
        tuple(reader.requirements),
        tuple(reader.files),
        tuple(reader.project),
        tuple(dict.fromkeys(reader.extras)),
        tuple(reader.unknown),
        tuple(reader.code),
        reader.by_pip,
        frozenset(reader.removed),
    )


def reaching_stages(dockerfile: Dockerfile, stage: Stage, *, with_packages: bool = False) -> set[int]:
    """The indexes of a stage, of the stages that it continues, and of those that it copies from.

    With ``with_packages``, a copy counts only if installed packages may be in what it takes.
    """
    found: set[int] = set()
    waiting = [stage]
    while waiting:
        current = waiting.pop()
        if current.index in found:
            continue
        found.add(current.index)
        if current.base_stage is not None:
            waiting.append(dockerfile.stages[current.base_stage])
        for step in current.steps:
            flag = step.instruction.flag("from") if step.instruction.keyword == "COPY" else None
            source = dockerfile.stage(flag.value or "") if flag else None
            if source is None or source.index >= current.index:
                continue
            if not with_packages or may_carry_packages(dockerfile, source, step):
                waiting.append(source)
    return found


class _Reader:
    def __init__(self, path: str) -> None:
        self._path = path
        self._folder: str | None = None
        self.requirements: list[Requirement] = []
        self.files: list[RequirementFile] = []
        self.project: list[Location] = []
        self.extras: list[str] = []
        self.unknown: list[Unknown] = []
        self.code: list[Location] = []
        self.by_pip = True
        self.removed: set[str] = set()
        self._exported: set[str] = set()
        self._has_wheels = False

    def note_exports(self, stage: Stage) -> None:
        """Remember which requirements files the stage exports from a lock file, by their names."""
        for instruction in stage.instructions:
            for script in scripts_of(instruction) if instruction.keyword == "RUN" else ():
                if _EXPORT.search(script.text):
                    self._exported.update(posixpath.basename(each) for each in _TEXT_FILE.findall(script.text))

    def read(self, stage: Stage) -> None:
        env: Mapping[str, Value[str]] = {
            name: Known(value.value, Origin("")) if value.value is not None else Unknown(value.reason or "")
            for name, value in {**stage.args, **stage.env}.items()
        }
        self._folder = "/"
        for step in stage.steps:
            if step.instruction.keyword == "WORKDIR" and step.words:
                text = step.words[0].text
                self._folder = None if text is None else posixpath.normpath(posixpath.join(self._folder or "", text))
                if self._folder is not None and not self._folder.startswith("/"):
                    self._folder = None
            elif step.instruction.keyword == "RUN":
                for script in scripts_of(step.instruction):
                    for command in _commands(script, env):
                        self._command(command, step.instruction, script.text)

    def _command(self, command: ShellCommand, instruction: Instruction, script: str) -> None:
        launched = launch(command.words)
        words = launched.words
        if launched.script is not None and launched.script.text is not None:
            for inner in _commands(launched.script.located or LocatedText(launched.script.text), {}):
                if inner.words != words:
                    self._command(inner, instruction, script)
            return
        if not words or words[0].text is None:
            return
        program = words[0].text if launched.module else posixpath.basename(words[0].text)
        texts = [word.text for word in words[1:]]
        if "uninstall" in texts and (re.fullmatch(r"pip[0-9.]*", program) or texts[:1] == ["pip"]):
            if self.by_pip and not command.conditional:  # another manager's environment is another place
                taken = read_arguments(words[texts.index("uninstall") + 2 :], _PIP).positionals
                self.removed.update(distribution_name(word.text or "") for word in taken)
        elif re.fullmatch(r"pip(?:[0-9.]*)", program) and any(text in ("install", "wheel") for text in texts):
            at = next(index for index, text in enumerate(texts) if text in ("install", "wheel"))
            self._has_wheels = self._has_wheels or texts[at] == "wheel"
            self._pip(words[at + 2 :], instruction, script)
        elif program == "uv" and texts[:1] == ["pip"] and ("install" in texts or "sync" in texts):
            at = next(index for index, text in enumerate(texts) if text in ("install", "sync"))
            rest = words[at + 2 :]
            if texts[at] == "sync":
                for word in read_arguments(rest, _PIP).positionals:
                    self._file(word, instruction, script)
            else:
                self._pip(rest, instruction, script)
        elif program in _SYNCS and any(text in _SYNCS[program] for text in texts):
            self.project.append(self._location(words[0], instruction))
            self.by_pip = False
            self.removed.clear()
            options = read_arguments(words[1:], _PIP)
            named = [option.value for option in options.options if option.name in ("extra", "group", "with", "G")]
            self.extras.extend(name for word in named if word is not None for name in (word.text or "").split(","))
            if not _WITHOUT_CODE.intersection(texts):
                self.code.append(self._location(words[0], instruction))
        elif program in _OPEN and any(text in ("install", "create", "update", "env") for text in texts):
            origin = Origin(f"RUN in {self._path}", self._location(words[0], instruction))
            self.unknown.append(Unknown(f"what {program} installs is not modelled", origin))

    def _pip(self, words: tuple[Word, ...], instruction: Instruction, script: str) -> None:
        self.removed.clear()
        arguments = read_arguments(words, _PIP)
        for option in arguments.options:
            if option.value is None:
                continue
            if option.name in ("requirement", "requirements"):
                self._file(option.value, instruction, script)
            elif option.name == "editable":
                self._requirement(option.value, instruction)
            elif option.name == "extra" and option.value.text:
                self.extras.append(option.value.text)
        for word in arguments.positionals:
            self._requirement(word, instruction)

    def _requirement(self, word: Word, instruction: Instruction) -> None:
        location = self._location(word, instruction)
        if word.text is None:
            self.unknown.append(Unknown(word.reason or "", Origin(f"RUN in {self._path}", location)))
        elif "*" in word.text or word.text.endswith((".whl", ".tar.gz", ".zip")):
            if not self._has_wheels:
                reason = f"what is in {word.text} is not known"
                self.unknown.append(Unknown(reason, Origin(f"RUN in {self._path}", location)))
        elif _LOCAL.match(word.text):
            self.project.append(location)
            self.code.append(location)
            path = posixpath.normpath(posixpath.join(self._folder or "/", word.text.partition("[")[0]))
            if path != self._folder:
                reason = f"what {word.text} requires is not known"
                self.unknown.append(Unknown(reason, Origin(f"RUN in {self._path}", location)))
            extras = re.search(r"\[([^\]]*)\]\Z", word.text)
            self.extras.extend(each.strip() for each in extras[1].split(",")) if extras else None
        elif word.text:
            self.requirements.append(Requirement(word.text, location))

    def _file(self, word: Word, instruction: Instruction, script: str) -> None:
        location = self._location(word, instruction)
        if word.text is None:
            self.unknown.append(Unknown(word.reason or "", Origin(f"RUN in {self._path}", location)))
            return
        absolute = None
        if word.text.startswith("/") or self._folder is not None:
            absolute = posixpath.normpath(posixpath.join(self._folder or "/", word.text))
        made = re.search(r">\s*[\"']?" + re.escape(word.text), script) is not None and "pyproject.toml" in script
        exported = posixpath.basename(word.text) in self._exported
        mounted = self._mounted(instruction, absolute)
        self.files.append(RequirementFile(word.text, absolute, made, location, exported, mounted))

    def _mounted(self, instruction: Instruction, path: str | None) -> str | None:
        """The path of the build context that a bind mount of a RUN shows at ``path``."""
        for flag in instruction.flags if path is not None else ():
            fields = dict(part.partition("=")[::2] for part in (flag.value or "").split(","))
            target = fields.get("target") or fields.get("dst") or fields.get("destination")
            if flag.name != "mount" or fields.get("type") != "bind" or "from" in fields or target is None:
                continue
            target = posixpath.normpath(posixpath.join(self._folder or "/", target))
            if path == target or str(path).startswith(target.rstrip("/") + "/"):
                source = fields.get("source") or fields.get("src") or "."
                return posixpath.normpath(posixpath.join(source.lstrip("/"), str(path)[len(target) :].lstrip("/")))
        return None

    def _location(self, word: Word, instruction: Instruction) -> Location:
        return Location(self._path, word.span or instruction.span)


def _commands(script: LocatedText, env: Mapping[str, Value[str]]) -> Iterator[ShellCommand]:
    return islice(shell_commands(script, env), MOST_COMMANDS) if env else iter(plain_commands(script))
