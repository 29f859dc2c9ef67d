"""The graph modules of generated projects: how projects write them, and how they get them wrong.

Each shape gives the files of a project whose ``agent`` is ``graph.agent:app``. The names in braces stand for what moved
between releases: ``{core}`` the core package, ``{graph}`` its graph module, ``{checkpointer}`` that of checkpointers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conformance.referees import Referee

AGENT = "graph/agent.py"

#: Where core 0.7.0 put things, and where they were.
_GRAPH = ("{core}.graph", "{core}.core.graph")
_STATE = ("{core}.state", "{core}.core.state")
_CHECKPOINTER = ("{core}.checkpointer", "{core}.storage.checkpointer")

_BUILD = """\
from {graph} import StateGraph
from {core}.utils import END


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
"""
_MEMORY = "from {checkpointer} import InMemoryCheckpointer\n"
_SQLITE = "from {checkpointer} import SqliteCheckpointer\n"
_PG = "from {checkpointer} import PgCheckpointer\n"
_PG_MADE = 'PgCheckpointer(postgres_dsn="postgresql://db/app", redis_url="redis://cache:6379/0")'


@dataclass(frozen=True)
class Shape:
    """Files by path (``graph/__init__.py`` is always there), and the core releases that have what they use."""

    files: Mapping[str, str]
    since: str = "0"
    until: str | None = None

    def exists_in(self, core: str) -> bool:
        """Whether it makes sense with that core release."""
        return Version(self.since) <= Version(core) and (self.until is None or Version(core) < Version(self.until))


def _one(text: str, since: str = "0", until: str | None = None) -> Shape:
    return Shape({AGENT: text}, since, until)


def _compiled(how: str, imports: str = "", since: str = "0") -> Shape:
    return _one(f"{imports}{_BUILD}\n{how}\n", since)


def _in_function(head: str, how: str = "return graph.compile()") -> Shape:
    return _one(f"{_BUILD}\n\n{head}\n    {how}\n")


_CUSTOM = """\
import os

from {checkpointer} import InMemoryCheckpointer


class Threads(InMemoryCheckpointer):
    pass


"""
_METHODS = (
    *("asetup", "arelease", "aput_state", "aget_state", "aclear_state", "aput_state_cache", "aget_state_cache"),
    *("aput_messages", "aget_message", "alist_messages", "adelete_message", "aput_thread", "aget_thread"),
    *("alist_threads", "aclean_thread"),
)
_OWN = (
    "from {checkpointer} import BaseCheckpointer\n\n\nclass Threads(BaseCheckpointer):\n"
    + "".join(f"    async def {name}(self, *arguments, **named): ...\n" for name in _METHODS)
    + "    # more\n\n\n"
)
_REACT = """\
from {core}.prebuilt.agent import ReactAgent


def look_up(word: str) -> str:
    \"\"\"Look a word up.\"\"\"
    return word


app = ReactAgent(model="{model}", tools=[look_up]){compile}
"""
_AGENT = """\
from {graph} import Agent, StateGraph
from {core}.utils import END

