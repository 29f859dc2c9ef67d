"""One generated project: a choice for each dimension, and the files that the choices make."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.conformance.starts.dimensions import BASELINE, DIMENSIONS, PLUGINS, SHAPE, URLS
from tests.conformance.starts.modules import SHAPES, core_release, names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conformance.referees import Referee

_ENV_FILE = ".env"


@dataclass(frozen=True)
class Case:
    """``choices`` holds the dimensions that are not as in the baseline project, which starts in every release."""

    referee: Referee
    choices: Mapping[str, str]

    def __str__(self) -> str:
        return " ".join(f"{name}={choice!r}" for name, choice in self.choices.items()) or "baseline"

    def choice(self, dimension: str) -> str:
        """What the case has for a dimension."""
        return self.choices.get(dimension, BASELINE[dimension])

    def without(self, dimension: str) -> Case:
        """The same case with one dimension as in the baseline."""
        return replace(self, choices={key: value for key, value in self.choices.items() if key != dimension})


def generate(referee: Referee, number: int, seed: int) -> Case:
    """The case of that number; each shape of the graph module comes up once before any comes up again."""
    draw = random.Random(f"{seed} {referee.release} {number}")
    shapes = [name for name, shape in SHAPES.items() if shape.exists_in(core_release(referee))]
    random.Random(f"{seed} {referee.release}").shuffle(shapes)
    choices = {SHAPE: shapes[number % len(shapes)]}
    for dimension in DIMENSIONS:
        if draw.random() < dimension.often:
            choices[dimension.name] = draw.choice(dimension.choices)
    return Case(referee, {name: choice for name, choice in choices.items() if choice != BASELINE[name]})


def write(case: Case, folder: Path) -> None:
    """Make the project in an empty folder."""
    for path, text in files(case).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def files(case: Case) -> dict[str, str]:
    """Path -> text of every file of the project."""
    replaced = names(case.referee)
    shape = SHAPES[case.choice(SHAPE)]
    made = {"graph/__init__.py": ""} | {path: text.format(**replaced) for path, text in shape.files.items()}
    made |= {path: text.format(**replaced) for path, text in PLUGINS.items()}
    made["requirements.txt"] = "".join(f"{line}\n" for line in case.referee.requirements)
    made[case.referee.config_name] = json.dumps(_config(case), indent=2) + "\n"
    written = case.choice("env")
    if written != "missing":
        made[_ENV_FILE] = _env_file(case, written)
    return made


def _config(case: Case) -> dict[str, object]:
    config: dict[str, object] = {"env": _ENV_FILE, "agent": case.choice("agent")}
    if config["agent"] == "(absent)":
        del config["agent"]
    for key in ("injectq", "thread_name_generator", "authorization", "store", "checkpointer", "token_revocation"):
        value = case.choice(key)
        if value:
            config[key] = json.loads(value) if value.startswith("{") else value
    auth = case.choice("auth")
    if auth.startswith("custom "):
        config["auth"] = {"method": "custom", "path": auth.removeprefix("custom ")}
    elif auth:
        config["auth"] = auth
    if case.choice("rate_limit"):
        config["rate_limit"] = json.loads(case.choice("rate_limit"))
    return config


def _env_file(case: Case, written: str) -> str:
    lines = []
    for dimension in DIMENSIONS:
        value = case.choice(dimension.name)
        if dimension.is_variable and value != "(unset)":
            lines.append(f"{dimension.name}={value}")
    if case.choice("urls"):
        lines += URLS
    if written == "quoted":
        lines = ['{}="{}"'.format(*line.split("=", 1)) for line in lines]
    elif written == "exported":
        lines = [f"export {line}" for line in lines]
    elif written == "spaced":
        lines = ["  {} = {}  # why".format(*line.split("=", 1)) for line in lines]
    elif written == "crlf":
        return "\r\n".join((*lines, ""))
    elif written == "lower":
        lines = [f"{name.lower()}={value}" for name, _, value in (line.partition("=") for line in lines)]
    elif written == "junk":
        lines = ["this is no assignment", *lines, "= nothing"]
    elif written == "mark":
        lines[:1] = ["\ufeff" + line for line in lines[:1]]
    return "\n".join((*lines, ""))
