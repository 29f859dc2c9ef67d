from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.image.built import Image, build_image
from agentflow_lint.model.image.programs import is_busybox, program_in_image
from agentflow_lint.model.values import Known

if TYPE_CHECKING:
    from pathlib import Path


def has(folder: Path, dockerfile: str, name: str = "curl") -> bool | None:
    (folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    image = build_image(ProjectFiles(str(folder)), "Dockerfile")
    assert isinstance(image, Image)
    found = program_in_image(image, name)
    return found.value if isinstance(found, Known) else None


@pytest.mark.parametrize(
    ("base", "curl", "wget", "pgrep"),
    [
        ("python:3.12-slim", False, False, False),
        ("python:3.13-slim-bookworm", False, False, False),
        ("docker.io/library/python:3.12-slim", False, False, False),
        ("python:3.12", True, True, True),
        ("python:3.12-bookworm", True, True, True),
        ("python:3.12-alpine", False, True, True),
        ("debian:12-slim", False, False, False),
        ("ubuntu:24.04", False, False, None),
        ("ghcr.io/acme/base:1", None, None, None),
    ],
)
def test_what_base_images_ship(
    tmp_path: Path, base: str, curl: bool | None, wget: bool | None, pgrep: bool | None
) -> None:
    assert [has(tmp_path, f"FROM {base}\n", name) for name in ("curl", "wget", "pgrep")] == [curl, wget, pgrep]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*", True),
        ("RUN apt-get update && apt-get install -y curl=7.88* git", True),
        ("RUN apt-get update && apt-get install -y git build-essential", False),
        ("RUN apt-get update && apt-get install -y some-tool", None),
        ("RUN apt-get install -y $PACKAGES", None),
        ("RUN apt-get install -y curl && pip install x && apt-get purge -y curl", False),
        ("RUN pip install -r requirements.txt && useradd app && chown -R app /app", False),
        ("RUN ./install.sh", None),
        ("RUN bash -c 'apt-get install -y curl'", True),
        ('RUN ["apt-get", "install", "-y", "curl"]', True),
        ("RUN make tools", None),
        ("COPY --from=curlimages/curl /usr/bin/curl /usr/bin/curl", True),
        ("COPY --from=builder /opt/venv /opt/venv", False),
        ("COPY --from=builder /usr/local /usr/local", None),
        ("RUN <<EOF\napt-get install -y curl\nEOF", None),
        ("COPY . .", False),
    ],
)
def test_what_instructions_bring(tmp_path: Path, run: str, expected: bool | None) -> None:
    assert has(tmp_path, f"FROM python:3.12 AS builder\nFROM python:3.12-slim\n{run}\n") is expected


def test_an_unknown_step_takes_nothing_away(tmp_path: Path) -> None:
    assert has(tmp_path, "FROM python:3.12\nRUN ./install.sh\n") is True


def test_a_program_that_nothing_is_known_about(tmp_path: Path) -> None:
    assert has(tmp_path, "FROM python:3.12-slim\n", "myprobe") is None


def test_stages_that_are_only_copied_from_do_not_count(tmp_path: Path) -> None:
    dockerfile = "FROM python:3.12-slim AS a\nRUN apt-get install -y curl\nFROM python:3.12-slim\n"
    assert has(tmp_path, dockerfile) is False
    assert has(tmp_path, dockerfile.replace("\nFROM python:3.12-slim\n", "\nFROM a\n")) is True


def test_alpine_wget_is_busybox_until_another_is_installed(tmp_path: Path) -> None:
    for more, expected in (("", True), ("RUN apk add --no-cache wget\n", False)):
        (tmp_path / "Dockerfile").write_text(f"FROM python:3.12-alpine\n{more}", encoding="utf-8")
        image = build_image(ProjectFiles(str(tmp_path)), "Dockerfile")
        assert isinstance(image, Image)
        assert is_busybox(image, "wget") is expected