graph = StateGraph()
graph.add_node("MAIN", Agent(model="{model}"))
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
app = graph.compile()
"""


def _model(text: str, model: str, compile_call: str = ".compile()") -> str:
    return text.replace("{model}", model).replace("{compile}", compile_call)


SHAPES: Mapping[str, Shape] = {
    # How the served graph gets its checkpointer.
    "none": _compiled("app = graph.compile()"),
    "none-given": _compiled("app = graph.compile(checkpointer=None)"),
    "memory": _compiled("app = graph.compile(checkpointer=InMemoryCheckpointer())", _MEMORY),
    "memory-positional": _compiled("app = graph.compile(InMemoryCheckpointer())", _MEMORY),
    "memory-generic": _compiled(
        "app = graph.compile(checkpointer=InMemoryCheckpointer[AgentState]())",
        f"from {{state}} import AgentState\n{_MEMORY}",
    ),
    "memory-other-state": _compiled("app = graph.compile(checkpointer=InMemoryCheckpointer[dict]())", _MEMORY),
    "memory-narrower-state": _compiled(
        "app = graph.compile(checkpointer=InMemoryCheckpointer[Ticket]())",
        f"from {{state}} import AgentState\n{_MEMORY}\n\nclass Ticket(AgentState):\n    number: int = 0\n\n\n",
    ),
    "memory-two-states": _compiled(
        "saver = InMemoryCheckpointer()\nother = StateGraph(Ticket)\nother.add_node('MAIN', reply)\n"
        "other.set_entry_point('MAIN')\nother.compile(checkpointer=saver)\napp = graph.compile(checkpointer=saver)",
        f"from {{state}} import AgentState\n{_MEMORY}\n\nclass Ticket(AgentState):\n    number: int = 0\n\n\n",
    ),
    "memory-alias": _compiled(
        "Saver = Threads\nsaver = Saver()\napp = graph.compile(checkpointer=saver)",
        "from {checkpointer} import InMemoryCheckpointer as Threads\n",
    ),
    "memory-module": _compiled(
        "app = graph.compile(checkpointer=checkpointer.InMemoryCheckpointer())",
        "import {checkpointer} as checkpointer\n",
    ),
    "memory-subclass": _compiled("app = graph.compile(checkpointer=Threads())", _CUSTOM),
    "own": _compiled("app = graph.compile(checkpointer=Threads())", _OWN),
    "own-with-owners": _compiled(
        "app = graph.compile(checkpointer=Threads())",
        _OWN.replace("    # more\n", "    async def aget_thread_owner(self, thread_id): ...\n"),
    ),
    "own-lacks-methods": _compiled(
        "app = graph.compile(checkpointer=Threads())",
        "from {checkpointer} import BaseCheckpointer\n\n\nclass Threads(BaseCheckpointer):\n"
        "    async def aput_state(self, config, state):\n        return state\n\n\n",
    ),
    "memory-keywords": _compiled(
        'options = {{"checkpointer": InMemoryCheckpointer()}}\napp = graph.compile(**options)', _MEMORY
    ),
    "memory-factory": _compiled(
        "def saver():\n    return InMemoryCheckpointer()\n\n\napp = graph.compile(checkpointer=saver())", _MEMORY
    ),
    "memory-sibling": Shape(
        {
            AGENT: f"from graph.saving import saver\n{_BUILD}\napp = graph.compile(checkpointer=saver)\n",
            "graph/saving.py": f"{_MEMORY}\nsaver = InMemoryCheckpointer()\n",
        }
    ),
    "memory-relative": Shape(
        {
            AGENT: f"from .saving import saver as kept\n{_BUILD}\napp = graph.compile(checkpointer=kept)\n",
            "graph/saving.py": f"{_MEMORY}\nsaver = InMemoryCheckpointer()\n",
        }
    ),
    "sqlite": _compiled('app = graph.compile(checkpointer=SqliteCheckpointer(db_path="threads.db"))', _SQLITE, "0.9.0"),
    "sqlite-in-memory": _compiled('app = graph.compile(checkpointer=SqliteCheckpointer(":memory:"))', _SQLITE, "0.9.0"),
    "sqlite-in-production": _compiled(
        'if os.getenv("MODE") == "production":\n    saver = SqliteCheckpointer()\nelse:\n'
        "    saver = InMemoryCheckpointer()\napp = graph.compile(checkpointer=saver)",
        f"import os\n{_MEMORY}{_SQLITE}",
        "0.9.0",
    ),
    "sqlite-by-truth": _compiled(
        'saver = SqliteCheckpointer(os.environ["DB"]) if os.environ.get("DB") else InMemoryCheckpointer()\n'
        "app = graph.compile(checkpointer=saver)",
        f"import os\n{_MEMORY}{_SQLITE}",
        "0.9.0",
    ),
    "sqlite-or-memory": _compiled(
        "saver = build_saver() or InMemoryCheckpointer()\napp = graph.compile(checkpointer=saver)",
        f"import os\n{_MEMORY}{_SQLITE}\n\ndef build_saver():\n"
        '    path = os.getenv("DB", "")\n    return SqliteCheckpointer(path) if path else None\n\n\n',
        "0.9.0",
    ),
    "sqlite-mapped": _compiled(
        'SAVERS = {{"memory": InMemoryCheckpointer, "sqlite": SqliteCheckpointer}}\n'
        'app = graph.compile(checkpointer=SAVERS[os.getenv("SAVER", "memory")]())',
        f"import os\n{_MEMORY}{_SQLITE}",
        "0.9.0",
    ),
    "sqlite-match": _compiled(
        'match os.environ.get("MODE", "development").lower():\n    case "production" | "staging":\n'
        "        saver = SqliteCheckpointer()\n    case _:\n        saver = InMemoryCheckpointer()\n"
        "app = graph.compile(checkpointer=saver)",
        f"import os\n{_MEMORY}{_SQLITE}",
        "0.9.0",
    ),
    "pg": _compiled(f"app = graph.compile(checkpointer={_PG_MADE})", _PG),
    "pg-without-dsn": _compiled('app = graph.compile(checkpointer=PgCheckpointer(redis_url="redis://h"))', _PG),
    "pg-without-redis": _compiled('app = graph.compile(checkpointer=PgCheckpointer("postgresql://db/app"))', _PG),
    "pg-wrong-name": _compiled(
        'app = graph.compile(checkpointer=PgCheckpointer(db_url="postgresql://h", redis_url="redis://h"))', _PG
    ),
    "pg-from-environment": _compiled(
        'saver = PgCheckpointer(postgres_dsn=os.getenv("DATABASE_URL"), redis_url=os.getenv("CACHE_URL"))\n'
        "app = graph.compile(checkpointer=saver)",
        f"import os\n{_PG}",
    ),
    "pg-bad-schema": _compiled(
        f"app = graph.compile(checkpointer={_PG_MADE[:-1]}, schema='my schema'))",
        _PG,
    ),
    "import-falls-back": _compiled(
        "app = graph.compile(checkpointer=Saver())",
        "try:\n    from langgraph_saver import Saver\nexcept ImportError:\n"
        "    from {checkpointer} import InMemoryCheckpointer as Saver\n",
    ),
    "import-falls-back-to-none": _compiled(
        "app = graph.compile(checkpointer=Saver and Saver())",
        "try:\n    from no_such_package import Saver\nexcept ModuleNotFoundError:\n    Saver = None\n",
    ),
    "two-graphs": _compiled(
        "other = graph.compile()\napp = graph.compile(checkpointer=Threads())",
        _CUSTOM,
    ),
    "two-graphs-other-last": _compiled(
        "app = graph.compile(checkpointer=Threads())\nother = graph.compile()",
        _CUSTOM,
    ),
    # What the import path leads to.
    "factory": _in_function("def app():"),
    "factory-async": _in_function("async def app():"),
    "factory-default": _in_function("def app(debug=False):"),
    "factory-required": _in_function("def app(settings):"),
    "factory-required-keyword": _in_function("def app(*, settings):"),
    "factory-starred": _in_function("def app(*args, **kwargs):"),
    "factory-none": _in_function("def app():", "graph.compile()"),
    "factory-coroutine": _in_function(
        "async def build():", "return graph.compile()\n\n\ndef app():\n    return build()"
    ),
    "factory-async-lambda": _one(
        f"{_BUILD}\n\nasync def build():\n    return graph.compile()\n\n\napp = lambda: build()\n"
    ),
    "lambda": _compiled("app = lambda: graph.compile()"),
    "partial": _compiled("app = functools.partial(graph.compile, checkpointer=None)", "import functools\n"),
    "bound-method": _compiled("app = graph.compile"),
    "cached-factory": _one(
        f"import functools\n\n{_BUILD}\n\n@functools.lru_cache\ndef app():\n    return graph.compile()\n"
    ),
    "generator": _in_function("def app():", "yield graph.compile()"),
    "class": _compiled("class app:\n    def __init__(self):\n        self.graph = graph.compile()"),
    "class-new": _compiled("class app:\n    def __new__(cls):\n        return graph.compile()"),
    "class-callable": _compiled(
        "class Build:\n    def __call__(self):\n        return graph.compile()\n\n\napp = Build()"
    ),
    "class-attribute": _compiled("class Holder:\n    graph = graph.compile()\n\n\napp = Holder().graph"),
    "uncompiled": _compiled("app = graph"),
    "literal": _compiled('app = "graph"'),
    "tuple": _compiled("app = graph.compile(),"),
    "nothing": _compiled("app = None"),
    "module": _compiled("import json as app"),
    "misspelt": _compiled("application = graph.compile()"),
    "deleted": _compiled("app = graph.compile()\ndel app"),
    "main-guard": _compiled('if __name__ == "__main__":\n    app = graph.compile()'),
    "type-checking": _compiled("if TYPE_CHECKING:\n    app = graph.compile()", "from typing import TYPE_CHECKING\n"),
    "dynamic": _compiled('globals()["app"] = graph.compile()'),
    "walrus": _compiled("if (app := graph.compile()) is None:\n    raise SystemExit(1)"),
    "unpacked": _compiled("app, name = graph.compile(), 1"),
    "annotated": _compiled("app: object = graph.compile()"),
    "only-annotated": _compiled("app: object"),
    "module-getattr": _compiled("def __getattr__(name):\n    return graph.compile()"),
    "async-only-annotated": _in_function("async def app() -> object:", "return graph"),
    "re-export": Shape(
        {AGENT: "from graph.built import app\n", "graph/built.py": f"{_BUILD}\napp = graph.compile()\n"}
    ),
    "re-export-star": Shape({AGENT: "from .built import *\n", "graph/built.py": f"{_BUILD}\napp = graph.compile()\n"}),
    "re-export-star-hidden": Shape(
        {
            AGENT: "from .built import *\n",
            "graph/built.py": f'__all__ = ["graph"]\n\n{_BUILD}\napp = graph.compile()\n',
        }
    ),
    "re-export-package": Shape(
        {
            "graph/agent/__init__.py": "from graph.agent.built import application as app\n",
            "graph/agent/built.py": f"{_BUILD}\napplication = graph.compile()\n",
        }
    ),
    "circular": Shape(
        {
            AGENT: f"from graph.helper import name\n{_BUILD}\napp = graph.compile()\n",
            "graph/helper.py": 'from graph.agent import app\n\nname = "helper"\n',
        }
    ),
    "circular-harmless": Shape(
        {
            AGENT: f"from graph.helper import name\n{_BUILD}\napp = graph.compile()\n",
            "graph/helper.py": 'import graph.agent\n\nname = "helper"\n',
        }
    ),
    # What stands in the way.
    "syntax-error": _compiled("app = = graph.compile()"),
    "syntax-error-sibling": Shape(
        {AGENT: f"import graph.broken\n{_BUILD}\napp = graph.compile()\n", "graph/broken.py": "def f(:\n"}
    ),
    "syntax-error-unused": Shape({AGENT: f"{_BUILD}\napp = graph.compile()\n", "graph/broken.py": "def f(:\n"}),
    "indentation": _compiled("if True:\napp = graph.compile()"),
    "return-outside": _compiled("app = graph.compile()\nreturn app"),
    "null-byte": _compiled("app = graph.compile()  # \0"),
    "import-missing": _compiled("app = graph.compile()", "import no_such_package\n"),
    "import-missing-guarded": _compiled(
        "app = graph.compile()", "try:\n    import no_such_package\nexcept ImportError:\n    no_such_package = None\n"
    ),
    "import-missing-wrong-guard": _compiled(
        "app = graph.compile()",
        "try:\n    import no_such_package\nexcept AttributeError:\n    no_such_package = None\n",
    ),
    "import-missing-suppressed": _compiled(
        "app = graph.compile()",
        "from contextlib import suppress\n\nwith suppress(ImportError):\n    import no_such_package\n",
    ),
    "import-missing-late": _compiled("def later():\n    import no_such_package\n\n\napp = graph.compile()"),
    "import-missing-name": Shape(
        {
            AGENT: f"from graph.helper import nmae\n{_BUILD}\napp = graph.compile()\n",
            "graph/helper.py": 'name = "helper"\n',
        }
    ),
    "import-misspelt-sibling": _compiled("app = graph.compile()", "from graph.helpers import name\n"),
    "import-old-place": _one(_BUILD.replace("{graph}", "{core}.graph") + "\napp = graph.compile()\n"),
    "import-new-place": _one(_BUILD.replace("{graph}", "{core}.core.graph") + "\napp = graph.compile()\n"),
    "import-old-package": _one(_BUILD.replace("{core}", "agentflow") + "\napp = graph.compile()\n"),
    "import-new-package": _one(_BUILD.replace("{core}", "tenxgraph") + "\napp = graph.compile()\n"),
    "import-top-level": _one(
        _BUILD.replace("from {graph} import StateGraph", "from {core} import StateGraph") + "\napp = graph.compile()\n"
    ),
    "import-removed-name": _compiled("app = graph.compile()", "from {checkpointer} import NoSuchCheckpointer\n"),
    "variable-demanded": _compiled('URL = os.environ["TICKETS_URL"]\napp = graph.compile()', "import os\n"),
    "variable-present": _compiled('MODE = os.environ["MODE"]\napp = graph.compile()', "import os\n"),
    "variable-number": _compiled('LIMIT = int(os.getenv("LIMIT"))\napp = graph.compile()', "import os\n"),
    "variable-asserted": _compiled(
        'assert os.getenv("TICKETS_URL"), "TICKETS_URL is needed"\napp = graph.compile()', "import os\n"
    ),
    "variable-exits": _compiled(
        'if not os.getenv("TICKETS_URL"):\n    raise SystemExit("TICKETS_URL")\napp = graph.compile()', "import os\n"
    ),
    "raises": _compiled('raise RuntimeError("not yet")\napp = graph.compile()'),
    "raises-in-production": _compiled(
        'if os.environ.get("MODE") == "production":\n    raise RuntimeError("not in production")\n'
        "app = graph.compile()",
        "import os\n",
    ),
    "divides": _compiled("RATE = 1 / 0\napp = graph.compile()"),
    "name-error": _compiled("app = graph.compile(checkpointer=saver)"),
    "loads-dotenv": _compiled(
        'load_dotenv()\nURL = os.environ["TICKETS_URL"]\napp = graph.compile()',
        "import os\n\nfrom dotenv import load_dotenv\n\n",
    ),
    # What compile() refuses.
    "no-entry-point": _one((_BUILD + "\napp = graph.compile()\n").replace('graph.set_entry_point("MAIN")\n', "")),
    "unknown-edge": _compiled('graph.add_edge("MAIN", "NOWHERE")\napp = graph.compile()'),
    "unknown-source": _compiled('graph.add_edge("NOWHERE", "MAIN")\napp = graph.compile()'),
    "orphan": _compiled('graph.add_node("ALONE", reply)\napp = graph.compile()'),
    "unknown-interrupt": _compiled('app = graph.compile(interrupt_before=["NOWHERE"])'),
    "known-interrupt": _compiled('app = graph.compile(interrupt_before=["MAIN"])'),
    "unknown-argument": _compiled("app = graph.compile(checkpoint=None)"),
    "conditional-edges": _compiled(
        'graph.add_node("OTHER", reply)\n'
        'graph.add_conditional_edges("MAIN", lambda state: END, {{"other": "OTHER", END: END}})\n'
        'graph.add_edge("OTHER", END)\napp = graph.compile()'
    ),
    "conditional-edges-unknown": _compiled(
        'graph.add_conditional_edges("MAIN", lambda state: END, {{"other": "OTHER", END: END}})\napp = graph.compile()'
    ),
    "start-edge": _one(
        (_BUILD + "\napp = graph.compile()\n")
        .replace('graph.set_entry_point("MAIN")', 'graph.add_edge(START, "MAIN")')
        .replace("import END", "import END, START")
    ),
    "unknown-entry-point": _compiled('graph.set_entry_point("NOWHERE")\napp = graph.compile()'),
    # Agents, whose client is made when they are.
    "react-google": _one(_model(_REACT, "gemini-2.0-flash"), "0.7.4.9"),
    "react-memory": _one(
        f"{_MEMORY}{_model(_REACT, 'google/gemini-2.0-flash', '.compile(checkpointer=InMemoryCheckpointer())')}",
        "0.7.4.9",
    ),
    "react-uncompiled": _one(_model(_REACT, "gemini-2.0-flash", ""), "0.7.4.9"),
    "react-provider": _one(
        _model(_REACT, "gemini-2.0-flash").replace('", tools', '", provider="google", tools'), "0.7.4.9"
    ),
    "react-bad-provider": _one(
        _model(_REACT, "gemini-2.0-flash").replace('", tools', '", provider="gemini", tools'), "0.7.4.9"
    ),
    "agent-google": _one(_model(_AGENT, "gemini-2.0-flash"), "0.9.2"),
    "agent-late": _one(
        _model(_AGENT, "gemini-2.0-flash")
        .replace("\ngraph = ", "\n\ndef app():\n    graph = ")
        .replace("\ngraph.", "\n    graph.")
        .replace("\napp = ", "\n    return "),
        "0.9.2",
    ),
}


def names(referee: Referee) -> dict[str, str]:
    """What the braces in a shape stand for with that referee."""
    release = Version(referee.release)
    core = "tenxgraph" if release >= Version("0.7.0") else "agentflow"
    moved = release >= Version("0.3.0")
    return {
        "core": core,
        "server": referee.package,
        "graph": _GRAPH[moved].format(core=core),
        "state": _STATE[moved].format(core=core),
        "checkpointer": _CHECKPOINTER[moved].format(core=core),
    }


def core_release(referee: Referee) -> str:
    """The release of the core that stands beside the server."""
    return referee.requirements[1].rpartition("==")[2]
