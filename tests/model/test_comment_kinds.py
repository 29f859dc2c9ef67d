"""In which language a file has its comments, and which files are a deployment's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.comment_kinds import CommentKinds
from agentflow_lint.model.deployment_files import files_of
from agentflow_lint.model.project import Project, load_project

if TYPE_CHECKING:
    from pathlib import Path

DOCKERFILE = """FROM python:3.12
WORKDIR /app
COPY . .
CMD ["gunicorn", "-b", "0.0.0.0:80", "agentflow_cli.src.app.main:app"]
"""


def project(folder: Path, **files: str) -> Project:
    for name, text in {"agentflow.json": '{"agent": "a:b", "env": "settings"}', **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return load_project(str(folder))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("graph/agent.py", "python"),
        ("gunicorn.conf.py", "python"),
        ("Dockerfile", "dockerfile"),
        ("docker/Dockerfile.prod", "dockerfile"),
        ("api.Dockerfile", "dockerfile"),
        (".dockerignore", "ignore-file"),
        ("api.Dockerfile.dockerignore", "ignore-file"),
        (".gitignore", "ignore-file"),
        ("compose.yaml", "yaml"),
        ("k8s/kustomization.yml", "yaml"),
        ("pyproject.toml", "toml"),
        ("Procfile", "procfile"),
        ("Procfile.dev", "procfile"),
        (".env", "env"),
        (".env.example", "env"),
        ("config/prod.env", "env"),
        ("env.sample", "env"),
        ("nginx/nginx.conf", "nginx"),
        ("nginx/conf.d/site.conf.template", "nginx"),
        ("requirements.txt", "requirements"),
        ("requirements/base.in", "requirements"),
        ("entrypoint.sh", "shell"),
        ("agentflow.json", None),
        ("uv.lock", None),
        ("poetry.lock", None),
        ("README.md", None),
        ("somewhere/nothing", None),
    ],
)
def test_names_say_it(tmp_path: Path, path: str, kind: str | None) -> None:
    assert CommentKinds(project(tmp_path)).of(path) == kind


def test_first_lines_say_it(tmp_path: Path) -> None:
    found = CommentKinds(
        project(tmp_path, start="#!/usr/bin/env bash\n", serve="#!/usr/bin/python3 -u\n", x="#!/bin/perl\n")
    )
    assert [found.of(name) for name in ("start", "serve", "x")] == ["shell", "python", None]


def test_use_says_it(tmp_path: Path) -> None:
    compose = """
services:
  web:
    build: {context: ., dockerfile: build/web}
    env_file:
      - common.vars
      - {path: raw.env, format: raw}
  proxy:
    image: nginx
"""
    nginx = "http { include parts/web; server { listen 80; location / { proxy_pass http://web:80; } } }\n"
    files = {
        "build/web": DOCKERFILE, "compose.yml": compose, "common.vars": "A=1\n", "raw.env": "B=1 # no\n",
        "settings": "C=1\n", "nginx/nginx.conf": nginx, "nginx/parts/web": "client_max_body_size 1m;\n",
    }  # fmt: skip
    found = CommentKinds(project(tmp_path, **files))
    assert {
        name: found.of(name) for name in ("build/web", "common.vars", "raw.env", "settings", "nginx/parts/web")
    } == {
        "build/web": "dockerfile",
        "common.vars": "env",
        "raw.env": "procfile",  # whole lines only: behind a value a # is part of it
        "settings": "env",
        "nginx/parts/web": "nginx",
    }


def test_the_files_of_a_deployment(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    build: .\n    env_file: [web.env]\n"
    found = project(tmp_path, Dockerfile=DOCKERFILE, **{"compose.yml": compose, "web.env": "MODE=production\n"})
    (web,) = [each for each in found.all_deployments if each.kind == "compose"]
    assert files_of(web) == {"compose.yml", "Dockerfile", "web.env"}
    (bare,) = [each for each in found.all_deployments if each.name == "project"]
    assert "compose.yml" not in files_of(bare)
