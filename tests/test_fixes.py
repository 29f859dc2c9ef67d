"""What holds of every fix, on the examples of the pages and on whole projects."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from agentflow_lint.engine.fixing import allowed
from agentflow_lint.testing import page_of
from tests.fixing import CATALOGUE, assert_fixes_well, findings, write
from tests.precision.corpus import read_projects

if TYPE_CHECKING:
    from agentflow_lint.engine.pages import Example
    from agentflow_lint.engine.rule import Rule
    from tests.precision.corpus import Project

EXAMPLES: list[tuple[Rule, Example]] = [
    (rule, example) for rule in CATALOGUE.rules for example in page_of(rule).examples
]
NAMES = [f"{rule.code}-{example.name}" for rule, example in EXAMPLES]


@cache
def offered(number: int) -> frozenset[tuple[str, str]]:
    """The rules that offer fixes to be applied on an example, and the kinds of these."""
    _, example = EXAMPLES[number]
    with TemporaryDirectory() as folder:
        write(example, Path(folder))
        found = findings(check(Request(paths=(folder,)), CATALOGUE))
    return frozenset(
        (each.code, each.fix.applicability.value) for each in found if each.fix and allowed(each.fix, True)
    )


SHOWN = [
    pytest.param(number, kind, id=f"{kind}-{NAMES[number]}")
    for number, (_, example) in enumerate(EXAMPLES)
    for kind in example.fixed
]


@pytest.mark.parametrize(("number", "kind"), SHOWN)
def test_what_the_pages_show(number: int, kind: str, tmp_path: Path) -> None:
    write(EXAMPLES[number][1], tmp_path)
    assert assert_fixes_well(tmp_path, unsafe=kind == "unsafe") > 0


def test_pages_show_the_fixes_that_they_speak_of() -> None:
    for rule in CATALOGUE.rules:
        page = page_of(rule)
        words = page.sections["Fix"]
        speaks_of_one = (
            re.search(r"(?:\A|\n\n|[.:;] )`--(?:fix|unsafe-fixes)`", words) and "leave this alone" not in words
        )
        assert not speaks_of_one or any(example.fixed for example in page.examples), rule.code
    assert len(SHOWN) > 60


@pytest.mark.exhaustive
@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=NAMES)
@pytest.mark.parametrize("kind", ["safe", "unsafe"])
def test_every_example(number: int, kind: str, tmp_path: Path) -> None:
    if kind in {each for _, each in offered(number)}:
        write(EXAMPLES[number][1], tmp_path)
        assert assert_fixes_well(tmp_path, unsafe=kind == "unsafe") > 0


@pytest.mark.exhaustive
def test_every_fix_is_shown_on_its_page() -> None:
    """A rule that has fixes of a kind shows one of them, before and after."""
    shown = {(rule.code, kind) for rule, example in EXAMPLES for kind in example.fixed}
    made = {each for number in range(len(EXAMPLES)) for each in offered(number)}
    assert len(made) > 30
    assert made <= shown


@pytest.mark.parametrize("name", ["leaky-agent", "sound-agent"])
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_the_examples_of_the_repository(name: str, unsafe: bool, tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "examples" / name, tmp_path / name)
    assert_fixes_well(tmp_path / name, unsafe)


@pytest.mark.parametrize("project", read_projects(), ids=lambda project: project.name)
def test_sound_projects(project: Project, tmp_path: Path) -> None:
    assert_fixes_well(project.copy_to(tmp_path), unsafe=True)
