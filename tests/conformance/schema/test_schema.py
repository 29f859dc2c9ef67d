"""Generated configs, read by the releases' own code, against the schema: the fixed selection."""

from __future__ import annotations

import pytest

from tests.conformance.every_referee import SEED
from tests.conformance.schema.asking import ask
from tests.conformance.selection import chosen, installed

pytestmark = pytest.mark.conformance

CASES = 150


@pytest.mark.parametrize("name", chosen("0.4.0-config", "0.9.0-config"))
def test_the_schema_takes_what_the_server_takes(name: str) -> None:
    tally = ask(installed(name), CASES, SEED)
    if tally.disagreements:
        pytest.fail(tally.details(), pytrace=False)
    # A selection that one answer fits, or that reasons explain away, would prove nothing.
    assert tally.cases >= CASES
    assert 0.1 < 1 - tally.taken / tally.cases < 0.9
    assert tally.inexpressible / tally.cases < 0.2
