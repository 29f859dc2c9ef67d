"""Generated projects, started for real, against the linter's claims: the fixed selection."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.conformance.referees import ERA_BY_RELEASE, UnavailableError, install, required
from tests.conformance.starts.asking import ask
from tests.conformance.starts.case import generate, write
from tests.conformance.starts.full import SEED
from tests.conformance.starts.observing import observe

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conformance.referees import Installed

pytestmark = pytest.mark.conformance

#: Each referee starts a share of the full run's cases of its own.
SELECTED = {"0.6.1": range(24), "0.9.0": range(24, 48)}
#: And these are started in both ways.
BOTH_WAYS = range(5)


def _installed(release: str) -> Installed:
    try:
        return install(ERA_BY_RELEASE[release])
    except UnavailableError as error:
        if required():
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))


@pytest.mark.parametrize("release", SELECTED)
def test_linter_knows_what_the_server_does(release: str) -> None:
    installed = _installed(release)
    tally = ask(installed, SELECTED[release], SEED, smallest=False)
    if tally.disagreements:
        pytest.fail(tally.details(), pytrace=False)
    # A selection that one answer fits, or that the linter does not answer, would prove nothing.
    assert tally.cases == len(SELECTED[release])
    assert tally.started >= 3
    assert tally.refused >= 3
    assert tally.undecided <= 2
    assert tally.facts > 10 * tally.started


@pytest.mark.parametrize("release", SELECTED)
def test_a_forked_server_answers_as_one_of_a_new_interpreter_does(release: str, tmp_path: Path) -> None:
    installed = _installed(release)
    for number in BOTH_WAYS:
        project = tmp_path / f"project-{number}"
        project.mkdir()
        write(generate(installed.referee, number, SEED), project)
        answers = []
        for forked in (False, True):
            folder = tmp_path / f"{number}-{forked}"
            folder.mkdir()
            answers.append(replace(observe(installed, project, folder, forked=forked), output=""))
        assert answers[0] == answers[1], number
