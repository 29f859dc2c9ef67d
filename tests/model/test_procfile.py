from __future__ import annotations

import pytest

from agentflow_lint.model.project import load_project
from agentflow_lint.model.values import Known, Location, Unknown
from agentflow_lint.sources.text import Span

TARGET = "tenxgraph_api.src.app.main:app"


@pytest.fixture
def project(tmp_path):
    def write(**files):
        for name, text in {"10xgraph.json": '{"agent": "graph.agent:app"}', **files}.items():
            (tmp_path / name.replace("__", ".")).write_text(text)
        return load_project(str(tmp_path))

    return write


def names(deployments):
    return [deployment.name for deployment in deployments]


def test_the_processes_that_serve_are_deployments(project):
    found = project(
        Procfile=f"release: alembic upgrade head\nweb: gunicorn -w 3 {TARGET}\nworker: celery -A x worker\n"
        f"admin: uvicorn {TARGET}\nclock: python clock.py\n"
    )
    assert names(found.deployments) == ["Procfile:admin", "Procfile:web"]
    web = found.deployments[1]
    assert (web.kind, web.is_container, web.anchor) == ("procfile", False, Location("Procfile", Span(2, 1, 2, 50)))
    assert web.process is not None
    assert isinstance(web.process.workers, Known)
    assert web.process.workers.origin.label == "`web` in Procfile"
    assert web.process.workers.origin.location == Location("Procfile", Span(2, 18, 2, 19))


def test_the_platform_provides_the_port(project):
    (web,) = project(Procfile=f"web: gunicorn {TARGET}\n").deployments
    assert isinstance(web.host, Known)
    assert web.host.value == "0.0.0.0"
    assert web.process is not None
    assert isinstance(web.process.port, Unknown)
    assert isinstance(web.environment.inherited("PORT"), Unknown)


def test_a_web_process_whose_command_is_not_known_is_one(project):
    assert names(project(Procfile="web: ./start\nworker: ./work\n").deployments) == ["Procfile:web"]


def test_a_start_script_is_read(project):
    (web,) = project(Procfile="web: sh start.sh\n", start__sh=f"MODE=production exec uvicorn {TARGET}\n").deployments
    assert web.process is not None
    assert (web.process.kind, web.process.path) == ("uvicorn", "start.sh")
    assert web.in_production is True


def test_variables_in_front_of_the_command_count(project):
    (web,) = project(Procfile=f"web: MODE=production gunicorn {TARGET}\n").deployments
    assert web.in_production is True


def test_the_cli_starts_it_as_the_cli(project):
    (web,) = project(Procfile="web: 10xgraph dev --no-reload --host 0.0.0.0 --port $PORT\n").deployments
    assert web.started_by == "cli"


def test_a_procfile_for_development_is_not_production(project):
    found = project(Procfile__dev=f"web: uvicorn --reload {TARGET}\n")
    assert names(found.deployments) == ["project"]
    assert names(found.all_deployments) == ["project", "Procfile.dev:web"]


def test_what_serves_nothing_leaves_the_bare_project(project):
    assert names(project(Procfile="web: node server.js\n").deployments) == ["project"]
    assert names(project(Procfile="web: bin/rails\n# nothing\n").all_deployments) == ["project", "Procfile:web"]
