"""``show --env`` and ``env --template`` on a whole project."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.check import Request, check
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.report.env_template import _quoted
from agentflow_lint.sources.dotenv import read_env
from agentflow_lint.sources.text import SourceText
from tests.golden import assert_golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Result

GOLDEN = Path(__file__).parent / "golden"

FILES = {
    "10xgraph.json": """\
{
  "agent": "support.agent:app",
  "auth": "jwt",
  "rate_limit": {"backend": "redis", "redis": {"url": "redis://${CACHE_HOST}:6379/0"}},
  "thread_name_generator": "support.names:Names",
  "env": ".env"
}
""",
    ".env": "TENANT=acme\nOPENAI_ADMIN_KEY=hunter2hunter2\nJWT_SECRET_KEY=hunter2hunter2\nEMPTY=\n",
    "Dockerfile": """\
FROM python:3.12-slim
WORKDIR /app
COPY . .
ENV JWT_ALGORITHM=HS256
CMD ["gunicorn", "-k", "uvicorn_worker.UvicornWorker", "tenxgraph_api.src.app.main:app"]
""",
    "support/__init__.py": "",
    "support/agent.py": """\
import os

from tenxgraph.core.graph import Agent, StateGraph
from tenxgraph.storage.checkpointer import PgCheckpointer
from tenxgraph.utils import END

from support.env import env
from support.settings import settings

TENANT = env("TENANT")
EMPTY = os.environ["EMPTY"]
REGION = os.getenv("REGION", "eu west")
PASSWORD = os.getenv("CRM_PASSWORD", "hunter2")
POOL = os.environ["POOL"] if "POOL" in os.environ else None

graph = StateGraph()
graph.add_node("ANSWER", Agent(model="gpt-5"))
graph.set_entry_point("ANSWER")
graph.add_edge("ANSWER", END)
app = graph.compile(checkpointer=PgCheckpointer(postgres_dsn=os.getenv("DATABASE_URL"), redis_url="redis://cache"))


def crm(state):
    return env("TENANT"), os.environ["CRM_TOKEN"], os.getenv("CRM_URL")
""",
    "support/env.py": "import os\n\n\ndef env(name):\n    return os.environ[name]\n",
    "support/names.py": """\
import os

from tenxgraph_api.src.app.utils.thread_name_generator import ThreadNameGenerator

STYLE = os.environ["NAME_STYLE"]


class Names(ThreadNameGenerator):
    async def generate_name(self, messages):
        return STYLE
""",
    "support/settings.py": """\
from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SUPPORT_", env_file="support.env")

    queue: str
    limit: int = 5
    owner: str = Field(validation_alias=AliasChoices("OWNER", "TEAM"))


