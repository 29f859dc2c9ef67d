"""The virtual environment that a package manager makes of the project in an image, and whether the command uses it.

``uv sync`` fills ``.venv`` beside pyproject.toml, or what UV_PROJECT_ENVIRONMENT names (``uv pip`` alone heeds
UV_SYSTEM_PYTHON, and VIRTUAL_ENV counts with ``--active`` only); ``poetry install`` and ``pipenv install`` fill a
folder of their cache unless VIRTUAL_ENV names one. Without ``uv run`` and its like, PATH alone leads to its programs.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.framework.packages import known_package
from agentflow_lint.model.command.launchers import launch
from agentflow_lint.model.command.shell import Word
from agentflow_lint.model.dependencies.distributions import distributions_in
from agentflow_lint.model.dependencies.pins import SERVER_DISTRIBUTIONS
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.image.installs import reaching_stages
from agentflow_lint.model.image.scripts import commands_of
from agentflow_lint.model.values import Absent, Known, Location, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.dependencies.distributions import Distributions
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.sources.dockerfile import Instruction, Stage

_FILLING = {"uv": ("sync",), "poetry": ("install", "sync"), "pipenv": ("install", "sync")}
#: Folders in which the interpreters of base images live.
_SYSTEM = ("/usr/local", "/usr", "/")
#: Where programs are looked for that no project's environment holds.
_ORDINARY = re.compile(
    r"(?:/usr(?:/local)?)?/s?bin/?|(?:/root|/home/\w+|~)/\.(?:local|cargo)/bin/?|/opt/(?:poetry|pipx)(?:/\w+)*/bin/?|"
)
_TO_SYSTEM = re.compile(r"virtualenvs\.create\s+(?:false|0|no)\b", re.IGNORECASE)
_IN_PROJECT = re.compile(r"virtualenvs\.in-project\s+(?:true|1|yes)\b|-m\s+venv\s+\.venv\b", re.IGNORECASE)
_LINKING = frozenset({"ln", "cp", "mv", "install", "rsync"})
_SETTING = re.compile(r"create\s*=\s*false")
#: What the managers are installed with, which brings no server.
_TOOLS = frozenset(
    {"build", "hatch", "pdm", "pip-tools", "pipenv", "pipx", "poetry", "poetry-core", "rye", "virtualenv"}
)
_PROGRAMS = {"cli": SERVER_DISTRIBUTIONS, "uvicorn": ("uvicorn",), "gunicorn": ("gunicorn",)}


@record(frozen=True)
class OutOfReach:
    """A virtual environment that holds the server, and that the command does not use.

    ``filled_by`` is the command that makes it (``uv sync``), at ``at``; ``manager`` the program of that. ``folder`` is
    where it lies, None where the manager chooses. ``program`` is what the command runs; ``is_found``: it is installed
    outside too, and finds no server there.
    """

    manager: str
    filled_by: str
    at: Location
    folder: str | None
    program: Word
    is_found: bool


@record(frozen=True)
class _Filled:
    manager: str
    verb: str
    at: Location
    folder: Value[str]
    """Absent where the manager chooses it."""


def environment_out_of_reach(deployment: Deployment) -> OutOfReach | Unknown | None:
    """The environment that the deployment's command misses; None where it misses none; Unknown where that is open."""
    process, image = deployment.process, deployment.image
    if process is None or image is None or process.kind not in _PROGRAMS or process.runner is not None:
        return None
    program = process.executable
    if program is None or program.text is None or "/" in program.text or not image.installs.project:
        return None
    filled = tuple(_filled(image))
    if len(filled) != len(image.installs.project) or any(_is_of_system(each.folder) for each in filled):
        return None
    if any(words[0].text in (".", "source") for words in process.preceding if words):
        return None
    last = filled[-1]
    reached = _reached(deployment, last.folder)
    if reached is None or isinstance(reached, Unknown):
        return reached
    outside = distributions_in(deployment.project, replace(image.installs, project=(), code=()), image)
    doubt = _doubt(outside, SERVER_DISTRIBUTIONS)
    if outside.at or doubt:
        return None if outside.at else Unknown(doubt or "")
    wanted = _PROGRAMS[process.kind]
    is_found = outside.has(*wanted)
    if not is_found and (doubt := _doubt(outside, wanted)):
        return Unknown(doubt)
    moved = _moved(image, last.folder)
    if moved is not None:
        return moved
    folder = last.folder.value if isinstance(last.folder, Known) else None
    return OutOfReach(last.manager, f"{last.manager} {last.verb}", last.at, folder, program, is_found)


