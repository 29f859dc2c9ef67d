"""Which deployments of one project keep the threads of one graph in different places."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.divergence import divergences
from agentflow_lint.model.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

AGENT = """
import os

from tenxgraph.core import StateGraph
from tenxgraph.storage.checkpointer import PgCheckpointer

workflow = StateGraph()
workflow.add_node("MAIN", lambda state: state)
workflow.set_entry_point("MAIN")
app = workflow.compile(checkpointer=PgCheckpointer(postgres_dsn=os.environ["DSN"], redis_url=os.environ["CACHE"]))
"""
DOCKERFILE = """
FROM python:3.12
WORKDIR /app
COPY . .
CMD ["uvicorn", "tenxgraph_api.src.app.main:app", "--host", "0.0.0.0"]
"""


def found(tmp_path: Path, compose: str, **files: str) -> list[tuple[str, str, str, str | None]]:
    """Deployment, use, the other deployment, and by what they are one."""
    whole = {"10xgraph.json": '{"agent": "graph.agent:app"}', "graph/agent.py": AGENT, "Dockerfile": DOCKERFILE}
    for path, text in {**whole, "compose.yaml": compose, **files}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(dedent(text))
    return [
        (each.deployment.name, each.backend.use, each.other.name, each.together)
        for each in divergences(load_project(str(tmp_path)))
    ]


def service(name: str, dsn: str, cache: str = "redis://cache/0", more: str = "") -> str:
    extra = indent(dedent(more), "    ")
    return f"  {name}:\n    build: .\n    environment: {{DSN: '{dsn}', CACHE: '{cache}'}}\n{extra}"


def compose(*services: str) -> str:
    return "services:\n" + "".join(services)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("postgresql://db/threads", "postgres://DB:5432/threads"),
        ("postgresql://app:one@db/threads", "postgresql://other:two@db/threads?sslmode=require"),
        ("postgresql://db/threads", "postgresql://db.data.svc.cluster.local/threads"),
        ("postgresql://db/?dbname=threads", "postgresql://db/threads"),
        ("postgresql://threads@db", "postgresql://threads@db/threads"),
        ("postgresql:///threads?host=/run/postgresql", "postgresql://db/threads"),
        ("postgresql://a,b/threads", "postgresql://db/threads"),
        ("postgresql://db/threads", "postgresql://pgbouncer:6432/threads"),
        ("postgresql://db/threads", "postgresql://db:port/threads"),
        ("postgresql://db/threads", "not a url"),
        ("postgresql://db/threads", ""),
    ],
)
def test_what_may_be_the_same_database_is_no_divergence(tmp_path: Path, one: str, two: str) -> None:
    assert found(tmp_path, compose(service("web-1", one), service("web-2", two))) == []


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("postgresql://db/threads", "postgresql://db/other"),
        ("postgresql://db/threads", "postgresql://db:5433/threads"),
        ("postgresql://db/threads", "postgresql://dbs/threads"),
    ],
)
def test_another_host_port_or_database_is(tmp_path: Path, one: str, two: str) -> None:
    (only,) = found(tmp_path, compose(service("web-1", one), service("web-2", two)))
    assert only == ("compose:web-2", "threads", "compose:web-1", "they are instances of one service by their names")


def test_redis_databases_are_told_apart_by_number(tmp_path: Path) -> None:
    dsn = "postgresql://db/threads"
    same = compose(service("api", dsn, "redis://cache"), service("web", dsn, "redis://cache:6379/?db=0"))
    assert found(tmp_path, same) == []
    other = compose(service("api", dsn, "redis://cache"), service("web", dsn, "redis://cache/1"))
    (only,) = found(tmp_path, other)
    assert only == ("compose:web", "thread-cache", "compose:api", "both have the same database")


def test_each_deployment_is_told_once(tmp_path: Path) -> None:
    three = [service(f"web-{number}", f"postgresql://db/{number}") for number in range(3)]
    assert [each[0] for each in found(tmp_path, compose(*three))] == ["compose:web-1", "compose:web-2"]


def test_one_name_in_the_network_makes_them_one(tmp_path: Path) -> None:
    alias = "networks: {default: {aliases: [agent]}}\n"
    services = (
        service("north", "postgresql://db/n", "redis://cache/0", alias),
        service("south", "postgresql://db/s", "redis://cache/1", alias),
    )
    assert {each[3] for each in found(tmp_path, compose(*services))} == {"both answer to one name in their network"}


def test_what_shares_nothing_may_be_two_installations(tmp_path: Path) -> None:
    services = (service("acme", "postgresql://a/t", "redis://a"), service("umbrella", "postgresql://b/t", "redis://b"))
    assert {each[3] for each in found(tmp_path, compose(*services))} == {None}


@pytest.mark.parametrize("variable", ["GRAPH_PATH: other.json", "MODE: production"])
def test_another_config_or_another_mode_is_another_product(tmp_path: Path, variable: str) -> None:
    other = service("web-2", "postgresql://db/other").replace("{DSN", f"{{{variable}, DSN")
    assert found(tmp_path, compose(service("web-1", "postgresql://db/threads"), other)) == []


def test_kubernetes_and_compose_are_not_compared(tmp_path: Path) -> None:
    manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web-2}
        spec:
          template:
            spec:
              containers:
                - {name: web, image: web, env: [{name: DSN, value: postgresql://k/t}, {name: CACHE, value: redis://c}]}
    """
    both = compose(service("web-1", "postgresql://db/threads"))
    assert found(tmp_path, both, **{"k8s/web.yaml": manifest}) == []
