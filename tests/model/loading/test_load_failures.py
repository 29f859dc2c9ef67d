"""What keeps a server from loading what its config names."""

from __future__ import annotations

import json

import pytest

from agentflow_lint.model.graph.results import (
    AttributeNotFound,
    GraphSyntaxError,
    ModuleNotFound,
    NotACompiledGraph,
    RemovedImport,
    Undecided,
)
from agentflow_lint.model.loading.misfits import Misfit, NoFile
from agentflow_lint.model.project import ModelOptions, load_project

APP = 'from agentflow.prebuilt.agent import ReactAgent\napp = ReactAgent(model="openai/x").compile()\n'


@pytest.fixture
def failures(tmp_path):
    """The failures of the first deployment of a project with these files."""

    def ask(files, *, release="0.9.0", config=None, target=True):
        written = {"agentflow.json": json.dumps({"agent": "graph.agent:app", **(config or {})}), **files}
        for name, content in written.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        project = load_project(str(tmp_path), ModelOptions(release if target else None))
        return project.deployments[0].load_failures

    return ask


def shown(found):
    """Each failure as its kind, its key and its place."""
    lines = []
    for failure in found:
        location = None if failure.is_in_config else failure.cause.location
        where = f"{location.path}:{location.span.line}:{location.span.column}" if location else "config"
        lines.append((type(failure.cause), ".".join(map(str, failure.key)), where))
    return lines


def test_a_graph_that_loads_has_none(failures):
    assert failures({"graph/agent.py": APP}) == ()


def test_an_agent_of_no_form_is_another_question(failures):
    assert failures({"graph/agent.py": "x = = 1"}, config={"agent": "graph/agent.py"}) == ()
    assert failures({}, config={"agent": None}) == ()


def test_every_certain_failure_is_found_at_once(failures):
    files = {
        "graph/__init__.py": "",
        "graph/agent.py": "from graph.a import x\nimport graph.b\nfrom agentflow.graph import StateGraph\n" + APP,
        "graph/a.py": "from graph.nope import (\n    y,\n    z,\n)\nx = 1\n",
        "graph/b.py": "def f(:\n",
    }
    assert sorted(shown(failures(files)), key=str) == sorted(
        [
            (ModuleNotFound, "agent", "graph/a.py:1:1"),
            (GraphSyntaxError, "agent", "graph/b.py:1:7"),
            (RemovedImport, "agent", "graph/agent.py:3:1"),
        ],
        key=str,
    )


def test_the_chain_leads_from_the_config_to_the_file(failures):
    files = {
        "graph/agent.py": "from graph.a import x\n" + APP,
        "graph/a.py": "import graph.b\nx = 1\n",
        "graph/b.py": "import graph.nope\n",
    }
    (failure,) = failures(files)
    assert [(use.place.path, use.module) for use in failure.chain] == [
        ("graph/agent.py", "graph.a"),
        ("graph/a.py", "graph.b"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nif os.getenv('DEBUGGING'):\n    from graph.nope import x\n",
        "try:\n    from graph.nope import x\nexcept ImportError:\n    x = None\n",
        "try:\n    import graph.guarded\nexcept ImportError:\n    pass\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from graph.nope import x\n",
        "def later():\n    from graph.nope import x\n",
        "import contextlib\nwith contextlib.suppress(ImportError):\n    from graph.nope import x\n",
        "import unknown\nif unknown.setting:\n    from graph.nope import x\n",
    ],
)
def test_imports_that_need_not_run_do_not_count(failures, source):
    files = {"graph/__init__.py": "", "graph/guarded.py": "import graph.nope\n", "graph/agent.py": source + APP}
    assert failures(files) == ()


def test_an_uncertain_import_does_not_count_beside_a_certain_one(failures):
    source = "import os\nif os.getenv('DEBUGGING'):\n    import graph.debugging\nimport graph.nope\n"
    found = failures({"graph/__init__.py": "", "graph/agent.py": source + APP})
    assert shown(found) == [(ModuleNotFound, "agent", "graph/agent.py:4:8")]


def test_what_fails_for_certain_leaves_nothing_undecided(failures):
    source = "from tenxgraph.core.graph import StateGraph\napp = StateGraph().compile()\n"
    files = {"graph/agent.py": source, "requirements.txt": "10xscale-agentflow-cli==0.6.1\n"}
    assert shown(failures(files, target=False)) == [(RemovedImport, "agent", "graph/agent.py:1:1")]


def test_a_graph_from_elsewhere_is_undecided(failures):
    (failure,) = failures({"graph/agent.py": "from elsewhere import app\n"})
    assert isinstance(failure.cause, Undecided)
    assert failure.doubt == failure.cause.reason


def test_modules_that_import_each_other_name_the_binding_that_comes_too_late(failures):
    files = {
        "graph/agent.py": "from graph.tools import tools\nPROMPT = 'x'\n" + APP,
        "graph/tools.py": "from graph.agent import PROMPT\ntools = []\n",
    }
    (failure,) = failures(files)
    assert isinstance(failure.cause, AttributeNotFound)
    assert failure.bound.location.span.line == 2
    files["graph/tools.py"] = "from graph.agent import PROMT\ntools = []\n"
    (failure,) = failures(files)
    assert failure.bound is None


