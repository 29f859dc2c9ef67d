"""Generated programs, started for real, against the linter's claims: the fixed selection."""

from __future__ import annotations

import pytest

from tests.conformance.programs.asking import ask
from tests.conformance.referees import ERA_BY_RELEASE, UnavailableError, install, required

pytestmark = pytest.mark.conformance

CASES = 20
#: Each referee starts programs of its own.
SEEDS = {"0.6.1": 61, "0.9.0": 90}


@pytest.mark.parametrize("release", SEEDS)
def test_linter_knows_what_the_program_does(release: str) -> None:
    try:
        installed = install(ERA_BY_RELEASE[release])
    except UnavailableError as error:
        if required():
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
    tally = ask(installed, CASES, SEEDS[release], smallest=False)
    if tally.disagreements:
        pytest.fail(tally.details(), pytrace=False)
    # A selection that one answer fits, or that the linter does not answer, would prove nothing.
    assert tally.programs == CASES
    assert tally.starts > 1.5 * CASES
    assert tally.refused >= 5
    assert tally.starts - tally.refused >= 15
    assert tally.undecided <= 2
    assert tally.facts > 2 * tally.starts
