"""What a PgCheckpointer is constructed without, and the variables behind that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.framework.postgres import dsn_problem, schema_problem, swallowed_keywords
from agentflow_lint.model.loading.incomplete_checkpointer import incomplete_checkpointer
from agentflow_lint.model.project import ModelOptions, load_project

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = """\
import os
from tenxgraph.core.graph import StateGraph
from tenxgraph.storage.checkpointer import PgCheckpointer
from tenxgraph.utils import END, START

{before}
graph = StateGraph()
graph.add_node("a", lambda state: state)
graph.add_edge(START, "a")
graph.add_edge("a", END)
app = graph.compile(checkpointer={checkpointer})
"""

DATABASE = ("postgres_dsn", "pg_pool")
REDIS = ("redis_url", "redis", "redis_pool")


def _missing(
    folder: Path, checkpointer: str, before: str = "", env: str = "", provided: tuple[str, ...] = ()
) -> dict[tuple[str, ...], tuple[str, ...]]:
    (folder / "agentflow.json").write_text('{"agent": "agent:app", "env": ".env"}')
    (folder / "agent.py").write_text(_PROGRAM.format(before=before, checkpointer=checkpointer))
    (folder / ".env").write_text(env)
    project = load_project(str(folder), ModelOptions(provided_env=provided))
    found = incomplete_checkpointer(project.deployments[0])
    return {each.alternatives: each.variables for each in found}


@pytest.mark.parametrize(
    ("checkpointer", "expected"),
    [
        ("PgCheckpointer()", {DATABASE: (), REDIS: ()}),
        ("PgCheckpointer('postgresql://db')", {REDIS: ()}),
        ("PgCheckpointer('', redis_url='redis://x')", {DATABASE: ()}),
        ("PgCheckpointer(None, object(), redis_url='redis://x')", {}),
        ("PgCheckpointer('postgresql://db', redis=object())", {}),
        ("PgCheckpointer(os.getenv('DB'), redis_url='redis://x')", {DATABASE: ("DB",)}),
        ("PgCheckpointer(os.getenv('DB'))", {DATABASE: ("DB",), REDIS: ()}),
        ("PgCheckpointer(os.getenv('DB'), redis_url=os.environ.get('R'))", {DATABASE: ("DB",), REDIS: ("R",)}),
        ("PgCheckpointer(os.getenv('A') or os.getenv('B'), redis_url='redis://x')", {DATABASE: ("A", "B")}),
        ("PgCheckpointer(os.getenv('DB', 'postgresql://db'), redis_url='redis://x')", {}),
        ("PgCheckpointer(os.environ['DB'], redis_url=os.getenv('R'))", {REDIS: ("R",)}),
    ],
)
def test_what_is_missing(tmp_path: Path, checkpointer: str, expected: dict[tuple[str, ...], tuple[str, ...]]) -> None:
    assert _missing(tmp_path, checkpointer) == expected


def test_a_variable_that_is_not_behind_it_is_not_named(tmp_path: Path) -> None:
    before = "debug = os.getenv('DEBUG')\ndsn = os.getenv('DB')"
    assert _missing(tmp_path, "PgCheckpointer(dsn, redis_url='redis://x')", before) == {DATABASE: ("DB",)}


def test_an_empty_variable_is_behind_it(tmp_path: Path) -> None:
    found = _missing(tmp_path, "PgCheckpointer(os.getenv('DB'), redis_url='redis://x')", env="DB=\n")
    assert found == {DATABASE: ("DB",)}


def test_what_the_platform_provides_is_not_missing(tmp_path: Path) -> None:
    found = _missing(tmp_path, "PgCheckpointer(os.getenv('DB'), redis_url='redis://x')", provided=("DB",))
    assert found == {}


def test_it_may_be_constructed_without_being_served(tmp_path: Path) -> None:
    assert _missing(tmp_path, "None", "unused = PgCheckpointer()") == {DATABASE: (), REDIS: ()}


@pytest.mark.parametrize(
    "dsn", ["postgresql://db/app", "postgres://u:p@db/app", "POSTGRESQL://db", "postgresql:///app?host=/run"]
)
def test_dsns_that_asyncpg_takes(dsn: str) -> None:
    assert dsn_problem(dsn) is None


@pytest.mark.parametrize(
    "dsn", ["postgresql+asyncpg://u:hunter2@db/app", "host=db password=hunter2", "hunter2@db/app", "db:5432/hunter2"]
)
def test_dsns_that_asyncpg_refuses_are_not_shown(dsn: str) -> None:
    problem = dsn_problem(dsn)
    assert problem is not None
    assert "hunter2" not in problem


def test_schemas() -> None:
    assert schema_problem("agent_threads") is None
    assert schema_problem("") is not None
    assert schema_problem("agent-threads") is not None


def test_keywords() -> None:
    assert swallowed_keywords(["db_url", "postgres_dsn", "cache_ttl", "redis"]) == ("db_url",)