@pytest.mark.parametrize(
    "extra",
    [
        {".gitignore": "_version.py\n"},
        {".gitignore": "graph/_version*\n"},
        {"graph/_version.pyx": ""},
    ],
)
def test_a_module_that_a_build_may_make_is_in_doubt(failures, extra):
    (failure,) = failures({"graph/agent.py": "from graph._version import v\n" + APP, **extra})
    assert isinstance(failure.cause, ModuleNotFound)
    assert "a build may make it" in failure.doubt


@pytest.mark.parametrize(
    ("build", "doubted"),
    [
        ('[project]\nname = "x"\n[tool.setuptools.packages.find]\nwhere = ["lib"]\n', True),
        ('[project]\nname = "x"\n[tool.hatch.build.targets.wheel]\npackages = ["lib/product"]\n', True),
        ('[project]\nname = "x"\n', False),
        ('[project]\nname = "library"\ndescription = "a lib of tools"\n', False),
    ],
)
def test_a_package_that_an_install_may_bring_is_in_doubt(failures, build, doubted):
    files = {"lib/product/agent.py": APP, "pyproject.toml": build}
    (failure,) = failures(files, config={"agent": "product.agent:app"})
    assert isinstance(failure.cause, ModuleNotFound)
    assert (failure.doubt is not None) == doubted


def test_an_install_named_by_setup_cfg_is_in_doubt(failures):
    files = {"lib/product.py": APP, "setup.cfg": "[options]\npackage_dir =\n    = lib\n"}
    (failure,) = failures(files, config={"agent": "graph.agent:app", "injectq": "product:container"})[1:]
    assert "setup.cfg may install" in failure.doubt


def test_generated_messages_are_made_from_their_proto(failures):
    source = "from graph.api_pb2 import A\n"
    (failure,) = failures({"graph/agent.py": source + APP, "graph/api.proto": ""})
    assert "graph/api.proto" in failure.doubt


@pytest.mark.parametrize(
    "source", ["from redis import Redis\n", "import redis.asyncio\n", "import redis\nredis.Redis\n"]
)
def test_a_folder_without_code_hides_no_installed_package(failures, source):
    assert failures({"graph/agent.py": source + APP, "redis/redis.conf": ""}) == ()


def test_a_requirement_goes_before_a_folder_without_init(failures):
    files = {"graph/agent.py": "from alembic.config import Config\n" + APP, "alembic/env.py": ""}
    assert shown(failures(files)) == [(ModuleNotFound, "agent", "graph/agent.py:1:1")]
    assert failures({**files, "requirements.txt": "10xgraph-api==0.9.0\nalembic\n"}, target=False) == ()


def test_late_imports_of_the_framework_fail_late(failures):
    source = (
        "def f():\n    from agentflow.graph import X\n\n"
        "class A:\n    def g(self):\n        from agentflow.utils import Nope\n\n"
        "def h():\n    if f:\n        import agentflow.graph\n"
        "    try:\n        import agentflow.graph\n    except ImportError:\n        pass\n"
    )
    found = failures({"graph/agent.py": source + APP})
    assert shown(found) == [
        (RemovedImport, "agent", "graph/agent.py:2:5"),
        (RemovedImport, "agent", "graph/agent.py:6:37"),
    ]
    assert all(failure.late for failure in found)


def test_a_function_that_runs_at_start_fails_at_start(failures):
    source = "def f():\n    from agentflow.graph import X\n\nf()\n"
    found = failures({"graph/agent.py": source + APP})
    assert [failure.late for failure in found] == [False]


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ("10xscale-agentflow-cli==0.6.1\n", 1),
        ("10xscale-agentflow-cli==0.6.1\n10xgraph==0.10.3\n", 0),
        ("10xscale-agentflow-cli==0.6.1\n./vendored\n", 0),
        ("10xgraph-api==0.9.0\n", 0),
    ],
)
def test_the_other_package_names_count_where_nothing_brings_them(failures, requirements, expected):
    files = {"graph/agent.py": "import tenxgraph.utils\n" + APP, "requirements.txt": requirements}
    assert len(failures(files, target=False)) == expected


