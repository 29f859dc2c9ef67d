"""What the rules about a workload say where an orchestrator describes it, whoever reads its files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pytest

from agentflow_lint.engine.finding import Finding
from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.model.workload import Mount, Port, Probe, Workload
from agentflow_rules.persistence.ephemeral_media import EphemeralMedia
from agentflow_rules.persistence.ephemeral_sqlite import EphemeralSqlite
from agentflow_rules.persistence.unshared_state import UnsharedState
from agentflow_rules.runtime.broken_healthcheck import BrokenHealthcheck
from agentflow_rules.runtime.port_mismatch import PortMismatch
from agentflow_rules.runtime.short_shutdown_grace import ShortShutdownGrace

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.rule import DeploymentRule
    from agentflow_lint.model.deployment import Deployment

COMPOSE = Location("compose.yaml")
GRAPH = """
from tenxgraph.core import Agent, StateGraph
from tenxgraph.storage.checkpointer import SqliteCheckpointer
from tenxgraph.utils import END

workflow = StateGraph()
workflow.add_node("MAIN", Agent(model="gpt-4o"))
workflow.add_edge("MAIN", END)
workflow.set_entry_point("MAIN")
app = workflow.compile(checkpointer=SqliteCheckpointer("/data/threads.db"))
"""
GUNICORN = "gunicorn -k uvicorn_worker.UvicornWorker -b 0.0.0.0:8000 tenxgraph_api.src.app.main:app"


def known(value: int | str) -> Value[Any]:
    return Known(value, Origin("compose.yaml", COMPOSE))


def deployed(
    folder: Path,
    workload: Workload,
    kind: Literal["compose", "kubernetes"] = "compose",
    command: str = GUNICORN,
    env: str = "MODE=production",
    release: str | None = None,
) -> Deployment:
    (folder / "graph.py").write_text(GRAPH, encoding="utf-8")
    (folder / "10xgraph.json").write_text('{"agent": "graph:app"}', encoding="utf-8")
    (folder / "Dockerfile").write_text(
        f"FROM python:3.12\nENV {env}\nWORKDIR /app\nCOPY . .\nCMD {command}\n", encoding="utf-8"
    )
    options = ModelOptions(target_release=release, provided_env=("OPENAI_API_KEY",))
    (deployment,) = load_project(str(folder), options).deployments
    return replace(deployment, kind=kind, name=f"{kind}:web", workload=workload)


def says(rule: DeploymentRule, deployment: Deployment) -> list[str]:
    return [verdict.message for verdict in rule.check(deployment) if isinstance(verdict, Finding)]


def test_a_published_port_that_nobody_listens_on(tmp_path: Path) -> None:
    ports = (Port(known(8080), "published", COMPOSE, known(80)), Port(known(8000), "exposed", COMPOSE))
    (message,) = says(PortMismatch(), deployed(tmp_path, Workload(ports=ports)))
    assert "`8080`" in message
    assert "8000" in message


def test_a_declared_port_does_not_matter_where_another_is_published(tmp_path: Path) -> None:
    ports = (Port(known(8000), "published", COMPOSE), Port(known(8080), "exposed", COMPOSE))
    assert says(PortMismatch(), deployed(tmp_path, Workload(ports=ports))) == []


def test_a_port_that_is_not_known_is_not_judged(tmp_path: Path) -> None:
    ports = (Port(Unknown("it comes from outside"), "published", COMPOSE), Port(known(1), "published", COMPOSE))
    assert says(PortMismatch(), deployed(tmp_path, Workload(ports=ports))) == []


def test_an_http_probe_of_kubernetes(tmp_path: Path) -> None:
    wrong = Probe("http", "readiness", COMPOSE, known("/health"), known(8000))
    right = Probe("http", "liveness", COMPOSE, known("/ping"), known(8000))
    deployment = deployed(tmp_path, Workload(probes=(wrong, right)), "kubernetes")
    (message,) = says(BrokenHealthcheck(), deployment)
    assert "readiness probe" in message
    assert "`/health`" in message


@pytest.mark.parametrize(("release", "count"), [("0.5.1", 1), ("0.6.0", 0)])
def test_a_probe_without_a_host_header_sends_the_pods_address(tmp_path: Path, release: str, count: int) -> None:
    probe = Probe("http", "liveness", COMPOSE, known("/ping"), known(8000))
    deployment = deployed(
        tmp_path, Workload(probes=(probe,)), "kubernetes", env="ALLOWED_HOST=api.example.com", release=release
    )
    assert len(says(BrokenHealthcheck(), deployment)) == count


@pytest.mark.parametrize(
    ("kind", "grace", "command", "seconds"),
    [
        ("compose", None, GUNICORN, "killed 10 seconds"),
        ("kubernetes", None, f"{GUNICORN} --graceful-timeout 600", "killed 30 seconds"),
        ("compose", 600, GUNICORN, "wait 30 seconds"),
        ("compose", 60, "uvicorn tenxgraph_api.src.app.main:app", "killed 60 seconds"),
        ("compose", 630, f"{GUNICORN} --graceful-timeout 600", None),
        ("kubernetes", 660, "uvicorn tenxgraph_api.src.app.main:app", None),
    ],
)
def test_how_long_it_may_take_to_stop(
    tmp_path: Path, kind: Literal["compose", "kubernetes"], grace: int | None, command: str, seconds: str | None
) -> None:
    workload = Workload() if grace is None else Workload(stop_grace=known(grace))
    messages = says(ShortShutdownGrace(), deployed(tmp_path, workload, kind, command))
    assert len(messages) == (seconds is not None)
    assert (seconds or "") in "".join(messages)


@pytest.mark.parametrize(
    ("mounts", "lost"),
    [
        ((), True),
        ((Mount(known("/data"), "volume", COMPOSE, "threads"),), False),
        ((Mount(known("/data/"), "bind", COMPOSE, "./data"),), False),
        ((Mount(known("/data"), "ephemeral", COMPOSE),), True),
        ((Mount(known("/data"), "tmpfs", COMPOSE),), True),
        ((Mount(known("/dat"), "volume", COMPOSE),), True),
        ((Mount(known("/"), "volume", COMPOSE), Mount(known("/data"), "tmpfs", COMPOSE)), True),
        ((Mount(Unknown("a variable"), "volume", COMPOSE),), False),
        ((Mount(known("/data"), "unknown", COMPOSE),), False),
    ],
)
def test_which_mounts_keep_a_database(tmp_path: Path, mounts: tuple[Mount, ...], lost: bool) -> None:
    messages = says(EphemeralSqlite(), deployed(tmp_path, Workload(mounts=mounts)))
    assert len(messages) == lost
    assert all("/data/threads.db" in message for message in messages)


def test_the_default_folder_of_uploads_needs_a_volume(tmp_path: Path) -> None:
    assert len(says(EphemeralMedia(), deployed(tmp_path, Workload()))) == 1
    mounted = Workload(mounts=(Mount(known("/app/uploads"), "volume", COMPOSE),))
    assert says(EphemeralMedia(), deployed(tmp_path, mounted)) == []


def test_replicas_do_not_share_a_file(tmp_path: Path) -> None:
    volume = Mount(known("/data"), "volume", COMPOSE, "threads")
    messages = says(UnsharedState(), deployed(tmp_path, Workload(replicas=known(3)), env="MEDIA_STORAGE_TYPE=cloud"))
    assert len(messages) == 1
    assert "runs 3 replicas, and each keeps its threads in a SQLite file of its own" in messages[0]
    shared = Workload(replicas=known(3), mounts=(volume,))
    assert says(UnsharedState(), deployed(tmp_path, shared, env="MEDIA_STORAGE_TYPE=cloud")) == []


def test_replicas_and_workers_multiply(tmp_path: Path) -> None:
    workload = Workload(replicas=known(3))
    deployment = deployed(tmp_path, workload, command=f"{GUNICORN} -w 4", env="MEDIA_STORAGE_TYPE=memory")
    messages = says(UnsharedState(), deployment)
    assert any("3 replicas with 4 worker processes each" in message for message in messages)