def _doubt(outside: Distributions, packages: tuple[str, ...]) -> str | None:
    followed = [
        name for name in outside.unfollowed if name not in _TOOLS and not name.startswith(("poetry-plugin", "keyring"))
    ]
    if set(packages) <= set(SERVER_DISTRIBUTIONS):  # of the packages that are known, none requires the server
        followed = [name for name in followed if known_package(name) is None]
    return replace(outside, unfollowed=tuple(followed)).doubt(*packages)


def _is_of_system(folder: Value[str]) -> bool:
    return isinstance(folder, Known) and folder.value in _SYSTEM


def _reached(deployment: Deployment, folder: Value[str]) -> Unknown | bool | None:
    """None where PATH leads into the environment, False where it certainly does not."""
    process = deployment.process
    if isinstance(folder, Unknown):
        return folder
    environment = deployment.environment
    assigned = process.env_assignments if process else {}
    path = assigned.get("PATH", environment.inherited("PATH"))
    modules = assigned.get("PYTHONPATH", environment.inherited("PYTHONPATH"))
    if isinstance(modules, Unknown) or (isinstance(modules, Known) and "site-packages" in modules.value):
        return modules if isinstance(modules, Unknown) else None
    if isinstance(path, Unknown):
        return path
    entries = path.value.split(":") if isinstance(path, Known) else []
    if isinstance(folder, Known) and any(posixpath.normpath(each) == f"{folder.value}/bin" for each in entries if each):
        return None
    strange = next((each for each in entries if not _ORDINARY.fullmatch(each)), None)
    return Unknown(f"what lies in {strange}, which PATH names, is not known") if strange else False


def _moved(image: Image, folder: Value[str]) -> Unknown | None:
    """Why the environment's programs may lie somewhere else too: links, and copies to another place."""
    for stage in _stages(image):
        for step in stage.steps:
            instruction = step.instruction
            at = f"{image.dockerfile_path} line {instruction.span.line}"
            if instruction.keyword == "RUN" and any(
                posixpath.basename(words[0].text or "") in _LINKING for words, _ in _commands(instruction) if words
            ):
                return Unknown(f"whether the RUN in {at} puts its programs elsewhere is not known")
            source = instruction.flag("from") if instruction.keyword == "COPY" else None
            if source is None or image.dockerfile.stage(source.value or "") is None or not step.words:
                continue
            texts = [word.text for word in step.words]
            if None in texts or not _keeps_place([text or "" for text in texts], folder):
                return Unknown(f"whether the COPY in {at} puts its programs elsewhere is not known")
    return None


def _keeps_place(texts: list[str], folder: Value[str]) -> bool:
    """Whether a COPY takes things to where they were, or things that the environment has no part in."""
    *sources, target = (posixpath.normpath(posixpath.join("/", text)) for text in texts)
    if isinstance(folder, Known) and not any(
        f"{folder.value}/".startswith(f"{source.rstrip('/')}/") or f"{source}/".startswith(f"{folder.value}/")
        for source in sources
    ):
        return True
    return all(source == target for source in sources)


