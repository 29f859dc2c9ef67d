"""Which variables a deployment lacks to load what its config names."""

from __future__ import annotations

from textwrap import dedent

import pytest

from agentflow_lint.model.project import ModelOptions, load_project

GRAPH = """
from agentflow.core.graph import Agent, StateGraph
from agentflow.utils import END
graph = StateGraph()
graph.add_node("N", {node})
graph.set_entry_point("N")
graph.add_edge("N", END)
app = graph.compile()
"""


@pytest.fixture
def lacking(tmp_path):
    def ask(source, files=None, *, with_env_file=True, path="graph.agent:app", provided=()):
        written = {
            "agentflow.json": '{"agent": "graph.agent:app", "env": ".env"}',
            "graph/agent.py": dedent(source),
            **(files or {}),
        }
        for name, content in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        (deployment,) = load_project(str(tmp_path), ModelOptions("0.6.1", provided)).deployments
        found = deployment.lacking_variables(path, with_env_file=with_env_file)
        return [(demand.variables, demand.place.location.span.line) for demand in found]

    return ask


def test_demands_come_one_after_the_other(lacking):
    source = 'import os\nA = os.environ["A"]\nB = os.environ["B"]\napp = None\n'
    assert lacking(source) == [(("A",), 2), (("B",), 3)]
    assert lacking(source, {".env": "A=1\n"}) == [(("B",), 3)]
    assert lacking(source, {".env": "A=1\nB=\n"}) == []  # an empty value is a value for os.environ


def test_what_the_env_file_supplies_counts_only_with_it(lacking):
    source = 'import os\nA = os.environ["A"]\napp = None\n'
    assert lacking(source, {".env": "A=1\n"}) == []
    assert lacking(source, {".env": "A=1\n"}, with_env_file=False) == [(("A",), 2)]
    assert lacking(source, {".env": ""}, with_env_file=False, provided=("A",)) == []


def test_a_provider_takes_either_of_its_keys_and_no_empty_one(lacking):
    source = GRAPH.format(node='Agent(model="gemini-2.0-flash")')
    assert lacking(source) == [(("GEMINI_API_KEY", "GOOGLE_API_KEY"), 5)]
    assert lacking(source, {".env": "GEMINI_API_KEY=\n"}) == [(("GEMINI_API_KEY", "GOOGLE_API_KEY"), 5)]
    assert lacking(source, {".env": "GOOGLE_API_KEY=x\n"}) == []


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ('if not os.getenv("A"):\n    raise RuntimeError("A")', [("A",)]),
        ('if os.environ.get("A") is None:\n    raise RuntimeError("A")', [("A",)]),
        ('assert os.getenv("A"), "A"', [("A",)]),
        ('int(os.getenv("A"))', [("A",)]),
        ('if not (os.getenv("A") or os.getenv("B")):\n    raise RuntimeError("A")', [("A", "B")]),
        ('a = os.getenv("A")\nb = os.getenv("B")\nif not (a and b):\n    raise RuntimeError("A")', [("A",), ("B",)]),
        ('c = os.getenv("C")\nif not os.getenv("A"):\n    raise RuntimeError("A")', [("A",)]),
        ('if not os.getenv("A", "x"):\n    raise RuntimeError("A")', []),
        ('a = os.getenv("A")\nraise NotImplementedError', []),
        ('try:\n    a = os.environ["A"]\nexcept KeyError:\n    a = None', []),
    ],
)
def test_an_exception_of_the_project_is_traced_to_the_variables_that_avert_it(lacking, check, expected):
    found = lacking(f"import os\n{check}\napp = None\n")
    assert [variables for variables, _ in found] == expected


def test_the_exceptions_text_is_not_kept(tmp_path):
    (tmp_path / "agentflow.json").write_text('{"agent": "graph.agent:app", "env": ".env"}')
    (tmp_path / ".env").write_text("TOKEN=hunter2\n")
    (tmp_path / "graph").mkdir()
    source = 'import os\nif not os.getenv("A"):\n    raise RuntimeError(os.environ["TOKEN"])\napp = None\n'
    (tmp_path / "graph" / "agent.py").write_text(source)
    (deployment,) = load_project(str(tmp_path), ModelOptions("0.6.1")).deployments
    (demand,) = deployment.lacking_variables("graph.agent:app")
    assert demand.variables == ("A",)
    assert "hunter2" not in repr(demand)


def test_other_import_paths_are_followed_too(lacking):
    files = {"plugins/ids.py": 'import os\nSALT = os.environ["SALT"]\nmaker = object()\n'}
    assert lacking("app = None\n", files, path="plugins.ids:maker") == [(("SALT",), 2)]


def test_a_module_that_is_not_there_demands_nothing(lacking):
    assert lacking("app = None\n", {"agentflow.json": '{"agent": "nowhere:app"}'}, path="nowhere:app") == []


def test_the_number_of_assumptions_is_bounded(lacking):
    reads = "\n".join(f'A{n} = os.environ["A{n}"]' for n in range(100))
    assert 20 <= len(lacking(f"import os\n{reads}\napp = None\n")) < 100
