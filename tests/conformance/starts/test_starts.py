"""Generated projects, started for real, against the linter's claims: the fixed selection."""

from __future__ import annotations

import pytest

from tests.conformance.referees import ERA_BY_RELEASE, UnavailableError, install, required
from tests.conformance.starts.asking import ask
from tests.conformance.starts.full import SEED

pytestmark = pytest.mark.conformance

#: Each referee starts a share of the full run's cases of its own.
SELECTED = {"0.6.1": range(16), "0.9.0": range(16, 32)}


@pytest.mark.parametrize("release", SELECTED)
def test_linter_knows_what_the_server_does(release: str) -> None:
    try:
        installed = install(ERA_BY_RELEASE[release])
    except UnavailableError as error:
        if required():
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
    tally = ask(installed, SELECTED[release], SEED, smallest=False)
    if tally.disagreements:
        pytest.fail(tally.details(), pytrace=False)
    # A selection that one answer fits, or that the linter does not answer, would prove nothing.
    assert tally.cases == len(SELECTED[release])
    assert tally.started >= 3
    assert tally.refused >= 3
    assert tally.undecided <= 2
    assert tally.facts > 10 * tally.started
