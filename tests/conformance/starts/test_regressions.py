"""Every disagreement that was found once, as a fixed case: what the server does, and that the linter says the same.

Each folder of ``regressions`` has an ``expected.json``: the reason, the releases, the dimensions that differ from the
baseline project, and what the server did. With ``open`` the linter is known to be wrong still, and why; the test fails
as soon as it is right.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.referees import ERA_BY_RELEASE, UnavailableError, install, required
from tests.conformance.starts.asking import both
from tests.conformance.starts.case import Case

CORPUS = Path(__file__).with_name("regressions")
CASES = {
    f"{folder.name}/{release}": (release, expected)
    for folder in sorted(CORPUS.iterdir())
    for expected in (json.loads((folder / "expected.json").read_text(encoding="utf-8")),)
    for release in expected["referees"]
}


def test_every_case_says_why() -> None:
    assert CASES
    for name, (_, expected) in CASES.items():
        assert expected["reason"].endswith("."), name
        assert expected["outcome"] in ("started", "refused"), name


@pytest.mark.conformance
@pytest.mark.parametrize("name", CASES)
def test_linter_agrees_with_the_server(name: str) -> None:
    release, expected = CASES[name]
    try:
        installed = install(ERA_BY_RELEASE[release])
    except UnavailableError as error:
        if required():
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
    observed, compared = both(installed, Case(installed.referee, expected["choices"]))
    assert observed.refused == (expected["outcome"] == "refused")
    if "checkpointer" in expected:
        assert observed.checkpointer is not None
        assert observed.checkpointer[0] == expected["checkpointer"]
    _compare(expected, [difference.text for difference in compared.differences], compared.undecided)


def _compare(expected: dict[str, Any], differences: list[str], undecided: tuple[str, ...]) -> None:
    if "open" in expected:
        assert differences, f"no longer wrong: {expected['open']}"
    else:
        assert not differences
        assert not undecided
