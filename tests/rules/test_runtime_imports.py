"""What the rules about imports say: to whom, where from, and the way out."""

from __future__ import annotations

import json

import pytest

from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.runner import lint
from agentflow_lint.model.project import ModelOptions, load_project

RULES = [rule for rule in load_catalogue().rules if rule.code in ("AF216", *(f"AF20{n}" for n in range(1, 8)))]
APP = 'from agentflow.prebuilt.agent import ReactAgent\napp = ReactAgent(model="openai/x").compile()\n'
IMAGE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nENV STAGE={}\nCMD {}\n"
CLI, GUNICORN = '["10xgraph", "dev"]', '["gunicorn", "tenxgraph_api.src.app.main:app"]'


@pytest.fixture
def findings(tmp_path):
    def ask(files, agent="graph.agent:app", release="0.9.0", **config):
        written = {"agentflow.json": json.dumps({"agent": agent, **config}), **files}
        for name, content in written.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return lint(load_project(str(tmp_path), ModelOptions(release)), RULES).findings

    return ask


def test_there_are_these_rules():
    assert len(RULES) == 8


@pytest.mark.parametrize(
    ("agent", "suggestion"),
    [
        ("graph/agent.py:app", "`graph.agent:app`"),
        ("./graph/agent.py:create()", "`graph.agent:create`"),
        ("graph\\agent.py:app", "`graph.agent:app`"),
        ("graph.agent.app", "`graph.agent:app`"),
        ("graph/agent.py", "`graph.agent:app`"),
        ("graph.agent::app", "`graph.agent:app`"),
        ("graph.agent:", "`graph.agent:app`"),
        ("nowhere/else.py:main", "`graph.agent:app`"),
    ],
)
def test_a_misspelt_path_is_spelled_out(findings, agent, suggestion):
    (finding,) = findings({"graph/agent.py": APP}, agent)
    assert finding.code == "AF201"
    assert finding.help.endswith(f"{suggestion}.")


def test_a_reloader_only_seems_to_be_up(findings):
    source = {"graph/agent.py": APP}
    dockerfiles = {"Dockerfile": IMAGE.format("x", CLI)}
    (finding,) = findings({**source, **dockerfiles}, "graph.agent:ap")
    assert finding.message.endswith(
        "10xgraph-api 0.9.0 does not start. The reloader stays up all the same and serves nothing."
    )
    (finding,) = findings({"Dockerfile.worker": IMAGE.format("x", GUNICORN)}, "graph.agent:ap")
    assert "The reloader of `Dockerfile` stays up all the same" in finding.message
    (finding,) = findings({"Dockerfile": IMAGE.format("x", GUNICORN)}, "graph/agent.py:app")
    assert "reloader" not in finding.message


def test_what_every_deployment_shares_comes_once_and_names_none(findings):
    source = "import os\nif os.getenv('STAGE') == 'canary':\n    import graph.canary\nimport graph.nope\n" + APP
    files = {
        "graph/agent.py": source,
        "Dockerfile": IMAGE.format("blue", GUNICORN),
        "Dockerfile.canary": IMAGE.format("canary", GUNICORN),
    }
    found = findings(files)
    assert [(each.deployment, each.place) for each in found] == [
        ("Dockerfile.canary", "graph.canary"),
        (None, "graph.nope"),
    ]
    assert found[0].message.endswith("Deployment `Dockerfile.canary` (10xgraph-api 0.9.0) does not start.")
    assert found[1].message.endswith(". 10xgraph-api 0.9.0 does not start.")


def test_the_way_is_told_in_at_most_six_steps(findings):
    files = {f"graph/m{number}.py": f"import graph.m{number + 1}\n" for number in range(12)}
    (finding,) = findings({**files, "graph/agent.py": "import graph.m0\n" + APP})
    told = [(related.location.path, related.message) for related in finding.related]
    assert finding.location.path == "graph/m11.py"
    assert told[0] == ("agentflow.json", "agent is named here")
    assert told[1] == ("graph/agent.py", "graph.m0 is imported here")
    assert told[-1] == ("graph/m10.py", "graph.m11 is imported here")
    assert len(told) == 6


def test_a_plugin_is_named_where_the_way_begins(findings):
    files = {"graph/agent.py": APP, "graph/names.py": "x = = 1\n"}
    (finding,) = findings(files, thread_name_generator="graph.names:Names")
    assert finding.code == "AF205"
    assert [related.message for related in finding.related] == ["thread_name_generator is named here"]


@pytest.mark.parametrize(
    ("source", "message", "way_out"),
    [
        ("import agentflow.graph\n", "; 0.6.7 was the last release with it", "`agentflow.core.graph`"),
        ("from tenxgraph.utils import Nothing\n", ", nor has any other release", "what this release offers"),
        ("import tenxgraph.core.grap\n", "; did you mean `tenxgraph.core.graph`?", "what this release offers"),
        ("from tenxgraph.prebuilt.agent import RouterAgent\n", "; 0.7.4.8 was the last", "write what needs it anew"),
        ("from tenxgraph_api import BaseAut\n", "; did you mean `BaseAuth`?", "what this release offers"),
    ],
)
def test_a_removed_import_says_what_became_of_it(findings, source, message, way_out):
    (finding,) = findings({"graph/agent.py": source + APP})
    assert finding.code == "AF216"
    assert message in finding.message
    assert way_out in finding.help


def test_an_import_that_came_later_says_from_when(findings):
    source = "from agentflow.core.graph.remote_tool import RemoteToolConfig\n"
    files = {"graph/agent.py": source + APP, "requirements.txt": "10xscale-agentflow==0.9.0\n"}
    (finding,) = findings(files, release="0.5.1")
    assert "0.10.0 was the first release with it" in finding.message
    assert finding.help == "Upgrade the core library to 0.10.0 or later."


def test_the_other_package_name_is_translated(findings):
    (finding,) = findings({"graph/agent.py": "import tenxgraph.storage.checkpointer\n" + APP}, release="0.6.1")
    assert "its package is `agentflow`" in finding.message
    assert finding.help == "Write `agentflow.storage.checkpointer`."


def test_a_submodule_that_nobody_imports_is_not_offered_as_itself(findings):
    files = {"graph/__init__.py": "", "graph/prompts.py": "S = 1\n", "graph/agent.py": "import graph\ngraph.prompts\n"}
    (finding,) = findings(files)
    assert "did you mean" not in finding.message
    assert finding.help == "Write `import graph.prompts`."
    (finding,) = findings({"graph/agent.py": APP}, "graph:agent")
    assert "`graph.agent:app`" in finding.help


def test_what_a_shadow_explains_is_said_once(findings):
    files = {
        "graph/agent.py": "from openai import OpenAI\nimport openai.types\n" + APP,
        "openai.py": "client = None\n",
        "requirements.txt": "openai\n",
    }
    assert [finding.code for finding in findings(files)] == ["AF207"]
