"""One generated program: its files, where its graph is, and the variables that it reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conformance.programs.serving import served
from tests.conformance.programs.writing import Program
from tests.conformance.starts.modules import names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from hypothesis.strategies import DrawFn

    from tests.conformance.referees import Referee

#: Package, folder, and whether the folder has an ``__init__.py``.
_LAYOUTS = (
    *(("graph", "graph", True), ("graph", "graph", True), ("shop", "shop", True), ("shop", "shop", False)),
    *(("src.shop", "src/shop", True), ("src.shop", "src/shop", False), ("services.agents", "services/agents", True)),
)
_ENV_FILE = ".env"


@dataclass(frozen=True)
class Case:
    """``files`` holds the modules by path as for the newest core; ``variables`` what the env file sets."""

    agent: str
    files: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict)

    def without(self, variable: str) -> Case:
        """The same program where one variable is not set."""
        return replace(self, variables={name: value for name, value in self.variables.items() if name != variable})

    def project(self, referee: Referee) -> dict[str, str]:
        """Path -> text of every file of the project, for that release."""
        moved = names(referee)
        places = (
            ("tenxgraph.storage.checkpointer", moved["checkpointer"]),
            ("tenxgraph.core.graph", moved["graph"]),
            ("tenxgraph.core.state", moved["state"]),
            ("tenxgraph.", moved["core"] + "."),
        )
        made = {}
        for path, text in self.files.items():
            for old, new in places:
                text = text.replace(old, new)
            made[path] = text
        config = {"env": _ENV_FILE, "agent": self.agent, "auth": None}
        made[referee.config_name] = json.dumps(config, indent=2) + "\n"
        made["requirements.txt"] = "".join(f"{line}\n" for line in referee.requirements)
        variables = SERVER_VARIABLES | dict(self.variables)
        made[_ENV_FILE] = "".join(f"{name}={value}\n" for name, value in variables.items())
        return made

    def write(self, referee: Referee, folder: Path) -> None:
        """Make the project in an empty folder."""
        for path, text in self.project(referee).items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())

    def __str__(self) -> str:
        parts = [f"agent {self.agent}, {dict(self.variables)}"]
        parts += [f"--- {path}\n{text}" for path, text in self.files.items()]
        return "\n".join(parts)


#: What a production server needs besides.
SERVER_VARIABLES = {"MODE": "production", "ORIGINS": "https://app.example.com", "ALLOWED_HOST": "api.example.com"}


@st.composite
def programs(draw: DrawFn) -> Case:
    """Programs by the grammar."""
    package, folder, has_init = draw(st.sampled_from(_LAYOUTS))
    program = Program(draw, package, folder, has_init)
    if has_init:
        program.initialiser()
    agent = served(program)
    return Case(agent, {module.path: module.text() for module in program.modules}, program.variables)


def generate(count: int, number: int | str) -> list[Case]:
    """So many programs, the same ones for the same ``number``.

    Each is drawn on its own, as the second example of a run (the first one is always the simplest program): within a
    run, most examples are variations of those before.
    """
    return [_generate(f"{number} {index}") for index in range(count)]


def _generate(number: str) -> Case:
    drawn: list[Case] = []

    def take(case: Case) -> None:
        drawn.append(case)

    drive(take, 2, number)
    return drawn[-1]


def drive(body: Callable[[Case], None], most: int, number: int | str, *phases: Phase) -> None:
    """Have Hypothesis call ``body`` with programs."""
    options = settings(
        max_examples=most,
        phases=phases or (Phase.generate,),
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(options(given(programs())(body)))()
