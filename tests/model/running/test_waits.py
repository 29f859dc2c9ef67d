"""Which calls of nodes, tools and conditions wait, and where."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from agentflow_lint.model.project import ModelOptions, load_project

MODULE = """
import asyncio
import functools
import time
import requests
{imports}
from tenxgraph.core import StateGraph, ToolNode
from tenxgraph.utils import END, tool

{code}

graph = StateGraph()
graph.add_node("N", {node})
graph.add_conditional_edges("N", {condition}, {{"x": "N", END: END}})
graph.set_entry_point("N")
app = graph.compile()
"""


@pytest.fixture
def waiting(tmp_path):
    def ask(code, node="node", *, imports="", files=None, condition="lambda state: END"):
        source = MODULE.format(code=dedent(code), node=node, imports=imports, condition=condition)
        written = {"10xgraph.json": '{"agent": "graph.agent:app"}', "graph/agent.py": source, **(files or {})}
        for name, content in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(dedent(content))
        (deployment,) = load_project(str(tmp_path), ModelOptions("0.9.0")).deployments
        assert type(deployment.graph.outcome).__name__ == "Served", deployment.graph.outcome
        return {(wait.dotted, "loop" if wait.on_loop else "thread", wait.endless) for wait in deployment.waits}

    return ask


def _node(body, *, is_async=True):
    return f"{'async ' * is_async}def node(state):\n{indent(dedent(body), '    ')}\n"


SLEEP = {("time.sleep", "loop", False)}
GET = {("requests.get", "loop", True)}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("time.sleep(1)", SLEEP),
        ("from time import sleep as nap\nnap(1)", SLEEP),
        ("pause = time.sleep\npause(1)", SLEEP),
        ("requests.get('x')", GET),
        ("requests.get('x', timeout=None)", GET),
        ("requests.get('x', timeout=3)", {("requests.get", "loop", False)}),
        ("requests.get('x', **state)", {("requests.get", "loop", False)}),
        ("with requests.Session() as s:\n    s.get('x')", {("requests.Session().get", "loop", True)}),
        ("[requests.get(u) for u in state]", GET),
        ("return {'a': requests.get('x')}", GET),
        ("if state:\n    try:\n        time.sleep(1)\n    except ValueError:\n        pass", SLEEP),
        ("def inner():\n    time.sleep(1)\ninner()", SLEEP),
        ("async def inner():\n    time.sleep(1)\nawait asyncio.gather(inner(), inner())", SLEEP),
        ("asyncio.create_task(helper())", SLEEP),
        ("await asyncio.to_thread(requests.get('x'))", GET),
        # nothing blocks
        ("def inner():\n    time.sleep(1)\nawait asyncio.to_thread(inner)", set()),
        ("await asyncio.get_running_loop().run_in_executor(None, time.sleep, 1)", set()),
        ("await asyncio.to_thread(time.sleep, 1)", set()),
        ("await asyncio.to_thread(lambda: time.sleep(1))", set()),
        ("later = lambda: time.sleep(1)\nreturn later", set()),
        ("await asyncio.sleep(1)", set()),
        ("requests = state\nrequests.get('x')", set()),
        ("for time in state:\n    time.sleep(1)", set()),
        ("s = requests.Session()\ns = state\ns.get('x')", set()),
    ],
)
def test_in_an_async_node(waiting, body, found):
    helper = "async def helper():\n    time.sleep(1)\n\n"
    assert waiting(helper + _node(body)) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("time.sleep(1)", set()),
        ("requests.get('x', timeout=3)", set()),
        ("requests.get('x')", {("requests.get", "thread", True)}),
        ("asyncio.run(helper())", set()),
        ("return helper()", set()),
    ],
)
def test_in_a_plain_node_which_runs_in_a_thread(waiting, body, found):
    helper = "async def helper():\n    time.sleep(1)\n\n"
    assert waiting(helper + _node(body, is_async=False)) == found


def test_a_condition_runs_on_the_loop(waiting):
    code = _node("return state", is_async=False) + "\ndef route(state):\n    time.sleep(1)\n    return END\n"
    assert waiting(code, condition="route") == SLEEP


@pytest.mark.parametrize(
    ("code", "node"),
    [
        ("class C:\n    async def go(self, state):\n        time.sleep(1)\nc = C()", "c.go"),
        ("class C:\n    async def __call__(self, state):\n        time.sleep(1)", "C()"),
        ("async def f(extra, state):\n    time.sleep(1)", "functools.partial(f, 1)"),
        ("def make(n):\n    async def f(state):\n        time.sleep(n)\n    return f", "make(3)"),
        ("@tool(name='x')\nasync def f(state):\n    time.sleep(1)", "ToolNode([f])"),
        ("@tool\nasync def f(state):\n    time.sleep(1)", "ToolNode(tools=[f])"),
        ("def f():\n    time.sleep(1)\nasync def g(s):\n    return f()\nTOOLS = [g]", "ToolNode(TOOLS)"),
    ],
)
def test_however_the_graph_gets_it(waiting, code, node):
    assert waiting(code, node) == SLEEP


def test_clients_are_known_by_where_they_are_made(waiting):
    code = """
    http = requests.Session()

    class Api:
        def __init__(self):
            self.session = http
        def load(self):
            return self.session.get("x", timeout=1)

    def api():
        return Api()

    """
    assert waiting(dedent(code) + _node("api().load()")) == {("requests.Session().get", "loop", False)}


def test_through_modules_and_only_what_is_called(waiting):
    files = {
        "graph/one.py": "from graph import two\n\ndef run():\n    return two.fetch()\n",
        "graph/two.py": """
            import requests

            def fetch():
                requests.get('x')

            def unused():
                requests.post('x')
            """,
    }
    assert waiting(_node("one.run()"), imports="from graph import one", files=files) == GET


def test_decorators_that_are_known_are_seen_through(waiting):
    files = {"requirements.txt": "10xgraph-api==0.9.0\ntenacity\nacme\n"}
    code = "@{}\ndef fetch():\n    time.sleep(1)\n\n" + _node("fetch()")
    imports = "import tenacity\nimport acme"
    assert waiting(code.format("tenacity.retry(reraise=True)"), imports=imports, files=files) == SLEEP
    assert waiting(code.format("acme.in_thread"), imports=imports, files=files) == set()


def test_what_sets_a_timeout_elsewhere_counts(waiting):
    node = _node("urllib.request.urlopen('x')", is_async=False)
    assert waiting(node, imports="import urllib.request") == {("urllib.request.urlopen", "thread", True)}
    setting = "import socket\nimport urllib.request\nsocket.setdefaulttimeout(10)"
    assert waiting(node, imports=setting) == set()
    mounted = "session = requests.Session()\nsession.mount('https://', object())\n\n"
    assert waiting(mounted + _node("session.get('x')", is_async=False)) == set()


def test_a_patient_client_is_one_that_is_told_to_be(waiting):
    body = "async with httpx.AsyncClient() as client:\n    await client.get('x'{})"
    assert waiting(_node(body.format("")), imports="import httpx") == set()
    endless = waiting(_node(body.format(", timeout=None")), imports="import httpx")
    assert endless == {("httpx.AsyncClient().get", "thread", True)}
    limited = "async with asyncio.timeout(3), httpx.AsyncClient() as client:\n    await client.get('x', timeout=None)"
    assert waiting(_node(limited), imports="import httpx") == set()


def test_recursion_and_long_chains_end(waiting):
    functions = "".join(f"def f{n}():\n    return f{n + 1}()\n\n" for n in range(300))
    code = functions + "def f300():\n    f0()\n    time.sleep(1)\n\n" + _node("f0()")
    assert waiting(code) == SLEEP
