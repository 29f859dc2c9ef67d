"""How many calls in a row, and which graphs have no end: against a replay of how the core goes through a graph."""

from __future__ import annotations

import tempfile
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentflow_lint.framework.graph_runs import RECURSION_LIMIT, most_nodes
from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.running.sequence import endless_run, longest_chain
from agentflow_lint.model.values import Unknown

HEAD = """
from tenxgraph.core import Agent, StateGraph, ToolNode
from tenxgraph.utils import END, START

def step(state):
    return state

graph = StateGraph()
"""


def _deployment(folder, body, options=None):
    (folder / "10xgraph.json").write_text('{"agent": "agent:app"}')
    (folder / "agent.py").write_text(HEAD + dedent(body))
    return load_project(str(folder), options or ModelOptions("0.9.0", ("OPENAI_API_KEY",))).deployments[0]


def _chain(folder, body, limit=8):
    return longest_chain(_deployment(folder, body).intended_graph.outcome.compile, limit)


NODES = ["A", "B", "C", "D"]


@st.composite
def _graphs(draw):
    """Static edges in a given order, and conditions that always answer the same."""
    edges = draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from([*NODES, "__end__"])), max_size=6))
    answers = draw(
        st.dictionaries(st.sampled_from(NODES), st.sampled_from([*NODES, "__end__", "elsewhere"]), max_size=3)
    )
    return edges, answers


def _ends(edges, answers) -> bool:
    """What get_next_node() comes to, over and over, within the steps of a run."""
    node = "A"
    for _ in range(RECURSION_LIMIT - 2):
        answer = answers.get(node)
        static = [target for source, target in edges if source == node]
        node = answer if answer is not None and answer != "elsewhere" else static[0] if static else "__end__"
        if node == "__end__":
            return True
    return False


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_graphs())
def test_a_graph_whose_way_is_known_is_endless_exactly_if_its_run_is(graph) -> None:
    edges, answers = graph
    lines = [f'graph.add_node("{node}", step)' for node in NODES]
    # Every node is touched by an edge that is never followed, so that compile() takes the graph.
    for number, (node, answer) in enumerate(answers.items()):
        lines.append(f'def route{number}(state):\n    return "{answer}"')
        paths = {target: target for target in [*NODES, "__end__"]}
        lines.append(f'graph.add_conditional_edges("{node}", route{number}, {paths})')
    lines += [f'graph.add_edge("{source}", "{target}")' for source, target in edges]
    lines += [f'graph.add_edge("ghost", "{node}")' for node in NODES]
    lines += ['graph.set_entry_point("A")', "app = graph.compile()"]
    with tempfile.TemporaryDirectory() as folder:
        found = endless_run(_deployment(Path(folder), "\n".join(lines)))
    assert (found is not None) == (not _ends(edges, answers))
    if found is not None:
        assert found.kind == "loop"
        assert found.nodes


@pytest.mark.parametrize(
    ("body", "calls"),
    [
        ('graph.add_node("A", step)\ngraph.set_entry_point("A")\napp = graph.compile()', 0),
        ('graph.add_node("A", Agent(model="gpt-4o"))\ngraph.set_entry_point("A")\napp = graph.compile()', 1),
        (
            """
            for name in "ABC":
                graph.add_node(name, Agent(model="gpt-4o"))
            graph.add_node("T", ToolNode([step]))
            graph.add_edge("A", "T")
            graph.add_edge("T", "B")
            graph.add_edge("B", "A")
            graph.add_conditional_edges("A", lambda state: state.x, {"c": "C", "t": "T", "end": END})
            graph.set_entry_point("A")
            app = graph.compile()
            """,
            3,
        ),
        (
            """
            from openai import AsyncOpenAI
            client = AsyncOpenAI()
            async def ask():
                return await client.chat.completions.create(model="gpt-4o", messages=[])
            async def node(state):
                return await ask()
            graph.add_node("A", node)
            graph.add_edge("A", END)
            graph.set_entry_point("A")
            app = graph.compile()
            """,
            1,
        ),
        (
            """
            inner = Agent(model="gpt-4o")
            async def node(state):
                return await inner.execute(state, {})
            graph.add_node("A", node)
            graph.add_edge("A", END)
            graph.set_entry_point("A")
            app = graph.compile()
            """,
            1,
        ),
        ("from tenxgraph.prebuilt.agent import ReactAgent\napp = ReactAgent('gpt-4o', tools=[step]).compile()", 2),
        ("from tenxgraph.prebuilt.agent import ReactAgent\napp = ReactAgent('gpt-4o').compile()", 1),
    ],
)
def test_how_many_calls_in_a_row(tmp_path, body, calls) -> None:
    assert _chain(tmp_path, body).calls == calls


def test_a_second_edge_without_a_condition_is_no_way(tmp_path) -> None:
    body = """
    for name in "ABC":
        graph.add_node(name, Agent(model="gpt-4o"))
    graph.add_edge("A", "B")
    graph.add_edge("A", "C")
    graph.add_edge("C", "B")
    graph.add_edge("B", END)
    graph.set_entry_point("A")
    app = graph.compile()
    """
    assert [node.name for node in _chain(tmp_path, body).nodes] == ["A", "B"]


def test_what_is_not_known_is_not_counted(tmp_path) -> None:
    body = "for name in load():\n    graph.add_node(name, step)\ngraph.set_entry_point('A')\napp = graph.compile()"
    assert isinstance(_chain(tmp_path, f"from acme import load\n{body}"), Unknown)


@pytest.mark.parametrize(
    "change",
    [
        "app = graph.compile(interrupt_before=['B'])",
        "from tenxgraph.utils import Command\napp = graph.compile()",
        "graph.add_conditional_edges('B', lambda state: state.x)\napp = graph.compile()",
        "graph.add_conditional_edges('B', lambda state: state.x, {'a': 'A'})\napp = graph.compile()",
        "graph.add_node('A', __import__('acme').node)\napp = graph.compile()",
    ],
)
def test_a_loop_that_may_end_is_not_endless(tmp_path, change) -> None:
    body = """
    graph.add_node("A", step)
    graph.add_node("B", step)
    graph.add_edge("A", "B")
    graph.set_entry_point("A")
    """
    static = "graph.add_edge('B', 'A')\n" if "conditional" not in change else ""
    assert endless_run(_deployment(tmp_path, dedent(body) + static + change)) is None
    (tmp_path / "agent.py").unlink()
    endless = endless_run(_deployment(tmp_path, dedent(body) + "graph.add_edge('B', 'A')\napp = graph.compile()"))
    assert endless is not None
    assert [node.name for node in endless.nodes] == ["A", "B"]
    assert endless.always


def test_the_longest_run_that_ends(tmp_path) -> None:
    def body(count):
        lines = [f"graph.add_node('N{number}', step)" for number in range(count)]
        lines += [f"graph.add_edge('N{number}', 'N{number + 1}')" for number in range(count - 1)]
        return "\n".join([*lines, "graph.set_entry_point('N0')", "app = graph.compile()"])

    most = most_nodes("0.10.3")
    assert most == 23
    assert endless_run(_deployment(tmp_path, body(most))) is None
    found = endless_run(_deployment(tmp_path, body(most + 1)))
    assert found is not None
    assert found.kind == "too-long"
