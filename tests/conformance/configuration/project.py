"""The project around a generated configuration: a graph and one plugin of each kind, all of which load.

So whatever a referee refuses, it refuses for the configuration. The modules are written for the core that stands beside
the release: its graph classes moved with core 0.7.0, and the whole package with the servers from 0.7.0 on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

if TYPE_CHECKING:
    from tests.conformance.referees import Referee

#: Import paths that load in every release that has the key.
AGENT = "served:app"
TOOL_NODE = "TOOLS"
PLUGINS = {
    "injectq": "plug.parts:container",
    "store": "plug.parts:store",
    "thread_name_generator": "plug.parts:Names",
    "authorization": "plug.parts:Rules",
}
AUTH = "plug.parts:Auth"

_SERVED = """\
from {graph} import StateGraph, ToolNode
from {core}.utils import END


def reply(state):
    return state


def look_up(word: str) -> str:
    \"\"\"Look a word up.\"\"\"
    return word


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.add_node("TOOLS", ToolNode([look_up]))
graph.add_edge("MAIN", "TOOLS")
graph.add_edge("TOOLS", END)
graph.set_entry_point("MAIN")
app = graph.compile()
"""

_PARTS = """\
from {server} import BaseAuth
from injectq import InjectQ

container = InjectQ.get_instance()


class Auth(BaseAuth):
    def authenticate(self, *arguments, **named):
        return {{"user_id": "one"}}
"""
_NAMES = """

from {server} import ThreadNameGenerator


class Names(ThreadNameGenerator):
    async def generate_name(self, messages):
        return "one"
"""
_RULES = """

from {server}.src.app.core.auth.authorization import AuthorizationBackend


class Rules(AuthorizationBackend):
    async def authorize(self, user, resource, action, resource_id=None, **context):
        return True
"""
_STORE = """

from {core}.qa.testing import InMemoryStore

store = InMemoryStore()
"""


def modules(referee: Referee) -> dict[str, str]:
    """Path -> text of the project's modules and of its requirements."""
    release = Version(referee.release)
    core = "tenxgraph" if release >= Version("0.7.0") else "agentflow"
    names = {
        "server": referee.package,
        "core": core,
        "graph": f"{core}.core.graph" if release >= Version("0.3.0") else f"{core}.graph",
    }
    parts = _PARTS
    parts += _NAMES if release >= Version("0.1.8") else ""
    parts += _RULES if release >= Version("0.2.7") else ""
    parts += _STORE if release >= Version("0.5.0") else ""
    return {
        "served.py": _SERVED.format(**names),
        "plug/__init__.py": "",
        "plug/parts.py": parts.format(**names),
        "requirements.txt": "".join(f"{line}\n" for line in referee.requirements),
    }
