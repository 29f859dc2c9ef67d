from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.editing.requirements import extra_added, requirements_added
from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from pathlib import Path


def place(folder: Path, path: str, content: str, written: str) -> tuple[ProjectFiles, Location, SourceText]:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode())
    text = SourceText(content)
    start = content.index(written)
    return ProjectFiles(str(folder)), Location(path, text.span(start, start + len(written))), text


@pytest.mark.parametrize(
    ("path", "written", "expected"),
    [
        ("requirements.txt", "x-api==1", "x-api[e]==1"),
        ("requirements/prod.in", "X_Api [a,b]>=1", "X_Api [a,b,e]>=1"),
        ("requirements.txt", "x.api[]", "x.api[e]"),
        ("pyproject.toml", '"x-api~=1"', '"x-api[e]~=1"'),
        ("Dockerfile", "x-api==1", '"x-api[e]==1"'),
        ("Dockerfile", "'x-api==1'", "'x-api[e]==1'"),
        ("Dockerfile", "x-api[a]", "x-api[a,e]"),
        ("requirements.txt", "y-api==1", None),
        ("Dockerfile", "x-api==$VERSION", None),
        ("uv.lock", '"x-api"', None),
    ],
)
def test_an_extra_goes_behind_the_name(tmp_path: Path, path: str, written: str, expected: str | None) -> None:
    files, at, text = place(tmp_path, path, f"RUN {written} more\n", written)
    edit = extra_added(files, at, "x-api", "e")
    assert (edit and apply_edits(text, [edit])) == (expected and f"RUN {expected} more\n")


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("requirements.txt", "# s\nx==1  # c\ny\n", "# s\nx==1  # c\nz\nz[e]>1\ny\n"),
        ("requirements.txt", "x==1", "x==1\nz\nz[e]>1"),
        ("requirements-prod.txt", "x==1\r\n", "x==1\r\nz\r\nz[e]>1\r\n"),
        ("requirements.txt", "x==1 \\\n    --hash=sha256:0\n", None),
        ("Dockerfile", "RUN pip install x==1 \\\n  y\n", 'RUN pip install x==1 z "z[e]>1" \\\n  y\n'),
        ("Dockerfile", 'RUN ["pip", "x==1"]\n', None),
    ],
)
def test_requirements_go_beside_another_one(tmp_path: Path, path: str, content: str, expected: str | None) -> None:
    files, at, text = place(tmp_path, path, content, "x==1")
    edit = requirements_added(files, at, ("z", "z[e]>1"))
    assert (edit and apply_edits(text, [edit])) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('dependencies = ["x==1", "y"]\n', 'dependencies = ["z", "x==1", "y"]\n'),
        ('dependencies = [\n  "x==1",  # c\n]\n', 'dependencies = [\n  "z",\n  "x==1",  # c\n]\n'),
        ("dependencies = ['x==1']\n", None),
    ],
)
def test_requirements_go_into_the_list(tmp_path: Path, content: str, expected: str | None) -> None:
    files, at, text = place(tmp_path, "pyproject.toml", content, '"x==1"' if '"' in content else "x==1")
    edit = requirements_added(files, at, ("z",))
    assert (edit and apply_edits(text, [edit])) == expected


def test_a_lock_file_beside_keeps_pyproject_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text("version = 1\n")
    files, at, _ = place(tmp_path, "pyproject.toml", 'dependencies = ["x==1"]\n', '"x==1"')
    assert requirements_added(files, at, ("z",)) is None
    assert extra_added(files, at, "x", "e") is None
