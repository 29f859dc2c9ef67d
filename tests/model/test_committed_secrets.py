from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.cli.formats import FORMATS
from agentflow_lint.cli.main import main
from agentflow_lint.model.committed_secrets import committed_secrets
from agentflow_lint.model.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "Vq7wLr2p9XkT4mZs8HcY1dNf"


def project(folder: Path) -> None:
    (folder / "10xgraph.json").write_text('{"agent": "graph:app"}', encoding="utf-8")
    (folder / ".env").write_text(f"JWT_SECRET_KEY={SECRET}\n", encoding="utf-8")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def found(folder: Path) -> list[tuple[str, str | None, str | None]]:
    return [(each.path, each.keeper, each.image) for each in committed_secrets(load_project(str(folder)))]


def test_without_git_what_nothing_ignores_counts(tmp_path: Path) -> None:
    project(tmp_path)
    assert found(tmp_path) == [(".env", "not-ignored", None)]


def test_gits_index_decides_where_there_is_one(tmp_path: Path) -> None:
    project(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "10xgraph.json")
    assert found(tmp_path) == []  # not ignored, and not added
    git(tmp_path, "add", ".env")
    assert found(tmp_path) == [(".env", "tracked", None)]
    (tmp_path / ".gitignore").write_text(".env\n", encoding="utf-8")
    assert found(tmp_path) == [(".env", "tracked", None)]  # ignored too late


def test_the_image_counts_by_itself(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / ".gitignore").write_text(".env\n", encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(
        "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD uvicorn tenxgraph_api.src.app.main:app\n", encoding="utf-8"
    )
    assert found(tmp_path) == [(".env", None, "Dockerfile")]
    (tmp_path / ".dockerignore").write_text(".env\n", encoding="utf-8")
    assert found(tmp_path) == []


def test_an_index_that_cannot_be_read_leaves_it_to_gitignore(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(b"DIRC nonsense")
    assert found(tmp_path) == [(".env", "not-ignored", None)]


def test_shared_yaml_nodes_are_read_in_bounded_time(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 8) + "]" for n in range(1, 9)]
    (tmp_path / "10xgraph.json").write_text('{"agent": "graph:app"}', encoding="utf-8")
    (tmp_path / "compose.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert found(tmp_path) == []


@pytest.mark.parametrize("output", FORMATS)
def test_the_value_is_never_printed(tmp_path: Path, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path)
    (tmp_path / "compose.yaml").write_text(
        f"services:\n  web:\n    environment:\n      - TICKETS_TOKEN={SECRET}\n", encoding="utf-8"
    )
    (tmp_path / "graph.py").write_text(f'client = connect(api_key="{SECRET}")\n', encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(
        f"FROM python:3.12\nARG TOKEN={SECRET}\nRUN pip install -i https://me:{SECRET}@pypi.internal/simple x\n"
        "COPY . .\nCMD uvicorn tenxgraph_api.src.app.main:app\n",
        encoding="utf-8",
    )
    arguments = ["check", str(tmp_path), "--select", "AF117", "--output-format", output]
    assert main(arguments) == 1
    shown = capsys.readouterr().out
    assert shown.count("AF117") >= 5
    assert SECRET not in shown