settings = Settings()
""",
}


@pytest.fixture
def support(project: Path) -> Path:
    (project / "agentflow.json").unlink()
    for name, text in FILES.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)
    return project


def variables(cli: Callable[..., Result], *arguments: str) -> dict[str, dict[str, Any]]:
    (shown,) = json.loads(cli("show", "--env", "--output-format", "json", *arguments).out)["projects"]
    (deployment,) = shown["deployments"]
    return {each["name"]: each for each in deployment["variables"]}


def test_the_contract_as_a_table(cli: Callable[..., Result], support: Path) -> None:
    result = cli("show", "--env")
    assert result.code == 0
    assert_golden(GOLDEN / "show_env.txt", result.out)


def test_the_same_as_json(cli: Callable[..., Result], support: Path) -> None:
    assert_golden(GOLDEN / "show_env.json", cli("show", "--env", "--output-format", "json").out)


def test_who_supplies_each_variable(cli: Callable[..., Result], support: Path) -> None:
    (support / "agentflow-lint.toml").write_text('provided-env = ["CRM_TOKEN"]\n')
    (support / ".env.example").write_text("NAME_STYLE=\n")
    (support / "support.env").write_text("SUPPORT_QUEUE=q\n")
    found = variables(cli)
    supplied = {name: each["supplied_by"] for name, each in found.items()}
    assert supplied["JWT_ALGORITHM"] == "process"
    assert supplied["TENANT"] == supplied["OPENAI_API_KEY"] == "env-file"
    assert supplied["CRM_TOKEN"] == "provided-env"
    assert supplied["NAME_STYLE"] == "template"
    assert supplied["SUPPORT_QUEUE"] == "own-file"
    assert supplied["DATABASE_URL"] == supplied["OWNER"] == "nobody"
    assert found["DATABASE_URL"]["required"]
    assert found["OPENAI_API_KEY"]["alternatives"] == ["OPENAI_ADMIN_KEY"]
    assert found["TENANT"]["supplied_at"] == ".env:1"
    assert found["TENANT"]["reads"] == 2
    assert found["CRM_TOKEN"]["late"]
    assert found["EMPTY"]["is_empty"]
    assert not found["POOL"]["required"]
    assert not found["CRM_URL"]["required"]


def test_an_env_file_that_the_code_loads_supplies(cli: Callable[..., Result], support: Path) -> None:
    agent = support / "support" / "agent.py"
    loads = "import os\n\nfrom dotenv import dotenv_values, load_dotenv\n\nload_dotenv('own.env')\n"
    reads = "RUNS = os.environ['RUNS_DIR']\nBOTH = {**dotenv_values('own.env'), **os.environ}['BOTH']\n"
    late = "def later():\n    return os.environ['LATE_ONE'], os.environ['LATE_OTHER']\n"
    agent.write_text(f"{loads}{reads}{late}{agent.read_text()}")
    (support / "own.env").write_text("RUNS_DIR=runs\nBOTH=1\nLATE_ONE=1\n")
    found = variables(cli)
    supplied = {name: each["supplied_by"] for name, each in found.items()}
    assert supplied["RUNS_DIR"] == supplied["BOTH"] == supplied["LATE_ONE"] == "own-file"
    assert supplied["LATE_OTHER"] == "nobody"
    assert found["RUNS_DIR"]["required"]
    assert found["BOTH"]["required"]
    assert found["RUNS_DIR"]["supplied_at"] == "own.env:1"


def test_a_deployment_may_be_asked_for(cli: Callable[..., Result], support: Path) -> None:
    found = variables(cli, "--deployment", "project")
    assert found["JWT_ALGORITHM"]["supplied_by"] == "nobody"


def test_the_template(cli: Callable[..., Result], support: Path) -> None:
    result = cli("env", "--template")
    assert result.code == 0
    assert_golden(GOLDEN / "env.example", result.out)


def test_no_secret_is_shown(cli: Callable[..., Result], support: Path) -> None:
    for arguments in (("show", "--env"), ("show", "--env", "--output-format", "json"), ("env", "--template")):
        assert "hunter2" not in cli(*arguments).out


def test_the_template_leaves_no_drift(cli: Callable[..., Result], support: Path) -> None:
    (support / ".env.example").write_text("# nothing yet\n")
    catalogue = load_catalogue(["agentflow_rules"])

    def drifted() -> list[str]:
        (run,) = check(Request((str(support),), select=("AF116",)), catalogue).runs
        assert not run.undecided
        return sorted(finding.place for finding in run.findings)

    assert "TENANT" in drifted()
    assert cli("env", "--template", "--output", ".env.example", "--force").code == 0
    assert drifted() == []
    text = (support / ".env.example").read_text()
    assert cli("env", "--template").out == text, "the template of a project that has it is the same"
    bindings = read_env(SourceText(text)).bindings
    assert bindings
    assert all(binding.value == "" for binding in bindings)


def test_a_file_is_replaced_only_by_force(cli: Callable[..., Result], support: Path) -> None:
    target = support / ".env.sample"
    assert cli("env", "--template", "--output", ".env.sample").code == 0
    written = target.read_text()
    target.write_text("mine\n")
    refused = cli("env", "--template", "--output", ".env.sample")
    assert refused.code == 2
    assert "--force" in refused.err
    assert target.read_text() == "mine\n"
    assert cli("env", "--template", "--output", ".env.sample", "--force").code == 0
    assert target.read_text() == written
    assert not [name for name in os.listdir(support) if name.startswith("..env")], "no temporary file is left"


def test_what_cannot_be_done_is_said(cli: Callable[..., Result], project: Path) -> None:
    assert "--template" in cli("env").err
    assert cli("env").code == 2
    assert cli("show", "--env", "--all").code == 2
    assert cli("show", "--env", "--output-format", "mermaid").code == 2
    (project / "other").mkdir()
    (project / "other" / "agentflow.json").write_text('{"agent": "a:b"}\n')
    several = cli("env", "--template")
    assert several.code == 2
    assert "one project" in several.err


def test_nothing_to_lint(cli: Callable[..., Result], folder: Path) -> None:
    assert cli("env", "--template").code == 3
    assert cli("show", "--env").code == 3


def test_a_project_that_reads_nothing(cli: Callable[..., Result], project: Path) -> None:
    (project / "graph").mkdir()
    (project / "graph" / "agent.py").write_text("app = None\n")
    assert "reads no variable" in cli("env", "--template").out
    assert "no variable is read" in cli("show", "--env").out


@given(st.text(max_size=40))
def test_a_default_is_spelled_so_that_it_is_read_back(default: str) -> None:
    (binding,) = read_env(SourceText(f"NAME={_quoted(default)}\n")).bindings
    assert binding.value in (default, "")
