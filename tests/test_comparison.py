"""What docs/comparison.md says of agentflow-lint is what it says; the rest needs a registry (scripts/compare.py)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.cli.main import main
from scripts.compare import EXAMPLES, cell, listing
from scripts.comparison.projects import PROJECTS
from scripts.comparison.tools import REQUIREMENTS, TOOLS, rules

if TYPE_CHECKING:
    from scripts.comparison.projects import Project

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")


def rows(head: str) -> dict[str, list[str]]:
    """The cells of the table whose first column is headed so, by the first of them."""
    table = re.search(rf"^\| {head} \|.*?(?:\n\n|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert table is not None
    lines = [line.strip("| ").split(" | ") for line in table[0].strip().splitlines()]
    return {line[0]: line[1:] for line in (lines[0], *lines[2:])}


def said(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, ...]:
    """What agentflow-lint says of a project."""
    assert main([str(folder), "--output-format", "json", "--show-undecided"]) in (0, 1)
    return tuple(dict.fromkeys(rules(capsys.readouterr().out)))


def test_the_table_has_every_project_and_tool() -> None:
    projects = rows("project")
    assert projects.pop("project") == ["the server", *TOOLS, "semgrep"]
    assert list(projects) == [project.about for project in PROJECTS]
    assert list(rows("example")) == ["example", *EXAMPLES]


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_the_linter_says_of_a_project_what_the_page_says(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, text in project.files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert rows("project")[project.about][1] == cell(project, said(tmp_path, capsys))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_linter_says_of_an_example_what_the_page_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert rows("example")[name][0] == listing(said(ROOT / "examples" / name, capsys))


def test_the_page_gives_the_versions_that_were_run() -> None:
    versions = [each.split("==")[1] for each in REQUIREMENTS]
    assert len(versions) == 3
    assert [version for version in versions if f" {version} " not in PAGE] == []
