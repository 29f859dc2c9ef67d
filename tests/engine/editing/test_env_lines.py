from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.editing.env_lines import with_lines, without_binding
from agentflow_lint.sources.dotenv import read_env
from agentflow_lint.sources.text import SourceText
from tests.engine.editing.settings_projects import edited, project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A=1\n", "A=1\nB=\nC=x\n"),
        ("A=1", "A=1\nB=\nC=x"),
        ("", "B=\nC=x\n"),
        ("A=1\r\n# end\r\n", "A=1\r\n# end\r\nB=\r\nC=x\r\n"),
        ("A=1\r\n\r\nD=2", "A=1\r\n\r\nD=2\r\nB=\r\nC=x"),
        ("A='1\n2'\n", "A='1\n2'\nB=\nC=x\n"),
    ],
)
def test_lines_are_added_behind_the_last_one(tmp_path: Path, before: str, after: str) -> None:
    found = project(tmp_path, env=before)
    assert edited(found, with_lines(found, ".env", {"B": "", "C": "x"})) == after


def test_a_quote_that_is_never_closed_does_not_take_the_new_line_in(tmp_path: Path) -> None:
    found = project(tmp_path, env="A='1\n")
    edit = with_lines(found, ".env", {"B": "x"})
    assert edit is None or read_env(SourceText(edited(found, edit))).bindings[-1].name == "B"


def test_a_file_that_is_not_there_gets_none(tmp_path: Path) -> None:
    assert with_lines(project(tmp_path), ".env", {"B": ""}) is None


def remove(folder: Path, text: str, index: int) -> str | None:
    found = project(folder, env=text)
    edit = without_binding(found, ".env", read_env(SourceText(text)).bindings[index])
    return edited(found, edit) if edit else None


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("# first\nA=1 # x\nA=2\n", 0, "# first\nA=2\n"),
        ("A=1\r\nexport B='2\r\n3'\r\nC=4\r\n", 1, "A=1\r\nC=4\r\n"),
        ("A=1\nB=2", 1, "A=1"),
        ("A=1\r\nB=2", 1, "A=1"),
        ("A=1", 0, ""),
        ("A=1\n", 0, ""),
    ],
)
def test_a_statement_goes_with_its_line(tmp_path: Path, before: str, index: int, after: str) -> None:
    assert remove(tmp_path, before, index) == after


def test_a_statement_that_another_takes_up_stays(tmp_path: Path) -> None:
    assert remove(tmp_path, "A=1\nB=${A}\nA=2\n", 0) is None


def test_the_line_of_a_statement_that_reaches_into_another_stays(tmp_path: Path) -> None:
    text = "A='1'B=2\n"
    bindings = read_env(SourceText(text)).bindings
    assert all(remove(tmp_path, text, index) in (None, "") for index in range(len(bindings)))
