"""The traps of the framework's own docs, templates and generated files, and what is right to say of each.

Every trap is one change of a sound project, written in our own words; what the framework itself generates is held
against the linter in tests/conformance/test_generated_deployments.py.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from agentflow_lint.engine.registry import load_catalogue
from tests.traps import config_traps, graph_traps, image_traps, settings_traps
from tests.traps.sound import CORES, UNAVOIDABLE, project, with_edits
from tests.traps.trap import Said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agentflow_lint.engine.run import Run
    from tests.traps.trap import Trap

TRAPS = (*image_traps.TRAPS, *settings_traps.TRAPS, *graph_traps.TRAPS, *config_traps.TRAPS)
CATALOGUE = load_catalogue()
CODES = {rule.code for rule in CATALOGUE.rules}


def lint(folder: Path, files: Mapping[str, str]) -> Run:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (run,) = check(Request(paths=(str(folder),)), CATALOGUE).runs
    assert not run.crashes
    return run


def said(run: Run) -> Counter[Said]:
    return Counter(Said(each.code, each.deployment, each.location.path, each.place) for each in run.findings)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.id)
def test_what_is_right_is_said_and_nothing_else(trap: Trap, tmp_path: Path) -> None:
    sound = project(trap.release, image_only=trap.image_only)
    before = lint(tmp_path / "sound", sound)
    after = lint(tmp_path / "trap", with_edits(sound, trap.edits))
    assert after.release.endswith(f" {trap.release}")
    assert said(after) - said(before) == Counter(each for each in trap.says if each.code in CODES)
    left_open = {case.code for case in after.undecided} - {case.code for case in before.undecided}
    assert left_open == set(trap.undecided)


@pytest.mark.parametrize("release", CORES)
def test_the_sound_project_is_sound(release: str, tmp_path: Path) -> None:
    run = lint(tmp_path, project(release))
    assert sorted(each.code for each in run.findings) == UNAVOIDABLE.get(release, [])
    assert run.deployments == ("compose:web",)


def test_every_trap_is_here_and_says_why() -> None:
    assert {trap.number for trap in TRAPS} == set(range(1, 19))
    assert len({trap.id for trap in TRAPS}) == len(TRAPS)
    assert all(trap.why and trap.edits for trap in TRAPS)
    assert {trap.release for trap in TRAPS} <= set(CORES)


def test_every_code_that_a_trap_names_is_a_rule_of_the_pack() -> None:
    assert {each.code for trap in TRAPS for each in trap.says} <= CODES
