"""Taking a variable to be set when it is missed comes to the same as taking it to be set from the start."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.framework.release import load_core, load_release
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.results import ConstructionError, MissingVariable, Outcome, ServedGraph
from agentflow_lint.model.graph.serving import GraphEvaluation
from agentflow_lint.model.graph.state import assumed_variable
from agentflow_lint.model.values import ABSENT
from tests.conformance.programs.case import generate
from tests.model.graph.test_graph_programs import PROGRAMS, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agentflow_lint.model.values import Value

MOST = 20


class Loading:
    """One import path of a project, without any variable."""

    def __init__(self, root: Path, path: str) -> None:
        self.path = path
        self.evaluation = GraphEvaluation(
            ProjectFiles(str(root)),
            ("",),
            lambda _: ABSENT,
            load_core("10xgraph", "0.10.3"),
            load_release("0.9.0"),
            env_file=lambda _: {},
            runs_in_loop=True,
        )

    def assuming(self, names: frozenset[str], most_met: int = 0) -> ServedGraph:
        def environ(name: str) -> Value[str]:
            return assumed_variable(name) if name in names else ABSENT

        return self.evaluation.in_environment(environ, most_met=most_met).graph(self.path)

    def one_by_one(self) -> tuple[list[Outcome], ServedGraph]:
        """The outcomes until nothing more is missed, each variable taken to be set from the start; and the last one."""
        found: list[Outcome] = []
        names: frozenset[str] = frozenset()
        while True:
            graph = self.assuming(names)
            needed = missed(graph.outcome) - names
            if not needed or len(names) >= MOST:
                return found, graph
            found.append(graph.outcome)
            names |= needed

    def as_they_are_missed(self) -> tuple[list[Outcome], ServedGraph, int]:
        """The same with as few evaluations as it takes, and their number."""
        found: list[Outcome] = []
        names: frozenset[str] = frozenset()
        for number in range(1, MOST + 2):
            graph = self.assuming(names, MOST - len(names))
            found += graph.met
            names = names.union(*(each.variables for each in graph.met))
            needed = missed(graph.outcome) - names
            if not needed or len(names) >= MOST:
                return found, replace(graph, met=()), number
            found.append(graph.outcome)
            names |= needed
        raise AssertionError("it goes on for ever")


def missed(outcome: Outcome) -> frozenset[str]:
    return frozenset(outcome.variables if isinstance(outcome, (MissingVariable, ConstructionError)) else ())


def compare(root: Path, path: str) -> tuple[int, int]:
    """How many variables were missed, and how many evaluations found them all; they must be those one by one."""
    loading = Loading(root, path)
    one_by_one = loading.one_by_one()
    *at_once, evaluations = loading.as_they_are_missed()
    assert tuple(at_once) == one_by_one
    return len(one_by_one[0]), evaluations


@pytest.mark.parametrize("program", PROGRAMS, ids=[program.name for program in PROGRAMS])
def test_written_programs(program: object, tmp_path: Path) -> None:
    write(program, tmp_path)  # type: ignore[arg-type]
    compare(tmp_path, program.path)  # type: ignore[attr-defined]


def test_generated_programs(tmp_path: Path) -> None:
    missing = evaluations = 0
    for number, case in enumerate(generate(60, "met")):
        root = tmp_path / str(number)
        put(root, case.files)
        found, took = compare(root, case.agent)
        missing += found
        evaluations += took
    assert evaluations - 60 < missing > 10


def put(root: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")


HEAD = """
import os
from contextlib import suppress
from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END

def build():
    graph = StateGraph()
    graph.add_node("N", lambda state: state)
    graph.set_entry_point("N")
    graph.add_edge("N", END)
    return graph.compile()

"""

#: Modules, the number of variables that they miss, and the number of evaluations that find them.
TRAPS = {
    "one after the other": ('A = os.environ["A"]\nB = os.environ["B"]\nC = os.environ["C"]', 3, 1),
    "asked for before": ('X = os.getenv("A")\nif X:\n    os.environ["B"]\nA = os.environ["A"]', 1, 2),
    "caught": ('try:\n    A = os.environ["A"]\nexcept KeyError:\n    A = os.environ["B"]', 1, 1),
    "not caught": ('try:\n    A = os.environ["A"]\nexcept ValueError:\n    A = os.environ["B"]', 1, 2),
    "let pass by try": ('try:\n    A = os.environ["A"]\nfinally:\n    B = os.environ["B"]', 2, 2),
    "behind try": ('try:\n    A = 1\nexcept KeyError:\n    A = 2\nelse:\n    B = os.environ["B"]', 1, 1),
    "behind try, with finally": (
        'try:\n    pass\nexcept KeyError:\n    pass\nelse:\n    A = os.environ["A"]\nfinally:\n    B = os.environ["B"]',
        2,
        2,
    ),
    "in a handler that finally overrules": (
        'def read():\n    try:\n        raise KeyError\n    except KeyError:\n        return os.environ["A"]\n'
        '    finally:\n        return 1\nread()\nB = os.environ["B"]',
        1,
        1,
    ),
    "in a handler": ('try:\n    A = os.environ["A"]\nexcept KeyError:\n    raise ValueError(os.environ["B"])', 1, 1),
    "suppressed": ('with suppress(KeyError):\n    A = os.environ["A"]\nB = os.environ["B"]', 1, 1),
    "in one branch": ('if os.getpid() > 7:\n    A = os.environ["A"]\nB = os.environ["B"]', 1, 1),
    "in every branch": ('A = os.environ["A"] if os.getpid() > 7 else os.environ["B"]', 1, 2),
    "after a return": (
        'def read():\n    if os.getpid() > 7:\n        return 1\n    return os.environ["A"]\n'
        'read()\nB = os.environ["B"]',
        1,
        1,
    ),
    "of a default": (
        'class S:\n    @property\n    def a(self):\n        return os.environ["A"]\ngetattr(S(), "a", 1)',
        1,
        2,
    ),
    "taken out": ('os.environ.pop("A", None)\nA = os.environ["A"]', 1, 2),
    "of a copy": ('held = dict(os.environ)\nA = held["A"]\nB = os.environ["B"]', 2, 2),
    "put back": ('os.environ["A"] = os.environ["A"]\nos.environ["B"] = os.environ["A"]\nB = os.environ["B"]', 1, 1),
    "in a loop": ('for name in ("A", "B", "A"):\n    os.environ[name]', 2, 1),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap: str, tmp_path: Path) -> None:
    source, missing, evaluations = TRAPS[trap]
    put(tmp_path, {"main.py": f"{HEAD}{dedent(source)}\napp = build()\n"})
    assert compare(tmp_path, "main:app") == (missing, evaluations)
