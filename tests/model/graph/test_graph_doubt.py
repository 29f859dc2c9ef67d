"""What may raise in a branch that may be taken, and what a program reads from env files and containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.framework.release import load_core, load_release
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.results import ConstructionError, MissingVariable, Served, ServedGraph
from agentflow_lint.model.graph.serving import GraphEvaluation
from agentflow_lint.model.values import ABSENT, Known, Location, Origin, Unknown

if TYPE_CHECKING:
    from pathlib import Path

BUILD = """\
import os
from agentflow.core.graph import StateGraph
from agentflow.storage.checkpointer import InMemoryCheckpointer, SqliteCheckpointer
graph = StateGraph()
graph.add_node("MAIN", lambda state: state)
graph.set_entry_point("MAIN")
"""
_ORIGIN = Origin(".env", Location(".env"))


def served(root: Path, text: str, **more: str) -> ServedGraph:
    for name, content in {"main": BUILD + text, **more}.items():
        (root / f"{name}.py").write_text(content, encoding="utf-8")
    return served_by(root)


def served_by(root: Path) -> ServedGraph:
    evaluation = GraphEvaluation(
        ProjectFiles(str(root)),
        ("",),
        lambda name: Unknown("given at deploy time") if name == "GIVEN" else ABSENT,
        load_core("10xgraph", "0.10.3"),
        load_release("0.9.0"),
        env_file=lambda path: {"TIER": Known("prod", _ORIGIN)} if path == ".env" else {},
    )
    return evaluation.graph("main:app")


def checkpointer(graph: ServedGraph) -> str | None:
    assert isinstance(graph.outcome, Served), graph.outcome
    return graph.outcome.compile.checkpointer.class_name


@pytest.mark.parametrize(
    "text",
    [
        "if somewhere.asks():\n    raise RuntimeError('no')\n",
        "x = os.environ['NOT_SET'] if somewhere.asks() else 1\n",
        "match somewhere.asks():\n    case 'a':\n        os.environ['NOT_SET']\n    case _:\n        pass\n",
        "def f():\n    if somewhere.asks():\n        return 1\n    return os.environ['NOT_SET']\nf()\n",
    ],
)
def test_a_branch_that_raises_is_not_taken_and_not_forgotten(tmp_path: Path, text: str) -> None:
    graph = served(tmp_path, f"import somewhere\n{text}app = graph.compile()\n")
    assert isinstance(graph.outcome, Served), graph.outcome
    assert graph.may_raise is not None
    assert "somewhere.asks()" in graph.may_raise.reason


def test_a_variable_that_is_not_known_is_taken_to_have_a_value_that_works(tmp_path: Path) -> None:
    text = "if os.environ['GIVEN'] == 'x':\n    raise RuntimeError('no')\napp = graph.compile()\n"
    graph = served(tmp_path, text)
    assert isinstance(graph.outcome, Served)
    assert graph.may_raise is None


def test_what_certainly_raises_is_no_doubt(tmp_path: Path) -> None:
    text = "import somewhere\nx = os.environ['NOT_SET'] if somewhere.asks() else os.environ['NOR_SET']\n"
    graph = served(tmp_path, f"{text}app = graph.compile()\n")
    assert isinstance(graph.outcome, MissingVariable)
    assert graph.may_raise is None


@pytest.mark.parametrize(
    "read",
    [
        "dotenv_values('.env')['TIER']",
        "dotenv_values('.env').get('TIER')",
        "dotenv_values(dotenv_path='.env')['TIER']",
        "{**dotenv_values('.env'), 'OTHER': '1'}['TIER']",
        "{name.lower(): value for name, value in dotenv_values('.env').items()}['tier']",
    ],
)
def test_what_a_named_env_file_holds_is_known(tmp_path: Path, read: str) -> None:
    text = f"from dotenv import dotenv_values\nsaver = SqliteCheckpointer() if {read} == 'prod' else None\n"
    assert checkpointer(served(tmp_path, f"{text}app = graph.compile(saver)\n")) == "SqliteCheckpointer"


def test_what_a_named_env_file_lacks_is_demanded(tmp_path: Path) -> None:
    text = "from dotenv import dotenv_values\nx = dotenv_values('.env')['REGION']\napp = graph.compile()\n"
    graph = served(tmp_path, text)
    assert isinstance(graph.outcome, MissingVariable)
    assert graph.outcome.variables == ("REGION",)
    (read,) = graph.env_reads
    assert (read.name, read.required, read.by, read.files) == ("REGION", True, "dotenv_values()", (".env",))


def test_a_file_that_dotenv_looks_for_itself_is_not_known(tmp_path: Path) -> None:
    text = "from dotenv import dotenv_values\nsaver = SqliteCheckpointer() if dotenv_values()['TIER'] else None\n"
    outcome = served(tmp_path, f"{text}app = graph.compile(saver)\n").outcome
    assert isinstance(outcome, Served)
    assert outcome.compile.checkpointer.kind == "unknown"


_BOUND = """\
from injectq import InjectQ
class Key: ...
InjectQ.get_instance().bind_instance(Key, SqliteCheckpointer())
InjectQ.get_instance()["name"] = SqliteCheckpointer()
"""


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ("InjectQ.get_instance()[Key]", "SqliteCheckpointer"),
        ("InjectQ.get_instance().get(Key)", "SqliteCheckpointer"),
        ("InjectQ.get_instance().try_get('name')", "SqliteCheckpointer"),
        ("InjectQ()[Key]", None),  # another container
        ("InjectQ.get_instance()['other']", None),
    ],
)
def test_what_is_bound_in_the_container_comes_out_of_it(tmp_path: Path, got: str, expected: str | None) -> None:
    assert checkpointer(served(tmp_path, f"{_BOUND}app = graph.compile({got})\n")) == expected


@pytest.mark.parametrize("change", ["bind(Key, Key)", "clear()", "bind_factory(Key, SqliteCheckpointer)"])
def test_what_the_container_makes_of_something_is_not_known(tmp_path: Path, change: str) -> None:
    text = f"{_BOUND}InjectQ.get_instance().{change}\napp = graph.compile(InjectQ.get_instance()[Key])\n"
    outcome = served(tmp_path, text).outcome
    assert isinstance(outcome, Served)
    assert outcome.compile.checkpointer.kind == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "'x' in os.getenv('NOT_SET')",
        "os.getenv('NOT_SET')[:2]",
        "os.getenv('NOT_SET')[0]",
        "'-'.join(['a', os.getenv('NOT_SET')])",
        "max(1, os.getenv('NOT_SET'))",
        "f\"{os.getenv('NOT_SET'):>3}\"",
    ],
)
def test_none_where_a_text_is_needed_raises(tmp_path: Path, text: str) -> None:
    outcome = served(tmp_path, f"x = {text}\napp = graph.compile()\n").outcome
    assert isinstance(outcome, ConstructionError)
    assert outcome.kind == "raised"
    assert outcome.reason.startswith("TypeError")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("f'{3:03}'", "003"),
        ("f'{\"a\"!r}'", "'a'"),
        ("'{}-{}'.format('a', 1)", "a-1"),
        ("max(2, 3)", 3),
        ("min([2, 3])", 2),
    ],
)
def test_small_computations_are_done(tmp_path: Path, text: str, value: object) -> None:
    text = f"saver = SqliteCheckpointer() if {text} == {value!r} else None\napp = graph.compile(saver)\n"
    assert checkpointer(served(tmp_path, text)) == "SqliteCheckpointer"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def main(state: Ticket):\n    return state\n", "an annotation reads 'Ticket'"),
        ("TICKETS: Ticket = 1\n", "an annotation reads 'Ticket'"),
        ("import somewhere\nassert somewhere.asks()\n", "an assertion may fail"),
        ("from tenxgraph.qa.evaluation import EvalSet\nEvalSet.from_file('x.json')\n", "EvalSet of the framework's"),
        ("from tenxgraph.qa import EvalConfig\nEvalConfig(criteria={})\n", "EvalConfig of the framework's"),
    ],
)
def test_what_may_raise_for_what_is_not_followed(tmp_path: Path, text: str, reason: str) -> None:
    graph = served(tmp_path, f"{text}app = graph.compile()\n")
    assert isinstance(graph.outcome, Served), graph.outcome
    assert graph.may_raise is not None
    assert reason in graph.may_raise.reason


@pytest.mark.parametrize(
    "text",
    [
        "def main(state: 'Ticket', *rest: int, **more: dict[str, list[str]]) -> None:\n    number: Ticket = 1\n",
        "class Ticket:\n    number: int = 1\n    def next(self, by: int | None = None) -> 'Ticket': ...\n",
        "def first[T](items: list[T]) -> T: ...\nclass Box[T]:\n    item: T\n    def get(self) -> T: ...\n",
        "from tenxgraph.qa.testing import TestAgent\nTestAgent(responses=['x'])\n",
        "assert os.getenv('GIVEN')\n",
    ],
)
def test_what_does_not_raise(tmp_path: Path, text: str) -> None:
    graph = served(tmp_path, f"{text}app = graph.compile()\n")
    assert isinstance(graph.outcome, Served), graph.outcome
    assert graph.may_raise is None


def test_postponed_annotations_are_not_evaluated(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        f"from __future__ import annotations\n{BUILD}def main(state: Ticket): ...\napp = graph.compile()\n",
        encoding="utf-8",
    )
    graph = served_by(tmp_path)
    assert graph.may_raise is None
