from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.golden import assert_golden

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Result

GOLDEN = Path(__file__).parent / "golden"

ENV = """\
MODE=production
ORIGINS=https://app.example.com
JWT_SECRET_KEY=hunter2hunter2
REDIS_URL=redis://user:hunter2@cache:6379/0
MAX_REQUEST_SIZE=10MB
LOG_LEVEL=WARNING
"""

DOCKERFILE = """\
FROM python:3.12-slim
WORKDIR /app
COPY . .
ENV ORIGINS=https://other.example.com
CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "agentflow_cli.src.app.main:app"]
"""


def write(project: Path, with_dockerfile: bool = False) -> None:
    (project / "agentflow.json").write_text('{"agent": "graph.agent:app", "env": ".env"}\n')
    (project / ".env").write_text(ENV)
    (project / "requirements.txt").write_text("10xscale-agentflow-cli==0.6.1\n")
    (project / "graph").mkdir()
    (project / "graph" / "__init__.py").write_text("")
    (project / "graph" / "agent.py").write_text(
        "from agentflow.core.graph import StateGraph\n"
        "from agentflow.storage.checkpointer import InMemoryCheckpointer\n\n"
        "graph = StateGraph()\n"
        "graph.add_node('a', lambda state: state)\n"
        "graph.set_entry_point('a')\n"
        "app = graph.compile(checkpointer=InMemoryCheckpointer())\n"
    )
    if with_dockerfile:
        (project / "Dockerfile").write_text(DOCKERFILE)


def rows(deployment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in deployment["settings"]}


def test_the_effective_settings_of_a_deployment(cli: Callable[..., Result], project: Path) -> None:
    write(project, with_dockerfile=True)
    result = cli("show")
    assert result.code == 0
    assert_golden(GOLDEN / "show.txt", result.out)


def test_the_same_as_json(cli: Callable[..., Result], project: Path) -> None:
    write(project, with_dockerfile=True)
    result = cli("show", "--output-format", "json")
    assert_golden(GOLDEN / "show.json", result.out)


def test_every_value_says_where_it_comes_from(cli: Callable[..., Result], project: Path) -> None:
    write(project, with_dockerfile=True)
    (shown,) = json.loads(cli("show", "--output-format", "json").out)["projects"]
    assert shown["release"] == "10xscale-agentflow-cli 0.6.1"
    assert shown["release_from"] == "pinned in requirements.txt:1"
    (deployment,) = shown["deployments"]
    found = rows(deployment)
    assert found["ORIGINS"]["value"] == "https://other.example.com"
    assert found["ORIGINS"]["source"]["place"] == "Dockerfile:4"
    assert found["ORIGINS"]["overrode"][0]["value"] == "https://app.example.com"
    assert found["MODE"]["source"]["place"] == ".env:1"
    assert found["ALLOWED_HOST"]["source"] == {"label": "default of 10xscale-agentflow-cli 0.6.1", "place": None}
    assert found["MAX_REQUEST_SIZE"]["value"] is None
    assert "rejects" in found["MAX_REQUEST_SIZE"]["reason"]
    assert found["LOG_LEVEL"]["value"] == "WARNING"
    assert "HSTS_PRELOAD" not in found
    assert deployment["placement"]["checkpointer"] == "InMemoryCheckpointer (graph/agent.py:7)"


def test_no_secret_is_shown(cli: Callable[..., Result], project: Path) -> None:
    write(project)
    for arguments in (("show", "--all"), ("show", "--all", "--output-format", "json")):
        out = cli(*arguments).out
        assert "hunter2" not in out
        assert "redis://***@cache:6379/0" in out


def test_all_shows_every_setting(cli: Callable[..., Result], project: Path) -> None:
    write(project)
    (few,) = json.loads(cli("show", "--output-format", "json").out)["projects"][0]["deployments"]
    (every,) = json.loads(cli("show", "--all", "--output-format", "json").out)["projects"][0]["deployments"]
    assert len(few["settings"]) + few["left_out"] == len(every["settings"])
    assert every["left_out"] == 0
    assert rows(every)["HSTS_PRELOAD"]["value"] == "false"


def test_a_deployment_and_a_release_may_be_asked_for(cli: Callable[..., Result], project: Path) -> None:
    write(project, with_dockerfile=True)
    arguments = ("show", "--output-format", "json", "--deployment", "project", "--target-release", "0.5.1")
    (shown,) = json.loads(cli(*arguments).out)["projects"]
    assert shown["release"] == "10xscale-agentflow-cli 0.5.1"
    assert shown["release_from"] == "target-release"
    assert shown["others"] == ["Dockerfile"]
    (deployment,) = shown["deployments"]
    assert deployment["placement"]["env_file"] == ".env is loaded, too late for the settings"
    assert rows(deployment)["MODE"]["value"] == "development"


def test_the_map_as_a_diagram(cli: Callable[..., Result], project: Path) -> None:
    write(project, with_dockerfile=True)
    result = cli("show", "--output-format", "mermaid")
    assert_golden(GOLDEN / "show.mmd", result.out)


def test_a_diagram_holds_nothing_that_ends_a_label(cli: Callable[..., Result], project: Path) -> None:
    write(project)
    (project / "Dockerfile").write_text(DOCKERFILE.replace("agentflow_cli.src.app.main:app", r"m:\"]<b>`&"))
    out = cli("show", "--output-format", "mermaid").out
    assert "#quot;]#lt;b#gt;#96;#amp;" in out
    assert all(line.count('"') in (0, 2) for line in out.splitlines())


def test_nothing_to_show(cli: Callable[..., Result], folder: Path) -> None:
    result = cli("show")
    assert (result.code, result.out) == (3, "")
    assert "nothing to lint" in result.err
    assert "--allow-empty" not in result.err
