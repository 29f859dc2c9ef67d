"""Names of which the server gets another module than is meant."""

from __future__ import annotations

import json

import pytest

from agentflow_lint.model.project import ModelOptions, load_project

APP = 'from agentflow.prebuilt.agent import ReactAgent\napp = ReactAgent(model="openai/x").compile()\n'
IMAGE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD {}\n"
GUNICORN = IMAGE.format('["gunicorn", "tenxgraph_api.src.app.main:app"]')
CLI = IMAGE.format('["10xgraph", "dev", "--no-reload"]')
HIDDEN = ("hidden", "cli", "cli")
RELOADING = IMAGE.format('["10xgraph", "dev"]')


@pytest.fixture
def shadows(tmp_path):
    """The shadows of the first deployment of a project with these files, as (kind, name, path)."""

    def ask(files, *, release="0.9.0", agent="graph.agent:app"):
        written = {"agentflow.json": json.dumps({"agent": agent}), "graph/agent.py": APP, **files}
        for name, content in written.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        (deployment,) = load_project(str(tmp_path), ModelOptions(release)).deployments
        return [(shadow.kind, shadow.name, shadow.path) for shadow in deployment.shadows]

    return ask


@pytest.mark.parametrize("name", ["dotenv", "fastapi", "injectq", "pydantic", "pydantic_settings", "starlette"])
def test_what_the_server_imports_can_be_hidden(shadows, name):
    assert shadows({f"{name}.py": ""}) == [("framework", name, f"{name}.py")]
    assert shadows({f"{name}/__init__.py": ""}) == [("framework", name, f"{name}/__init__.py")]


@pytest.mark.parametrize(
    ("path", "release", "expected"),
    [
        ("tenxgraph.py", "0.9.0", [("framework", "tenxgraph", "tenxgraph.py")]),
        ("tenxgraph_api/__init__.py", "0.9.0", [("framework", "tenxgraph_api", "tenxgraph_api/__init__.py")]),
        ("agentflow_cli.py", "0.6.1", [("framework", "agentflow_cli", "agentflow_cli.py")]),
        ("tenxgraph.py", "0.6.1", []),
        ("agentflow_cli.py", "0.9.0", []),  # an alias that nobody imports
        ("graph/fastapi.py", "0.9.0", []),
        ("fastapi/notes.txt", "0.9.0", []),
        ("fastapi/routes.py", "0.9.0", []),  # without __init__.py the installed package is found
    ],
)
def test_the_frameworks_own_packages(shadows, path, release, expected):
    assert shadows({path: ""}, release=release) == expected


def test_a_copy_of_the_framework_works(shadows):
    copied = {f"tenxgraph_api/{name}/__init__.py": "" for name in ("src", "cli")}
    assert shadows({"tenxgraph_api/__init__.py": "", "tenxgraph_api/_slim_image.py": "", **copied}) == []


def test_an_alias_counts_where_the_code_wants_the_framework_by_it(shadows):
    files = {"agentflow/__init__.py": "", "agentflow/mine.py": ""}
    own = APP.replace("from agentflow.prebuilt", "import agentflow.mine\nfrom tenxgraph.prebuilt")
    assert shadows({**files, "graph/agent.py": own}) == []
    assert shadows(files | {"graph/agent.py": APP}) == [("framework", "agentflow", "agentflow/__init__.py")]


def test_the_cli_without_a_reloader_has_imported_the_framework_already(shadows):
    assert shadows({"dotenv.py": "", "Dockerfile": CLI}) == []
    assert shadows({"dotenv.py": "", "Dockerfile": RELOADING}) == [("framework", "dotenv", "dotenv.py")]
    assert shadows({"dotenv.py": "", "Dockerfile": GUNICORN}) == [("framework", "dotenv", "dotenv.py")]


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        (GUNICORN, True),
        (GUNICORN.replace("COPY . .", "COPY graph graph\nCOPY agentflow.json ."), False),
        (GUNICORN.replace("COPY . .", "COPY . .\nRUN rm dotenv.py"), False),
        (GUNICORN.replace("COPY . .", "COPY . /srv/code"), False),
        (GUNICORN.replace("COPY . .", "COPY . /srv/code\nENV PYTHONPATH=/srv/code"), True),
        (GUNICORN.replace("COPY . .", "COPY . lib\nENV PYTHONPATH=lib"), True),
    ],
)
def test_in_an_image_the_file_has_to_lie_on_the_path(shadows, dockerfile, expected):
    found = shadows({"dotenv.py": "", "Dockerfile": dockerfile})
    assert found == ([("framework", "dotenv", "dotenv.py")] if expected else [])


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [("openai\n", True), ("10xgraph-api[all]\n10xgraph[openai]\n", True), ("10xgraph-api==0.9.0\n", False)],
)
def test_a_requirement_counts_where_an_import_from_it_fails(shadows, requirements, expected):
    wanted = [("dependency", "openai", "openai.py")] if expected else []
    files = {"openai.py": "client = None\n", "requirements.txt": requirements}
    assert shadows({**files, "graph/agent.py": "from openai import OpenAI\n" + APP}) == wanted
    assert shadows({**files, "graph/agent.py": "import openai.types\n" + APP}) == wanted
    assert shadows({**files, "graph/agent.py": "from openai import client\n" + APP}) == []


def test_a_requirement_is_known_by_its_import_name(shadows):
    files = {"yaml.py": "", "requirements.txt": "PyYAML\n", "graph/agent.py": "from yaml import safe_load\n" + APP}
    assert shadows(files) == [("dependency", "yaml", "yaml.py")]


@pytest.mark.parametrize(
    ("files", "agent", "dockerfile", "expected"),
    [
        ({"src/graph.py": APP}, "src.graph:app", CLI, [("hidden", "src", "src")]),
        ({"src/__init__.py": "", "src/graph.py": APP}, "src.graph:app", CLI, [("hidden", "src", "src/__init__.py")]),
        ({"src/graph.py": APP}, "src.graph:app", RELOADING, [("hidden", "src", "src")]),
        ({"src/graph.py": APP}, "src.graph:app", GUNICORN, []),
        (
            {"cli/x.py": "", "graph/agent.py": "import cli.x\n" + APP},
            "graph.agent:app",
            CLI,
            [("hidden", "cli", "cli")],
        ),
        ({"cli/x.py": ""}, "graph.agent:app", CLI, []),
        ({"cli/x.py": "", "graph/agent.py": "if 0:\n    import cli.x\n" + APP}, "graph.agent:app", CLI, []),
        ({"source/graph.py": APP}, "source.graph:app", CLI, []),
    ],
)
def test_the_cli_hides_what_bears_the_name_of_its_own_folders(shadows, files, agent, dockerfile, expected):
    assert shadows({**files, "Dockerfile": dockerfile}, agent=agent) == expected
