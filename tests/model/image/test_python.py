"""Which Python runs in an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.image.built import Image, build_image
from agentflow_lint.model.values import Known, Unknown
from agentflow_lint.sources.dockerfile import base_python, base_user

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("reference", "version"),
    [
        ("python:3.12", "3.12"),
        ("python:3.12.4-slim-bookworm", "3.12"),
        ("python:3.14-rc-slim", "3.14"),
        ("python:3.14.0a7", "3.14"),
        ("python:3.15rc1-slim", "3.15"),
        ("docker.io/library/python:3.11-alpine3.20", "3.11"),
        ("public.ecr.aws/docker/library/python:3.13", "3.13"),
        ("python:3.12@sha256:abc", "3.12"),
        ("python", None),
        ("python:latest", None),
        ("python:3-slim", None),
        ("python:slim", None),
        ("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "3.12"),
        ("ghcr.io/astral-sh/uv:0.7.2-python3.13-alpine", "3.13"),
        ("ghcr.io/astral-sh/uv:debian", None),
        ("gcr.io/distroless/python3-debian12", "3.11"),
        ("gcr.io/distroless/python3-debian12:nonroot", "3.11"),
        ("debian:bookworm-slim", "3.11"),
        ("debian:12.5-slim", "3.11"),
        ("debian:trixie", "3.13"),
        ("ubuntu:24.04", "3.12"),
        ("ubuntu", None),
        ("registry.example.com/python:3.12", None),
        ("node:22", None),
    ],
)
def test_the_python_of_base_images(reference: str, version: str | None) -> None:
    assert base_python(reference) == version


@pytest.mark.parametrize(
    ("reference", "user"),
    [
        ("python:3.12", "root"),
        ("ubuntu", "root"),
        ("scratch", "root"),
        ("ghcr.io/astral-sh/uv:debian", "root"),
        ("gcr.io/distroless/python3-debian12", "root"),
        ("gcr.io/distroless/python3-debian12:debug-nonroot", "nonroot"),
        ("cgr.dev/chainguard/python:latest", "nonroot"),
        ("bitnami/python:3.12", "nonroot"),
        ("registry.access.redhat.com/ubi9/python-312", "nonroot"),
        ("registry.access.redhat.com/ubi9-minimal", "root"),
        ("corp/base", None),
    ],
)
def test_the_user_of_base_images(reference: str, user: str | None) -> None:
    assert base_user(reference) == user


@pytest.mark.parametrize(
    ("dockerfile", "files", "version"),
    [
        ("FROM python:3.11\n", {}, "3.11"),
        ("FROM python:3.11 AS a\nFROM a AS b\nFROM b\n", {}, "3.11"),
        ("FROM python:3.13 AS a\nRUN x\nFROM python:3.12\nCOPY --from=a /opt /opt\n", {}, "3.12"),
        ("FROM corp/x\n", {}, None),
        ("ARG V\nFROM python:$V\n", {}, None),
        ("ARG V=3.12\nFROM python:$V-slim\n", {}, "3.12"),
        ("FROM python:3.11\nRUN pyenv install 3.12\n", {}, None),
        ("FROM python:3.11\nRUN apt-get install -y python3.12 && python3.12 -m venv /v\n", {}, None),
        ("FROM python:3.11\nRUN python3.11 -m venv /v\n", {}, "3.11"),
        ("FROM python:3.11\nRUN uv python install 3.13\n", {}, "3.13"),
        ("FROM python:3.11\nRUN uv venv --python=3.12 /v\n", {}, "3.12"),
        ("FROM python:3.11\nENV UV_PYTHON=3.12\nRUN uv sync\n", {}, "3.12"),
        ("FROM python:3.11\nENV UV_PYTHON=python3.12.3\nRUN uv sync\n", {}, "3.12"),
        ("FROM python:3.11\nRUN uv python install 3.12 3.13\n", {}, None),
        ("FROM python:3.11\nRUN uv venv -p pypy3.10\n", {}, None),
        ("FROM python:3.11\nRUN uv pip install --python /usr/local/bin/python x\n", {}, "3.11"),
        ("FROM python:3.11\nRUN uv sync\n", {}, "3.11"),
        ("FROM python:3.11\nRUN uv sync\n", {"pyproject.toml": '[project]\nrequires-python = ">=3.12"\n'}, None),
        ("FROM python:3.12\nRUN uv sync\n", {"pyproject.toml": '[project]\nrequires-python = ">=3.12"\n'}, "3.12"),
        ("FROM python:3.11\nRUN uv sync\n", {".python-version": "3.13\n"}, None),
        ("FROM python:3.11\nRUN uv sync\n", {".python-version": "3.11\n"}, "3.11"),
        ("FROM python:3.11\nRUN pip install x\n", {".python-version": "3.13\n"}, "3.11"),
        ('FROM python:3.11\nCMD ["uv", "run", "x"]\n', {".python-version": "3.13\n"}, None),
        ("FROM debian:12\nRUN apt-get update && apt-get install -y python3 python3-pip\n", {}, "3.11"),
        ("FROM debian:12\nRUN apt-get install -y curl\n", {}, None),
        ("FROM ubuntu:22.04\nRUN apt-get install -y python3.12\n", {}, None),
        ("FROM ubuntu:22.04\nCOPY --from=ghcr.io/astral-sh/uv /uv /bin/\nRUN uv sync\n", {}, None),
    ],
)
def test_the_python_of_images(tmp_path: Path, dockerfile: str, files: dict[str, str], version: str | None) -> None:
    for name, text in {**files, "Dockerfile": dockerfile}.items():
        (tmp_path / name).write_text(text)
    image = build_image(ProjectFiles(str(tmp_path)), "Dockerfile")
    assert isinstance(image, Image)
    if version is None:
        assert isinstance(image.python, Unknown)
        assert image.python.reason
    else:
        assert isinstance(image.python, Known)
        assert image.python.value == version
        assert image.python.origin.location
