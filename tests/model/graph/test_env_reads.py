"""Which reads of the environment the evaluation notes, and what it makes of the libraries that read for the code."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.release import load_core, load_release
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.results import MissingVariable, NotACompiledGraph, Undecided
from agentflow_lint.model.graph.serving import GraphEvaluation
from agentflow_lint.model.values import ABSENT, Known, Origin


@pytest.fixture
def graph(tmp_path):
    def ask(files, env=None):
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        values = {name: Known(value, Origin("test")) for name, value in (env or {}).items()}
        return GraphEvaluation(
            ProjectFiles(str(tmp_path)),
            [""],
            lambda name: values.get(name, ABSENT),
            load_core("10xgraph", "0.10.3"),
            load_release("0.9.0"),
        ).graph("main:app")

    return ask


def reads(graph):
    return {
        (read.name, "required" if read.required else "optional", read.default, "now" if read.at_import_time else "late")
        for read in graph.env_reads
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("return os.environ['X']", ("X", "required", None)),
        ("return os.getenv('X')", ("X", "optional", None)),
        ("return os.environ.get('X', 'eu')", ("X", "optional", "eu")),
        ("try:\n        return os.environ['X']\n    except KeyError:\n        return 1", ("X", "optional", None)),
        ("try:\n        return os.environ['X']\n    except ValueError:\n        return 1", ("X", "required", None)),
        ("try:\n        pass\n    except KeyError:\n        return os.environ['X']", ("X", "required", None)),
        ("return os.environ['X'] if 'X' in os.environ else 1", ("X", "optional", None)),
        ("if os.getenv('X'):\n        return os.environ['X']", ("X", "optional", None)),
        (
            "if 'X' in os.environ:\n        def inner():\n            return os.environ['X']\n        return inner",
            ("X", "optional", None),
        ),
        ("def inner():\n        return os.environ['X']", ("X", "required", None)),
    ],
)
def test_a_read_inside_a_function(graph, source, expected):
    served = graph({"main.py": f"import os\napp = None\ndef late():\n    {source}\n"})
    found, noted = reads(served), served.env_reads
    assert (*expected, "late") in found
    assert len({read.place.reference for read in noted}) == len(noted)
    assert {required for _, required, _, _ in found} == {expected[1]}


@pytest.mark.parametrize(
    ("helper", "call", "expected"),
    [
        ("def env(name):\n    return os.environ[name]", "env('X')", ("X", "required", None)),
        ("def env(name):\n    return os.environ[name]", "env(name='X')", ("X", "required", None)),
        (
            "def env(name, default=None):\n    return os.getenv(name, default)",
            "env('X', 'eu')",
            ("X", "optional", "eu"),
        ),
        ("def env(name, default=None):\n    return os.getenv(name, default)", "env('X')", ("X", "optional", None)),
        (
            "def env(name, default=None):\n    value = os.getenv(name) or default\n    if not value:\n"
            "        raise RuntimeError(name)\n    return value",
            "env('X')",
            ("X", "required", None),
        ),
        (
            "def env(name, default=None):\n    value = os.getenv(name) or default\n    if not value:\n"
            "        raise RuntimeError(name)\n    return value",
            "env('X', 'eu')",
            ("X", "optional", "eu"),
        ),
        ("def env(kind, name):\n    return kind(os.environ[name])", "env(int, 'X')", ("X", "required", None)),
    ],
)
@pytest.mark.parametrize(
    "way", ["from tools.env import env\n", "from tools.env import env as get\n", "import tools.env\n"]
)
def test_a_read_through_a_function_of_the_project(graph, helper, call, expected, way):
    spelled = {"from tools.env import env as get\n": "get", "import tools.env\n": "tools.env.env"}.get(way, "env")
    files = {
        "tools/env.py": f"import os\n{helper}\n",
        "main.py": f"{way}app = None\ndef late():\n    return {call.replace('env', spelled, 1)}\n",
    }
    assert reads(graph(files)) == {(*expected, "late")}


def test_the_place_of_a_read_is_where_the_name_is_written(graph):
    files = {
        "tools.py": "import os\ndef env(name):\n    return os.environ[name]\n",
        "main.py": "from tools import env\nA = env('A')\nB = env('B')\napp = None\n",
    }
    found = graph(files, {"A": "1", "B": "2"}).env_reads
    assert [(read.named.location.path, read.named.location.span.line) for read in found] == [
        ("main.py", 2),
        ("main.py", 3),
    ]
    assert {read.place.location.span.line for read in found} == {3}


@pytest.mark.parametrize(
    ("source", "env", "expected", "outcome"),
    [
        ("from environs import Env\nenv = Env()\nX = env('X')", {}, ("X", "required", None), MissingVariable),
        ("from environs import Env\nenv = Env()\nX = env.int('X')", {}, ("X", "required", None), MissingVariable),
        (
            "from environs import Env\nenv = Env()\nenv.read_env()\nX = env.str('X', 'eu')",
            {},
            ("X", "optional", "eu"),
            NotACompiledGraph,
        ),
        (
            "import environs\nenv = environs.Env()\nX = env.str('X')\nassert X == 'acme'",
            {"X": "acme"},
            ("X", "required", None),
            NotACompiledGraph,
        ),
        ("from decouple import config\nX = config('X')", {}, ("X", "required", None), NotACompiledGraph),
        (
            "from decouple import config\nX = config('X', default='eu')\nassert X != 'eu'",
            {"X": "acme"},
            ("X", "optional", "eu"),
            NotACompiledGraph,
        ),
        (
            "from dotenv import dotenv_values\nX = dotenv_values()['X']\nassert X",
            {},
            ("X", "required", None),
            NotACompiledGraph,
        ),
    ],
)
def test_a_library_that_reads_for_the_code(graph, source, env, expected, outcome):
    found = graph({"main.py": f"{source}\napp = None\n"}, env)
    assert (*expected, "now") in reads(found)
    assert isinstance(found.outcome, outcome), found.outcome


def test_behind_a_prefix_the_names_of_a_library_are_not_those_of_the_variables(graph):
    source = "from environs import Env\nenv = Env()\nwith env.prefixed('APP_'):\n    X = env('X')\napp = X\n"
    found = graph({"main.py": source})
    assert reads(found) == set()
    assert isinstance(found.outcome, Undecided)


def test_the_fields_of_a_settings_class_that_nobody_makes_are_read_late(graph):
    source = (
        "from pydantic_settings import BaseSettings\n"
        "class Base(BaseSettings):\n    tenant: str\n"
        "class Settings(Base, env_prefix='APP_'):\n    limit: int = 5\n"
        "app = None\n"
    )
    assert reads(graph({"main.py": source})) == {
        ("APP_TENANT", "required", None, "late"),
        ("APP_LIMIT", "optional", "5", "late"),
    }


def test_a_provider_names_all_its_keys(graph):
    source = "from tenxgraph.core.graph import Agent\nAgent(model='{}')\napp = None\n"
    google = graph({"main.py": source.format("gemini-2.5-flash")}, {"GOOGLE_API_KEY": "x"}).env_reads
    assert {read.name for read in google} == {"GEMINI_API_KEY", "GOOGLE_API_KEY"}
    assert all(read.is_provider and read.alternatives == ("GEMINI_API_KEY", "GOOGLE_API_KEY") for read in google)


def test_anthropic_misses_its_key_at_a_request(graph):
    found = graph({"main.py": "from tenxgraph.core.graph import Agent\nAgent(model='claude-sonnet-4-5')\napp = None\n"})
    assert ("ANTHROPIC_API_KEY", "required", None, "late") in reads(found)