def _filled(image: Image) -> Iterator[_Filled]:
    """Every command of the image's stages that installs the project into an environment."""
    text = image.files.read("poetry.toml")
    configured = "" if isinstance(text, (Missing, Unreadable)) else text.content
    everything = " ".join(
        instruction.arguments.text
        for stage in _stages(image)
        for instruction in stage.instructions
        if instruction.keyword == "RUN"
    )
    to_system = _TO_SYSTEM.search(everything) or _SETTING.search(configured)
    in_project = _IN_PROJECT.search(everything) or "in-project" in configured
    for stage in _stages(image):
        variables = {name: value.value for name, value in {**stage.args, **stage.env}.items()}
        workdir: str | None = "/"
        for step in stage.steps:
            if step.instruction.keyword == "WORKDIR" and step.words:
                text_of = step.words[0].text
                workdir = None if workdir is None or text_of is None else posixpath.join(workdir, text_of)
            if step.instruction.keyword != "RUN":
                continue
            for words, assigned in _commands(step.instruction):
                program = posixpath.basename(words[0].text or "") if words else ""
                verb = next((word.text for word in words[1:] if word.text in _FILLING.get(program, ())), None)
                if verb is None:
                    continue
                here = {**variables, **{name: word.text for name, word in assigned.items()}}
                folder = _folder(program, words, here, workdir)
                if program == "poetry" and to_system:
                    folder = Known("/usr/local", Origin("poetry"))
                elif program != "uv" and isinstance(folder, Absent) and in_project:
                    folder = _below(workdir, ".venv")
                at = Location(image.dockerfile_path, words[0].span or step.instruction.span)
                yield _Filled(program, verb, at, folder)


def _folder(
    program: str, words: tuple[Word, ...], variables: Mapping[str, str | None], workdir: str | None
) -> Value[str]:
    """Where a command puts the environment; absent where its program has a folder of its own choice."""
    texts = [word.text for word in words]
    if program == "uv":
        if "--active" in texts and "VIRTUAL_ENV" in variables:
            return _below(workdir, variables["VIRTUAL_ENV"])
        if any((text or "").startswith(("--project", "--directory")) for text in texts):
            return Unknown("which project uv installs is not known")
        named = variables.get("UV_PROJECT_ENVIRONMENT", "")
        return _below(workdir, ".venv" if named == "" else named)
    if "/" in (words[0].text or "").removeprefix("/usr/local/bin/") or "VIRTUAL_ENV" in variables:
        return _below(workdir, variables.get("VIRTUAL_ENV"))
    system = {"poetry": ("POETRY_VIRTUALENVS_CREATE", ("false", "0", "no")), "pipenv": ("PIPENV_SYSTEM", ("1", "true"))}
    name, values = system[program]
    if "--system" in texts or (variables.get(name) or "").lower() in values:
        return Known("/usr/local", Origin(program))
    if any(name in variables for name in ("POETRY_VIRTUALENVS_IN_PROJECT", "PIPENV_VENV_IN_PROJECT")):
        return _below(workdir, ".venv")
    return Absent()


def _below(workdir: str | None, folder: str | None) -> Value[str]:
    if folder is None or (workdir is None and not folder.startswith("/")):
        return Unknown("where the project's virtual environment lies is not known")
    return Known(posixpath.normpath(posixpath.join(workdir or "/", folder)), Origin("the Dockerfile"))


def _stages(image: Image) -> Iterator[Stage]:
    for index in sorted(reaching_stages(image.dockerfile, image.stage, with_packages=True)):
        yield image.dockerfile.stages[index]


def _commands(instruction: Instruction) -> Iterator[tuple[tuple[Word, ...], dict[str, Word]]]:
    """The commands of a RUN, launchers taken off, each with the variables that the RUN has set for it."""
    exported: dict[str, Word] = {}
    for command in commands_of(instruction):
        launched = launch(command.words)
        if not command.words:
            exported.update(command.assignments)
        elif command.words[0].text == "export":
            for word in command.words[1:]:
                name, equals, value = (word.text or word.prefix).partition("=")
                if equals:
                    exported[name] = Word(value if word.text is not None else None)
        else:
            yield launched.words, {**exported, **dict(command.assignments), **dict(launched.assignments)}
