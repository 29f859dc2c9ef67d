"""The folders that an image's command and environment put on the import path."""

import json

import pytest

from agentflow_lint.model.graph.results import ModuleNotFound
from agentflow_lint.model.project import ModelOptions, load_project

APP = 'from tenxgraph.prebuilt.agent import ReactAgent\napp = ReactAgent(model="openai/x").compile()\n'
TARGET = "tenxgraph_api.src.app.main:app"


@pytest.fixture
def failures(tmp_path):
    """What an image with this command (and what stands before it) cannot load of a graph in lib/served/."""

    def ask(command):
        (tmp_path / "lib" / "served").mkdir(parents=True)
        (tmp_path / "lib" / "served" / "graph.py").write_text(APP)
        (tmp_path / "10xgraph.json").write_text(json.dumps({"agent": "served.graph:app"}))
        (tmp_path / "requirements.txt").write_text("10xgraph-api==0.9.0\n")
        dockerfile = f"FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n{command}\n"
        (tmp_path / "Dockerfile").write_text(dockerfile)
        (deployment,) = (
            each for each in load_project(str(tmp_path), ModelOptions()).deployments if each.name == "Dockerfile"
        )
        return [(type(failure.cause), failure.doubt) for failure in deployment.load_failures]

    return ask


@pytest.mark.parametrize(
    "command",
    [
        f"CMD uvicorn {TARGET} --app-dir /app/lib",
        f"CMD uvicorn {TARGET} --app-dir=lib",
        f'CMD ["python", "-m", "uvicorn", "--app-dir", "./lib", "{TARGET}"]',
        f"CMD gunicorn {TARGET} --pythonpath lib",
        f"CMD gunicorn {TARGET} --pythonpath /srv/shared,/app/lib",
        f"CMD PYTHONPATH=lib uvicorn {TARGET}",
        f"CMD export PYTHONPATH=/opt/x:/app/lib && exec uvicorn {TARGET}",
        f"ENV PYTHONPATH=/app/lib\nCMD uvicorn {TARGET}",
        f"CMD cd lib && GRAPH_PATH=/app/10xgraph.json uvicorn {TARGET}",
        f"WORKDIR /app/lib\nCMD GRAPH_PATH=/app/10xgraph.json uvicorn {TARGET}",
    ],
)
def test_a_module_in_a_folder_on_the_path_is_found(failures, command):
    assert failures(command) == []


@pytest.mark.parametrize(
    "command",
    [
        f"CMD uvicorn {TARGET}",
        f"CMD uvicorn {TARGET} --app-dir /app/other",
        f"CMD gunicorn {TARGET} --pythonpath /lib",
        f"ENV PYTHONPATH=/app/lib\nCMD PYTHONPATH=/app uvicorn {TARGET}",
    ],
)
def test_one_in_another_folder_is_not(failures, command):
    assert failures(command) == [(ModuleNotFound, None)]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (f"CMD uvicorn {TARGET} --app-dir $CODE", "the command adds a folder to the import path, and "),
        (f"CMD gunicorn {TARGET} --pythonpath $CODE", "the command adds a folder to the import path, and "),
        (f"CMD PYTHONPATH=$CODE uvicorn {TARGET}", "the command sets PYTHONPATH, and "),
        (f"CMD cd $(cat /where) && uvicorn {TARGET}", "the command changes its folder, and "),
    ],
)
def test_a_folder_that_is_not_known_leaves_it_open(failures, command, why):
    ((cause, doubt),) = failures("ARG CODE\n" + command)
    assert cause is ModuleNotFound
    assert doubt.startswith(why)
