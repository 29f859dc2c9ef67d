"""Modules, config and packages of images: what the rules' pages do not show."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.dependencies.third_party import missing_imports
from agentflow_lint.model.image.config import MissingConfig, missing_config
from agentflow_lint.model.image.modules import absent_modules
from agentflow_lint.model.project import load_project
from agentflow_lint.model.values import Known, Location, Origin, Unknown
from agentflow_lint.model.workload import Mount, Workload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agentflow_lint.model.deployment import Deployment

    Make = Callable[..., Deployment]

CMD = 'CMD ["uvicorn", "tenxgraph_api.src.app.main:app"]\n'
IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nRUN pip install 10xgraph-api==0.9.0\nCOPY . .\n" + CMD


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def deployment(dockerfile: str = IMAGE, files: dict[str, str] | None = None, **config: object) -> Deployment:
        written = {
            "10xgraph.json": json.dumps({"agent": "graph.agent:app", **config}),
            "Dockerfile": dockerfile,
            "graph/agent.py": "app = None\n",
            **(files or {}),
        }
        for name, text in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        found = [each for each in load_project(str(tmp_path)).all_deployments if each.name == "Dockerfile"]
        return found[0]

    return deployment


def mounted(deployment: Deployment, target: str, kind: str = "bind") -> Deployment:
    mount = Mount(Known(target, Origin("compose")), kind, Location("compose.yaml"))  # type: ignore[arg-type]
    return replace(deployment, workload=Workload(mounts=(mount,)))


def test_the_modules_that_one_line_keeps_out_are_counted_once(make: Make) -> None:
    files = {
        "graph/agent.py": "from data import a\nfrom data.b import c\nfrom store import d\napp = None\n",
        "data/__init__.py": "", "data/a.py": "", "data/b.py": "", "store/__init__.py": "", "store/d.py": "",
        ".dockerignore": "data/\nstore/\n",
    }  # fmt: skip
    found = absent_modules(make(files=files))
    assert [(each.module, each.others, each.decided_by.span.line, each.doubt) for each in found] == [
        ("data", 2, 1, None),
        ("store", 1, 2, None),
    ]
    assert [use.module for use in found[0].chain] == ["data"]


def test_what_is_mounted_over_the_project_brings_its_modules_and_its_config(make: Make) -> None:
    ignored = {".dockerignore": "graph\n*.json\n"}
    deployment = make(files=ignored)
    assert len(absent_modules(deployment)) == 1
    assert isinstance(missing_config(deployment), MissingConfig)
    for target in ("/app", "/", "/app/"):
        assert absent_modules(mounted(deployment, target)) == ()
        assert missing_config(mounted(deployment, target)) is None
    assert len(absent_modules(mounted(deployment, "/app/uploads"))) == 1
    assert len(absent_modules(mounted(deployment, "/app", "tmpfs"))) == 1


def test_a_package_whose_init_alone_is_kept_out_is_still_a_package(make: Make) -> None:
    files = {"graph/__init__.py": "", ".dockerignore": "graph/__init__.py\n"}
    assert absent_modules(make(files=files)) == ()


@pytest.mark.parametrize(
    ("dockerfile", "kinds"),
    [
        (IMAGE, []),
        (IMAGE.replace("COPY . .", "COPY . /srv"), ["unreachable"]),
        (IMAGE.replace("COPY . .", "COPY . /srv\nENV PYTHONPATH=/lib:/srv"), []),
        (IMAGE.replace("COPY . .", "COPY . sub").replace('"uvicorn",', '"uvicorn", "--app-dir", "sub",'), []),
        (IMAGE.replace("COPY . .", "COPY . /srv").replace("CMD [", 'ENTRYPOINT ["env", "PYTHONPATH=/srv"]\nCMD ['), []),
        (IMAGE.replace("COPY . .", "COPY . .\nRUN mv graph /elsewhere"), ["absent?"]),
        (IMAGE.replace("COPY . .", "COPY graph/agent.py ./graph/"), []),
        (IMAGE.replace("COPY . .", "COPY graph/agent.py ./"), ["unreachable"]),
        (IMAGE.replace("WORKDIR /app", "ARG W\nWORKDIR $W"), ["absent?"]),
    ],
)
def test_where_imports_look_in_the_image(make: Make, dockerfile: str, kinds: list[str]) -> None:
    found = absent_modules(make(dockerfile))
    assert [each.kind + ("?" if each.doubt else "") for each in found] == kinds


def test_code_that_changes_the_path_leaves_it_open(make: Make) -> None:
    agent = "import sys\nsys.path.append('/srv')\nimport helpers\napp = None\n"
    files = {"graph/agent.py": agent, "helpers.py": "", ".dockerignore": "helpers.py\n"}
    (found,) = absent_modules(make(files=files))
    assert found.doubt == "graph/agent.py may change where imports look"


def test_a_config_that_is_not_known_is_not_missing(make: Make) -> None:
    found = missing_config(make("FROM corp/base\nWORKDIR /app\n" + CMD))
    assert isinstance(found, Unknown)
    missing = missing_config(make(IMAGE.replace("COPY . .", "COPY . /srv")))
    assert isinstance(missing, MissingConfig)
    assert (missing.looked_for, missing.how, missing.named_at) == (("/app/10xgraph.json",), "default", None)
    assert [place.value for place in missing.elsewhere] == ["/srv/10xgraph.json"]


@pytest.mark.parametrize(
    ("source", "installs", "missing"),
    [
        ("import requests", "", ["requests"]),
        ("import requests", "requests", []),
        ("import requests", "google-genai", []),
        ("import requests", "acme", ["requests?"]),
        ("import jwt", "pyjwt", []),
        ("import jwt", "", ["jwt"]),
        ("from google import genai", "", ["google.genai"]),
        ("from google import genai", "google-genai", []),
        ("from google.cloud import storage", "google-genai", ["google.cloud.storage"]),
        ("import google.protobuf", "protobuf", []),
        ("import acme.x", "acme-x", []),
        ("import acme", "acme_core", []),
        ("import acme", "", ["acme"]),
        ("import acme", "numpy", ["acme"]),
        ("import fastapi, pydantic, starlette", "", []),
        ("import uvicorn.protocols", "", []),
        ("from PIL import Image", "", ["PIL"]),
        ("from PIL import Image", "'10xgraph[images]'", []),
        ("import tenxgraph, agentflow_cli", "", []),
        ("import os, tomllib", "", []),
    ],
)
def test_which_imports_are_missing(make: Make, source: str, installs: str, missing: list[str]) -> None:
    dockerfile = IMAGE.replace("api==0.9.0", f"api==0.9.0 {installs}".rstrip())
    found = missing_imports(make(dockerfile, {"graph/agent.py": f"{source}\napp = None\n"}))
    assert [each.module + ("?" if each.doubt else "") for each in found] == missing