SERVICES = """
from injectq import InjectQ
from agentflow.storage.store import QdrantStore
from agentflow_cli import BaseAuth, ThreadNameGenerator
from agentflow_cli.src.app.core.auth.authorization import AuthorizationBackend, OwnershipAuthorizationBackend
from elsewhere import Base

container = InjectQ()
default_container = InjectQ.get_instance()
text = "x"


class Plain:
    pass


class Backend(BaseAuth):
    def authenticate(self, request, response, credential): ...


class Unfinished(BaseAuth):
    pass


class Keyed(BaseAuth):
    def __init__(self, key):
        pass


class Further(Backend):
    def __init__(self, key=None):
        pass


class Foreign(Base):
    pass


class Names(ThreadNameGenerator):
    async def generate_name(self, messages): ...


class Rules(OwnershipAuthorizationBackend):
    pass


class Container(InjectQ):
    pass


backend = Backend()
own_container = Container()


def make():
    return Backend()
"""


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("injectq", "container", None),
        ("injectq", "default_container", None),
        ("injectq", "own_container", None),
        ("injectq", "text", Misfit),
        ("injectq", "make", Misfit),
        ("injectq", "backend", Misfit),
        ("injectq", "nothing", AttributeNotFound),
        ("store", "QdrantStore", Misfit),
        ("store", "container", Misfit),
        ("auth", "Backend", None),
        ("auth", "backend", None),
        ("auth", "Further", None),
        ("auth", "Keyed", Misfit),
        ("auth", "Unfinished", Misfit),
        ("auth", "BaseAuth", Misfit),
        ("auth", "Plain", Misfit),
        ("auth", "make", Misfit),
        ("auth", "Names", Undecided),  # what ThreadNameGenerator derives from is not recorded
        ("auth", "Foreign", Undecided),
        ("thread_name_generator", "Names", None),
        ("thread_name_generator", "Plain", Misfit),
        ("authorization", "Rules", None),
        ("authorization", "OwnershipAuthorizationBackend", None),
        ("authorization", "backend", Misfit),
    ],
)
def test_what_each_loader_takes(failures, key, name, expected):
    path = f"app.services:{name}"
    value = {"method": "custom", "path": path} if key == "auth" else path
    found = failures({"graph/agent.py": APP, "app/services.py": SERVICES}, config={key: value})
    assert [type(failure.cause) for failure in found] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("path", "file", "expected"),
    [
        ("auth.backend:Backend", "auth/backend.py", []),
        ("auth.backend:Backend", "auth/backend/__init__.py", [NoFile]),
        ("backend:Backend", "backend.py", [NoFile]),
        ("backend:Backend", "backend/__init__.py", []),
        ("auth.backend:Backend", "src/auth/backend.py", [NoFile]),
    ],
)
def test_the_auth_backend_has_to_be_a_file_below_the_working_directory(failures, path, file, expected):
    files = {
        "graph/agent.py": APP,
        file: "from agentflow_cli import BaseAuth\nclass Backend(BaseAuth):\n    authenticate = None\n",
        "pyproject.toml": "[project]\nname = 'x'\n",
    }
    found = failures(files, config={"auth": {"method": "custom", "path": path}})
    assert [type(failure.cause) for failure in found] == expected


def test_a_working_directory_in_the_image_counts(failures):
    files = {
        "graph/agent.py": APP,
        "backend/auth/rules.py": "import agentflow_cli\nclass Rules(agentflow_cli.BaseAuth):\n    authenticate = 1\n",
        "Dockerfile": "FROM python:3.12\nWORKDIR /app\nCOPY agentflow.json ./\nCOPY graph graph\nCOPY backend ./\n"
        'CMD ["gunicorn", "tenxgraph_api.src.app.main:app"]\n',
    }
    config = {"auth": {"method": "custom", "path": "auth.rules:Rules"}}
    assert failures(files, config=config) == ()


def test_a_plugin_is_judged_although_its_module_wants_a_variable(failures):
    files = {"graph/agent.py": "import os\nKEY = os.environ['KEY']\n" + APP}
    assert shown(failures(files, config={"injectq": "graph.agent:container"})) == [
        (AttributeNotFound, "injectq", "config")
    ]


def test_what_is_wrong_inside_a_plugin_stands_there(failures):
    files = {"graph/agent.py": APP, "graph/names.py": "from graph.words import W\nfrom agentflow.state import S\n"}
    assert shown(failures(files, config={"thread_name_generator": "graph.names:N"})) == [
        (ModuleNotFound, "thread_name_generator", "graph/names.py:1:1"),
        (RemovedImport, "thread_name_generator", "graph/names.py:2:1"),
    ]


def test_one_module_for_graph_and_plugin_fails_once(failures):
    files = {"graph/agent.py": "import graph.nope\n" + APP}
    found = failures(files, config={"injectq": "graph.agent:container"})
    assert shown(found) == [(ModuleNotFound, "agent", "graph/agent.py:1:8")]


def test_a_plugin_that_something_may_replace_is_in_doubt(failures):
    files = {"graph/agent.py": APP, "app/services.py": SERVICES}
    config = {"auth": "jwt", "injectq": "app.services:container", "token_revocation": "app.services:Plain"}
    (failure,) = failures(files, config=config)
    assert isinstance(failure.cause, Misfit)
    assert "may bind a TokenRevocationBackend" in failure.doubt


def test_the_outcome_of_the_loader_is_a_failure(failures):
    (failure,) = failures({"graph/agent.py": APP.replace(".compile()", "")})
    assert isinstance(failure.cause, NotACompiledGraph)


def test_the_projects_own_package_of_a_framework_name_is_not_the_framework(failures):
    files = {"agentflow/__init__.py": "", "agentflow/graph.py": "from tenxgraph.utils import END\napp = END\n"}
    assert failures(files, config={"agent": "agentflow.graph:app"}) == ()
