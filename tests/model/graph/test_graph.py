"""What the evaluation reports beside its outcome: the way, the modules, imports, variables, targets, limits."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from agentflow_lint.framework.release import load_core, load_release
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.graph.results import (
    AttributeNotFound,
    ConstructionError,
    GraphSyntaxError,
    MissingVariable,
    ModuleNotFound,
    NotACompiledGraph,
    RemovedImport,
    Served,
    Undecided,
)
from agentflow_lint.model.graph.serving import GraphEvaluation
from agentflow_lint.model.graph.sources import Sources
from agentflow_lint.model.values import ABSENT, Known, Location, Origin
from agentflow_lint.sources.text import Span
from tests.bounded import bounded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agentflow_lint.model.graph.results import CompileCall

CORE = ("10xgraph", "0.10.3")
BUILD = """\
from agentflow.core.graph import StateGraph
from agentflow.storage.checkpointer import InMemoryCheckpointer, PgCheckpointer
graph = StateGraph()
graph.add_node("MAIN", lambda state: state)
graph.set_entry_point("MAIN")
"""


def project(
    root: Path,
    files: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    core: tuple[str, str] = CORE,
    server: str = "0.9.0",
) -> GraphEvaluation:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    values = environment or {}
    return GraphEvaluation(
        ProjectFiles(str(root)),
        ("",),
        lambda name: Known(values[name], Origin(".env", Location(".env"))) if name in values else ABSENT,
        load_core(*core),
        load_release(server),
        declared=frozenset({"dotenv", "injectq"}),
    )


def compiled(evaluation: GraphEvaluation, path: str = "main:app") -> CompileCall:
    outcome = evaluation.graph(path).outcome
    assert isinstance(outcome, Served), outcome
    return outcome.compile


# --- the way to the graph ---


def test_the_trail_leads_from_the_config_to_the_checkpointer(tmp_path: Path) -> None:
    served = project(
        tmp_path,
        {
            "graph/__init__.py": "from .agent import app\n",
            "graph/agent.py": "from graph.build import make\n\napp = make()\n",
            "graph/build.py": BUILD
            + "def make():\n    c = InMemoryCheckpointer()\n    return graph.compile(checkpointer=c)\n",
        },
    ).graph("graph:app")
    assert [(step.location.path, step.location.span.line) for step in served.trail] == [
        ("graph/__init__.py", 1),
        ("graph/agent.py", 3),
        ("graph/agent.py", 3),
        ("graph/build.py", 8),
        ("graph/build.py", 7),
    ]
    assert [step.text for step in served.trail][-3:] == ["make()", "StateGraph.compile()", "InMemoryCheckpointer"]


def test_the_trail_has_at_most_six_steps(tmp_path: Path) -> None:
    files = {f"m{n}.py": f"from m{n + 1} import app\n" for n in range(12)}
    files["m12.py"] = BUILD + "def a(): return graph.compile(InMemoryCheckpointer())\ndef b(): return a()\napp = b()\n"
    served = project(tmp_path, files).graph("m0:app")
    assert isinstance(served.outcome, Served)
    assert len(served.trail) == 6
    assert served.trail[0].place.path == "m0.py"
    assert served.trail[-1].text == "InMemoryCheckpointer"


def test_places_are_exact(tmp_path: Path) -> None:
    call = compiled(project(tmp_path, {"main.py": BUILD + "app = graph.compile(\n    InMemoryCheckpointer(),\n)\n"}))
    assert call.location == Location("main.py", Span(6, 7, 8, 2))
    assert call.checkpointer.location == Location("main.py", Span(7, 5, 7, 27))


# --- checkpointer facts ---


def test_arguments_of_the_checkpointer_say_where_they_come_from(tmp_path: Path) -> None:
    main = BUILD + (
        "import os\n"
        "c = PgCheckpointer(os.environ['DSN'], redis_url=os.getenv('REDIS', 'redis://default'), schema=None)\n"
        "app = graph.compile(c)\n"
    )
    fact = compiled(project(tmp_path, {"main.py": main}, {"DSN": "postgresql://db/x"})).checkpointer
    assert (fact.kind, fact.class_name) == ("postgres", "PgCheckpointer")
    dsn, redis = fact.arguments["postgres_dsn"], fact.arguments["redis_url"]
    assert isinstance(dsn, Known)
    assert (dsn.value, dsn.origin.label) == ("postgresql://db/x", ".env")
    assert isinstance(redis, Known)
    assert (redis.value, redis.origin.label) == ("redis://default", "literal")
    assert fact.arguments["schema"] is ABSENT


def test_a_subclass_keeps_its_kind_and_tells_its_methods(tmp_path: Path) -> None:
    methods = load_core(*CORE).abstract_methods["BaseCheckpointer"]
    main = BUILD + (
        "from agentflow.storage.checkpointer import BaseCheckpointer\n"
        "class Mine(BaseCheckpointer):\n"
        "    async def aget_thread_owner(self, thread_id): ...\n"
        + "".join(f"    async def {name}(self): ...\n" for name in methods)
        + "app = graph.compile(Mine())\n"
    )
    fact = compiled(project(tmp_path, {"main.py": main})).checkpointer
    assert (fact.kind, fact.class_name) == ("custom", "Mine")
    assert "aget_thread_owner" in fact.methods


@pytest.mark.parametrize(
    ("argument", "expected"), [("", "absent"), ("store=None", "absent"), ("store=object()", "given")]
)
def test_the_store_argument(tmp_path: Path, argument: str, expected: str) -> None:
    main = BUILD + f"class S: pass\napp = graph.compile({argument.replace('object()', 'S()')})\n"
    assert compiled(project(tmp_path, {"main.py": main})).store == expected


def test_positional_arguments_follow_the_release(tmp_path: Path) -> None:
    """Up to 0.7.4.8 compile() of ReactAgent took its nodes first."""
    main = (
        "from agentflow.prebuilt.agent import ReactAgent\n"
        "from agentflow.checkpointer import InMemoryCheckpointer\n"
        "def node(state): ...\n"
        "app = ReactAgent().compile(node, node, InMemoryCheckpointer())\n"
    )
    old = project(tmp_path, {"main.py": main}, core=("10xscale-agentflow", "0.6.7"), server="0.2.9")
    assert compiled(old).checkpointer.kind == "in-memory"


def test_old_and_new_paths_are_one_class(tmp_path: Path) -> None:
    old_main = (
        "from agentflow.graph import StateGraph\nfrom agentflow.checkpointer import InMemoryCheckpointer as C\n"
        "g = StateGraph()\ng.add_edge('__start__', '__end__')\napp = g.compile(C())\n"
    )
    old = project(tmp_path / "old", {"main.py": old_main}, core=("10xscale-agentflow", "0.6.7"), server="0.2.9")
    assert compiled(old).checkpointer.kind == "in-memory"
    new_main = old_main.replace("agentflow.graph", "tenxgraph.core.graph").replace(
        "agentflow.checkpointer", "tenxgraph.storage.checkpointer.in_memory_checkpointer"
    )
    assert compiled(project(tmp_path / "new", {"main.py": new_main})).checkpointer.kind == "in-memory"


def test_a_class_of_the_same_name_is_not_the_frameworks(tmp_path: Path) -> None:
    main = BUILD + "class InMemoryCheckpointer:\n    pass\napp = graph.compile(InMemoryCheckpointer())\n"
    fact = compiled(project(tmp_path, {"main.py": main})).checkpointer
    assert fact.kind == "unknown"
    assert fact.reason == "InMemoryCheckpointer is no checkpointer class"


# --- failures ---


def test_a_missing_module_says_where_and_what_is_near(tmp_path: Path) -> None:
    evaluation = project(tmp_path, {"main.py": "x = 1\nfrom graph.stat import State\n", "graph/state.py": ""})
    outcome = evaluation.graph("main:app").outcome
    assert isinstance(outcome, ModuleNotFound)
    assert (outcome.module, outcome.nearest, outcome.is_external) == ("graph.stat", ("state",), False)
    assert outcome.location is not None
    assert outcome.location.span.line == 2


def test_the_configs_own_path_has_no_place(tmp_path: Path) -> None:
    evaluation = project(tmp_path, {"main.py": "ap = 1\n"})
    missing = evaluation.graph("mian:app").outcome
    assert missing == ModuleNotFound("mian", None, ("main",), is_external=True)
    assert evaluation.graph("main:app").outcome == AttributeNotFound("main", "main.py", "app", ("ap",), None)


def test_a_syntax_error_has_its_place(tmp_path: Path) -> None:
    outcome = project(tmp_path, {"main.py": "import other\n", "other.py": "x = 1\ny = = 2\n"}).graph("main:app").outcome
    assert isinstance(outcome, GraphSyntaxError)
    assert (outcome.path, outcome.span.line) == ("other.py", 2)


def test_a_missing_variable_is_named(tmp_path: Path) -> None:
    outcome = project(tmp_path, {"main.py": "import os\nkey = os.environ['KEY']\n"}).graph("main:app").outcome
    assert isinstance(outcome, MissingVariable)
    assert outcome.variables == ("KEY",)
    assert outcome.location.span == Span(2, 7, 2, 24)


def test_a_missing_key_names_its_alternatives(tmp_path: Path) -> None:
    main = "from agentflow.core.graph import Agent\nAgent(model='gemini-2.5-pro')\n"
    served = project(tmp_path, {"main.py": main}).graph("main:app")
    assert isinstance(served.outcome, ConstructionError)
    assert served.outcome.kind == "provider-key"
    assert served.outcome.variables == ("GEMINI_API_KEY", "GOOGLE_API_KEY")


def test_all_failing_imports_are_reported_not_only_the_first(tmp_path: Path) -> None:
    served = project(
        tmp_path,
        {
            "main.py": "import other\nfrom agentflow.checkpointer import PgCheckpointer\nimport httpx\n"
            "try:\n    import missing_but_guarded\nexcept ImportError:\n    pass\n"
            "def late():\n    import missing_but_late\n",
            "other.py": "x = (\n",
        },
    ).graph("main:app")
    assert isinstance(served.outcome, GraphSyntaxError)
    kinds = [(type(problem).__name__, getattr(problem, "module", "")) for problem in served.problems]
    assert kinds == [
        ("RemovedImport", "agentflow.checkpointer"),
        ("ModuleNotFound", "httpx"),
        ("GraphSyntaxError", ""),
    ]


def test_a_removed_name_is_told_from_a_removed_module(tmp_path: Path) -> None:
    outcome = project(tmp_path, {"main.py": "from agentflow.core import Nothing\n"}).graph("main:app").outcome
    assert isinstance(outcome, RemovedImport)
    assert (outcome.module, outcome.name) == ("agentflow.core", "Nothing")


def test_what_is_no_graph_is_described(tmp_path: Path) -> None:
    outcome = project(tmp_path, {"main.py": BUILD + "app = graph\n"}).graph("main:app").outcome
    assert isinstance(outcome, NotACompiledGraph)
    assert outcome.description == "an uncompiled StateGraph"
    assert outcome.location is not None
    assert outcome.location.span.line == 3


@pytest.mark.parametrize("path", ["main", "main:app:x", "", ":", "main:", "../main:app", "main :app"])
def test_odd_import_paths_are_answered(tmp_path: Path, path: str) -> None:
    served = project(tmp_path, {"main.py": BUILD + "app = graph.compile()\n"}).graph(path)
    assert isinstance(served.outcome, (Undecided, ModuleNotFound, AttributeNotFound))


# --- what was seen ---


def test_modules_and_imports(tmp_path: Path) -> None:
    served = project(
        tmp_path,
        {
            "graph/__init__.py": "",
            "graph/agent.py": "from typing import TYPE_CHECKING\nfrom .state import State\n"
            "if TYPE_CHECKING:\n    import mypy\ntry:\n    import redis\nexcept ImportError:\n    redis = None\n"
            "def node():\n    import httpx\n",
            "graph/state.py": "State = dict\n",
            "graph/unused.py": "import nothing\n",
        },
    ).graph("graph.agent:app")
    assert served.modules == ("graph/__init__.py", "graph/agent.py", "graph/state.py")
    uses = {(use.module, use.name): (use.at_import_time, use.guarded) for use in served.imports}
    assert uses == {
        ("typing", "TYPE_CHECKING"): (True, False),
        ("graph.state", "State"): (True, False),
        ("mypy", None): (False, False),
        ("redis", None): (True, True),
        ("httpx", None): (False, False),
    }


def test_environment_reads(tmp_path: Path) -> None:
    main = (
        "import os\nfrom os import environ\n"
        "a = os.getenv('A')\nb = os.environ.get('B', 'x')\nc = 'C' in environ\n"
        "def node():\n    return os.environ['D'], environ['E'], os.getenv('F', 'y')\n"
        "os.environ['G']\n"
    )
    served = project(tmp_path, {"main.py": main}).graph("main:app")
    reads = {read.name: (read.required, read.default, read.at_import_time) for read in served.env_reads}
    assert reads == {
        "A": (False, None, True),
        "B": (False, "x", True),
        "C": (False, None, True),
        "G": (True, None, True),
        "D": (True, None, False),
        "E": (True, None, False),
        "F": (False, "y", False),
    }


def test_constructions_name_the_provider(tmp_path: Path) -> None:
    main = "from agentflow.core.graph import Agent\na = Agent('claude-x')\nb = Agent('gpt-4o', api_key='k')\n"
    served = project(tmp_path, {"main.py": main}).graph("main:app")
    assert [(item.class_name, item.provider) for item in served.constructions] == [
        ("Agent", "anthropic"),
        ("Agent", "openai"),
    ]


def test_deployments_share_forms_but_not_answers(tmp_path: Path) -> None:
    main = BUILD + (
        "import os\n"
        "pg = PgCheckpointer('postgresql://x', redis_url='redis://x') if os.getenv('MODE') == 'production' else None\n"
        "app = graph.compile(pg)\n"
    )
    (tmp_path / "main.py").write_text(main)
    files = ProjectFiles(str(tmp_path))
    sources = Sources(files)
    kinds = []
    for mode in ("production", "development", "production"):
        answer: Known[str] = Known(mode, Origin("test"))
        environ = dict.fromkeys(("MODE",), answer).__getitem__
        evaluation = GraphEvaluation(files, ("",), environ, load_core(*CORE), sources=sources)
        kinds.append(compiled(evaluation).checkpointer.kind)
    assert kinds == ["postgres", "none", "postgres"]


# --- targets ---

PLUGINS = """\
from injectq import InjectQ
from tenxgraph_api import BaseAuth, ThreadNameGenerator
from agentflow_cli.src.app.core.auth.authorization import AuthorizationBackend
from agentflow.storage.store import BaseStore
import somewhere
container = InjectQ.get_instance()
own = InjectQ()
class Auth(BaseAuth):
    def __init__(self, realm): ...
    def authenticate(self): ...
