from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.editing.dockerfile import before_command, copy_of, let_into_context
from tests.engine.editing.projects import deployment, edited

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image

FILES = {"graph/agent.py": "app = 1\n", "data/x.py": ""}


def built(folder: Path, dockerfile: str, **more: str) -> tuple[Deployment, Image]:
    one = deployment(folder, {**FILES, **more, "Dockerfile": dockerfile})
    assert one.image is not None
    return one, one.image


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("FROM a\nCMD x\n", "FROM a\nUSER 1\nCMD x\n"),
        ("FROM a\n# why\n# how\nCMD x", "FROM a\nUSER 1\n# why\n# how\nCMD x"),
        ("FROM a AS b\nCMD x\nFROM a\nCMD x\n", "FROM a AS b\nCMD x\nFROM a\nUSER 1\nCMD x\n"),
        ("FROM a\r\nENTRYPOINT y\r\nCMD x\r\n", "FROM a\r\nUSER 1\r\nENTRYPOINT y\r\nCMD x\r\n"),
        ("FROM a\nCMD x\nRUN y\n", None),
        ("FROM a\nCMD x\nEXPOSE 80\n", "FROM a\nUSER 1\nCMD x\nEXPOSE 80\n"),
    ],
)
def test_an_instruction_goes_before_the_command(tmp_path: Path, written: str, expected: str | None) -> None:
    one, image = built(tmp_path, written)
    edit = before_command(image, ["USER 1"])
    assert (edit and edited(one, edit)) == expected


def test_a_file_is_copied_by_its_path_in_the_context(tmp_path: Path) -> None:
    _, image = built(tmp_path, "FROM a\nCMD x\n", **{".dockerignore": "data\n"})
    assert copy_of(image, "graph", "/app/graph") == "COPY graph /app/graph"
    assert copy_of(image, "data/x.py", "/app/x.py") is None
    assert copy_of(image, "../x.py", "/app/x.py") is None
    assert copy_of(image, "graph", "/my app") is None


@pytest.mark.parametrize(("ignored", "expected"), [("data\n", "data\n!data/x.py\n"), ("data", "data\n!data/x.py")])
def test_a_path_is_let_into_the_context(tmp_path: Path, ignored: str, expected: str) -> None:
    one, image = built(tmp_path, "FROM a\nWORKDIR /app\nCOPY . .\nCMD x\n", **{".dockerignore": ignored})
    assert edited(one, let_into_context(image, "data/x.py", "/app/data/x.py")) == expected


def test_a_path_that_nothing_copies_is_not_let_in(tmp_path: Path) -> None:
    _, image = built(tmp_path, "FROM a\nWORKDIR /app\nCOPY graph graph\nCMD x\n", **{".dockerignore": "data\n"})
    assert let_into_context(image, "data/x.py") is None
    assert let_into_context(image, "data/x.py", "/app/data/x.py") is None
