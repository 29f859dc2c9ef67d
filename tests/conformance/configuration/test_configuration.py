"""Generated configurations, read by the releases' own code, against the linter's reading: the fixed selection."""

from __future__ import annotations

import pytest

from tests.conformance.configuration.asking import ask
from tests.conformance.every_referee import SEED
from tests.conformance.referees import BY_NAME, UnavailableError, install, required

pytestmark = pytest.mark.conformance

CASES = 200


@pytest.mark.parametrize("name", ["0.5.1-config", "0.9.0-config"])
def test_linter_reads_configurations_as_the_server_does(name: str) -> None:
    try:
        installed = install(BY_NAME[name])
    except UnavailableError as error:
        if required():
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
    tally = ask(installed, CASES, SEED)
    if tally.disagreements:
        pytest.fail(tally.details(), pytrace=False)
    # A selection that one answer fits, or that the linter does not answer, would prove nothing.
    assert tally.cases >= CASES
    assert 0.2 < tally.refused / tally.cases < 0.8
    assert tally.undecided / tally.cases < 0.02
    assert tally.values > 20 * tally.cases