class Deep(Auth):
    def __init__(self): super().__init__('x')
class Names(ThreadNameGenerator):
    def generate_name(self, messages): ...
names = Names()
class Rules(AuthorizationBackend): ...
class Store(BaseStore):
    adelete = aforget_memory = aget = aget_all = asearch = astore = aupdate = None
store = Store()
class Mixed(somewhere.Base): ...
def function(): ...
literal = {}
"""


@pytest.mark.parametrize(
    ("attribute", "what", "base", "complete"),
    [
        ("container", "instance", "InjectQ", False),
        ("own", "instance", "InjectQ", False),
        ("Auth", "class", "BaseAuth", True),
        ("Deep", "class", "BaseAuth", True),
        ("Names", "class", "ThreadNameGenerator", False),
        ("names", "instance", "ThreadNameGenerator", False),
        ("Rules", "class", "AuthorizationBackend", False),
        ("store", "instance", "BaseStore", True),
        ("Mixed", "class", "Base", False),
        ("function", "function", None, True),
        ("literal", "literal", None, True),
    ],
)
def test_targets(tmp_path: Path, attribute: str, what: str, base: str | None, complete: bool) -> None:
    evaluation = project(tmp_path, {"plugins.py": PLUGINS, "somewhere.py": "import outside\nBase = outside.Base\n"})
    evaluation = GraphEvaluation(
        ProjectFiles(str(tmp_path)), ("",), lambda _: ABSENT, load_core(*CORE), load_release("0.9.0")
    )
    target = evaluation.target(f"plugins:{attribute}")
    assert (target.what, target.is_complete) == (what, complete), target
    assert base is None or base in target.bases


def test_a_target_tells_what_its_constructor_needs(tmp_path: Path) -> None:
    text = PLUGINS.replace("import somewhere\n", "").replace("class Mixed(somewhere.Base): ...\n", "")
    evaluation = project(tmp_path, {"plugins.py": text})
    assert evaluation.target("plugins:Auth").required == ("realm",)
    assert evaluation.target("plugins:Deep").required == ()


def test_a_target_that_leads_nowhere(tmp_path: Path) -> None:
    evaluation = project(tmp_path, {"graph/agent.py": "contaner = 1\n", "bad.py": "raise RuntimeError('no')\n"})
    missing = evaluation.target("graph.agent:container")
    assert missing.problem == AttributeNotFound("graph.agent", "graph/agent.py", "container", ("contaner",), None)
    assert isinstance(evaluation.target("graph.nope:x").problem, ModuleNotFound)
    assert isinstance(evaluation.target("bad:x").problem, ConstructionError)
    assert evaluation.target("graph:agent").what == "unknown"


# --- limits ---


@pytest.mark.parametrize(
    "main",
    [
        "for a in range(100):\n    for b in range(100):\n        for c in range(100):\n            x = a\n",
        "def f(n): return f(n + 1) + f(n + 2)\nf(0)\n",
        "x = 'a'\nfor _ in range(90):\n    x = x + x\n",
        "x = 2\nfor _ in range(90):\n    x = x * x\n",
        "x = [1]\nfor _ in range(90):\n    x = x + x\n",
        "x = []\nx.append(x)\nx = x[0][0][0]\ny = x == x\n",
        "x = 'a' * 10 ** 12\ny = 10 ** 10 ** 10\nz = 1 << 10 ** 10\n",
        "x = 'ab'.replace('', 'c' * 10000).replace('', 'd' * 10000)\n",
        "x = f\"{'a' * 10000}\" * 10\ny = '%99999999d' % 3\nz = '{:>99999999}'.format(1)\n",
        "class A: pass\nfor _ in range(90):\n    class A(A): pass\n",
        "while True:\n    pass\n",
        "def f():\n    import main\nclass main: pass\n" + "f()\n" * 200,
        "x = " + "(lambda: " * 60 + "1" + ")" * 60 + "()" * 60 + "\n",
        "x = [[[[y for y in range(90)] for y in range(90)] for y in range(90)] for y in range(90)]\n",
    ],
)
def test_work_is_bounded(tmp_path: Path, main: str) -> None:
    with bounded():
        served = project(tmp_path, {"main.py": main + "app = 1\n"}).graph("main:app")
        assert isinstance(served.outcome, (Undecided, NotACompiledGraph, ConstructionError))


def test_a_long_chain_of_imports_ends_undecided(tmp_path: Path) -> None:
    files = {f"m{n}.py": f"import m{n + 1}\napp = 1\n" for n in range(200)} | {"m200.py": ""}
    served = project(tmp_path, files).graph("m0:app")
    assert isinstance(served.outcome, Undecided)
    assert len(served.modules) == 201


def test_a_module_that_is_not_analysed_is_undecided(tmp_path: Path) -> None:
    outcome = project(tmp_path, {"main.py": "x = " + "(" * 500 + ")" * 500}).graph("main:app").outcome
    assert isinstance(outcome, Undecided)
    assert "main.py" in outcome.reason


STATEMENTS = [
    *("import os", "from os import *", "x = os.environ['A']", "x = os.getenv('A') or y", "y = [x, *x]", "x, *y = y"),
    *("def f(x=1, *a, **k): return f", "x = f(*y, **z)", "class C(x): y = 1", "class C: __init__ = f", "x = C()"),
    *("x = C().y", "x.y = y", "del x", "z = {x: y, **z}", "x = z[y]", "x += y", "x = not x in y", "x = x < y < z"),
    *("global x", "raise x", "assert x, y", "x = lambda: y", "x = [i for i in y if x]", "x = f'{x}{y!r}'", "x = x[1:]"),
    *("from agentflow.core import *", "x = StateGraph()", "x = x.compile(**z)", "x = Agent(y)", "x = super()"),
    *("x = str(y)", "x = int(y)", "x = getattr(x, y, z)", "x = y.split(x)", "x = ' '.join(y)", "x = y % (x, z)"),
    *("x = (yield)", "x = os.environ", "import main", "from main import x", "x = property(f)", "x = type(y)(z)"),
]
COMPOUNDS = [
    *("if x:\n{}", "if os.getenv('U'):\n{}else:\n{}", "while x:\n{}", "for x in y:\n{}else:\n{}", "with x as y:\n{}"),
    *("try:\n{}except x as y:\n{}finally:\n{}", "try:\n{}except ImportError:\n{}", "def f(x, *y, z=1):\n{}"),
    *("@property\ndef f(x):\n{}", "async def f():\n{}x = f()\n", "class C(C):\n{}", "@f\nclass C:\n{}"),
    *(
        "match x:\n    case 'a' | None if y:\n    {}    case y:\n    {}",
        "for x in [1, y, 'a']:\n{}",
        "def f():\n{}x = f()\n",
    ),
]


def nested(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def fill(drawn: tuple[str, list[str]]) -> str:
        template, inner = drawn
        bodies = (indent(text, "    ") for text in inner)
        return template.replace("    {}", "{}").format(*bodies)

    return st.tuples(st.sampled_from(COMPOUNDS), st.lists(blocks, min_size=3, max_size=3)).map(fill)


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner | nested(inner), min_size=1, max_size=5).map("".join)


PROGRAMS = st.recursive(st.sampled_from(STATEMENTS).map(lambda line: line + "\n"), blocks, max_leaves=12)


@settings(max_examples=250, deadline=None)
@given(PROGRAMS)
def test_no_program_fails_the_evaluation(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.mktemp("program")
    evaluation = project(root, {"main.py": "import os\nx = y = z = 1\n" + text}, {"A": "a"})
    served = evaluation.graph("main:x")
    event(type(served.outcome).__name__)
    assert served.outcome is not None
    evaluation.target("main:x")
