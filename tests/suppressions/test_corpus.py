"""Every example that fires, with suppressions added: nothing is left, and nobody sees another project than before."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.add_suppressions import add_suppressions
from agentflow_lint.check import Request, check
from agentflow_lint.config import find_configuration, read_configuration
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.fix import write_fixes
from agentflow_lint.testing import page_of

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.engine.run import Report

CATALOGUE: Catalogue = load_catalogue(["agentflow_rules"])
PROJECTS = sorted((Path(__file__).parents[1] / "precision" / "projects").iterdir())
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").iterdir())
#: Verdicts on the suppressions themselves.
LAST = "AF902"


def verdicts(report: Report) -> Counter[tuple[str, ...]]:
    """What is found and what is undecided, whatever is held back, without the lines, which comments move."""
    found = [
        (each.code, each.location.path, each.place, each.deployment or "")
        for run in report.runs
        for each in (*run.findings, *(hidden.finding for hidden in run.hidden))
        if each.code != LAST
    ]
    undecided = [
        (each.code, each.location.path, each.deployment or "") for run in report.runs for each in run.undecided
    ]
    return Counter([*found, *undecided])


def left(report: Report) -> list[str]:
    return [f"{each.code} {each.location}" for run in report.runs for each in run.findings if each.code != LAST]


def suppress_all(request: Request) -> int:
    """Add suppressions, write them, and compare; gives the number of findings that they hold back."""
    plain = replace(request, no_suppressions=True)
    before = verdicts(check(plain, CATALOGUE))
    added = add_suppressions(request, 'known, and "accepted" for now', CATALOGUE)  # it has checked its own work
    assert left(added.report) == []
    assert [each.spelled for run in added.report.runs for each in run.unused] == []
    write_fixes(added.files)
    assert verdicts(check(plain, CATALOGUE)) == before
    return sum(len(run.hidden) for run in added.report.runs)


@pytest.mark.parametrize("rule", [rule for rule in CATALOGUE.rules if rule.code != LAST], ids=lambda rule: rule.code)
def test_the_examples_of_a_page(rule: Rule, tmp_path: Path) -> None:
    firing = [example for example in page_of(rule).examples if example.fires]
    assert firing
    for number, example in enumerate(firing):
        folder = tmp_path / str(number)
        for path, content in example.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        configuration = find_configuration(str(folder))
        selects = configuration is not None and read_configuration(configuration, CATALOGUE).select is not None
        select = None if selects else (rule.code, LAST)
        assert suppress_all(Request(paths=(str(folder),), select=select)) > 0, example.name


@pytest.mark.parametrize("project", [*PROJECTS, *EXAMPLES], ids=lambda path: path.name)
def test_whole_projects_with_every_rule(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / project.name
    shutil.copytree(project, folder)
    suppress_all(Request(paths=(str(folder),)))


def test_there_are_projects() -> None:
    assert len(PROJECTS) > 10
    assert len(EXAMPLES) > 1
