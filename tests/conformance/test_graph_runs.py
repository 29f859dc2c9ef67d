"""How the real cores go through a graph, against what AF332 and AF333 take for granted.

Generated graphs are run: whether one ends is what the linter says. And callables note which thread they run in.
"""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from agentflow_lint.framework.graph_runs import RECURSION_LIMIT
from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.running.sequence import endless_run
from tests.conformance.referees import ERAS
from tests.conformance.selection import chosen, installed

if TYPE_CHECKING:
    from tests.conformance.referees import Installed

pytestmark = pytest.mark.conformance

RUNNER = Path(__file__).parent / "graph_runner.py"
GRAPHS = 60
NODES = ("A", "B", "C", "D")

HEAD = """
from {graph} import StateGraph
from {package}.utils import END


def step(state):
    return state


graph = StateGraph()
"""

THREADS = """
import threading

MAIN = threading.current_thread()
ON_LOOP = {}


def plain(state):
    ON_LOOP["plain"] = threading.current_thread() is MAIN
    return state


async def coroutine(state):
    ON_LOOP["coroutine"] = threading.current_thread() is MAIN
    return state


class Callable:
    async def __call__(self, state):
        ON_LOOP["callable"] = threading.current_thread() is MAIN
        return state


def route(state):
    ON_LOOP["condition"] = threading.current_thread() is MAIN
    return "unmapped"


graph.add_node("P", plain)
graph.add_node("C", coroutine)
graph.add_node("I", Callable())
graph.add_edge("P", "C")
graph.add_edge("C", "I")
graph.add_conditional_edges("I", route, {"x": "P"})
graph.set_entry_point("P")
app = graph.compile()
"""


def _generated(seed: int) -> str:
    """A graph of edges without a condition, and of conditions that always answer the same."""
    pick = random.Random(seed)
    targets = (*NODES, "__end__")
    lines = [f'graph.add_node("{node}", step)' for node in NODES]
    for node in pick.sample(NODES, pick.randint(0, 3)):
        answer = pick.choice((*targets, "elsewhere"))
        mapped = ", {" + ", ".join(f'"{target}": "{target}"' for target in targets) + "}" if pick.random() < 0.7 else ""
        if not mapped and answer == "elsewhere":
            continue
        lines += [f"def route_{node}(state):", f'    return "{answer}"', ""]
        lines.append(f'graph.add_conditional_edges("{node}", route_{node}{mapped})')
    for _ in range(pick.randint(1, 6)):
        lines.append(f'graph.add_edge("{pick.choice(NODES)}", "{pick.choice(targets)}")')
    lines += [f'graph.add_edge("ghost", "{node}")' for node in NODES]
    return HEAD + "\n".join([*lines, 'graph.set_entry_point("A")', "app = graph.compile()"]) + "\n"


def _chain(count: int) -> str:
    lines = [f'graph.add_node("N{number}", step)' for number in range(count)]
    lines += [f'graph.add_edge("N{number}", "N{number + 1}")' for number in range(count - 1)]
    return HEAD + "\n".join([*lines, 'graph.set_entry_point("N0")', "app = graph.compile()"]) + "\n"


def _packages(referee: Installed) -> tuple[str, str]:
    """The core's package, and the module of its StateGraph."""
    release = Version(referee.referee.release)
    if release >= Version("0.7.0"):
        return "tenxgraph", "tenxgraph.core.graph"
    return "agentflow", "agentflow.core.graph" if release >= Version("0.3.0") else "agentflow.graph"


def _run(referee: Installed, modules: dict[str, str], folder: Path) -> dict[str, dict[str, object]]:
    package, graph = _packages(referee)
    for name, content in modules.items():
        text = content.replace("{graph}", graph).replace("{package}", package)
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [referee.python, str(RUNNER), *modules], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answered: dict[str, dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return answered


@pytest.mark.parametrize("name", chosen("0.2.9-start", "0.4.0-start", "0.9.0-start", among=ERAS))
def test_a_graph_is_endless_exactly_if_its_run_reaches_the_limit(name: str, tmp_path: Path) -> None:
    referee = installed(name)
    modules = {f"graph{seed}": _generated(seed) for seed in range(GRAPHS)}
    modules |= {f"chain{count}": _chain(count) for count in range(RECURSION_LIMIT - 4, RECURSION_LIMIT + 2)}
    answered = _run(referee, modules, tmp_path)
    config = tmp_path / referee.referee.config_name
    said = {}
    for module in modules:
        config.write_text(json.dumps({"agent": f"{module}:app"}), encoding="utf-8")
        core = next(line for line in referee.referee.requirements if "-agentflow[" in line or "10xgraph[" in line)
        (tmp_path / "requirements.txt").write_text(f"{referee.referee.requirements[0]}\n{core}\n", encoding="utf-8")
        (deployment,) = load_project(str(tmp_path), ModelOptions()).deployments
        assert type(deployment.graph.outcome).__name__ == "Served", (module, deployment.graph.outcome)
        said[module] = "ended" if endless_run(deployment) is None else "GraphRecursionError"
    assert said == {module: each["outcome"] for module, each in answered.items()}
    assert set(said.values()) == {"ended", "GraphRecursionError"}


@pytest.mark.parametrize("name", chosen("0.2.9-start", "0.4.0-start", "0.9.0-start", among=ERAS))
def test_what_runs_on_the_event_loop(name: str, tmp_path: Path) -> None:
    answered = _run(installed(name), {"threads": HEAD + THREADS}, tmp_path)["threads"]
    assert answered["outcome"] == "ended"
    assert answered["on_loop"] == {"plain": False, "coroutine": True, "callable": True, "condition": True}
