"""Programs on which the evaluation is known to be wrong, each until it is mended."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.release import load_core, load_release
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.results import AttributeNotFound, ModuleNotFound, NotACompiledGraph, Served
from agentflow_lint.model.graph.serving import evaluate_graph
from agentflow_lint.model.values import ABSENT

APP = """
from agentflow.core.graph import StateGraph
from agentflow.utils import END

graph_of_one = StateGraph()
graph_of_one.add_node("main", lambda state: state)
graph_of_one.add_edge("main", END)
graph_of_one.set_entry_point("main")
app = graph_of_one.compile()
"""


@pytest.fixture
def served(tmp_path):
    def ask(files, path="graph.agent:app"):
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        core, server = load_core("10xgraph", "0.10.3"), load_release("0.9.0")
        return evaluate_graph(ProjectFiles(str(tmp_path)), path, [""], lambda name: ABSENT, core, server)

    return ask


def test_the_graph_itself_is_served(served):
    assert isinstance(served({"graph/agent.py": APP}).outcome, Served)


@pytest.mark.parametrize(
    "source", ["from redis import Redis\n", "import redis\nredis.Redis\n", "import redis.asyncio\n"]
)
def test_an_installed_package_goes_before_a_folder_without_init(served, source):
    outcome = served({"graph/agent.py": source + APP, "redis/redis.conf": ""}).outcome
    assert not isinstance(outcome, (AttributeNotFound, ModuleNotFound))


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nsetattr(sys.modules[__name__], 'TOOLS', [])\n",
        "import sys\nsys.modules[__name__].TOOLS = []\n",
        "import sys\nclass Lazy:\n    TOOLS = []\nsys.modules[__name__] = Lazy()\n",
    ],
)
def test_a_module_that_changes_itself_through_sys_modules_may_bind_anything(served, source):
    files = {"graph/agent.py": "from graph.tools import TOOLS\n" + APP, "graph/tools.py": source}
    assert not isinstance(served(files).outcome, AttributeNotFound)


def test_after_a_change_of_the_path_a_missing_module_is_not_certain(served):
    source = "import sys\nsys.path.insert(0, 'lib')\nfrom tools.weather import get_weather\n"
    files = {"graph/agent.py": source + APP, "tools/__init__.py": "", "lib/tools/weather.py": "get_weather = None\n"}
    assert not isinstance(served(files).outcome, ModuleNotFound)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nif os.getenv('DEBUGGING'):\n    from graph.nope import x\n",
        "try:\n    import graph.extras\nexcept ImportError:\n    pass\n",
    ],
)
def test_a_graph_that_is_served_has_no_problems(served, source):
    graph = served({"graph/__init__.py": "", "graph/extras.py": "import graph.nope\n", "graph/agent.py": source + APP})
    assert isinstance(graph.outcome, Served)
    assert graph.problems == ()


def test_one_missing_module_is_one_problem(served):
    graph = served({"graph/agent.py": "from graph.nope import a, b\n" + APP})
    assert graph.problems == (graph.outcome,)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import os as made\n", "made"),
        ("async def made():\n    yield None\n", "made"),
    ],
)
def test_modules_and_async_generators_are_no_graph(served, source, name):
    outcome = served({"graph/agent.py": APP + source}, f"graph.agent:{name}").outcome
    assert isinstance(outcome, NotACompiledGraph)
