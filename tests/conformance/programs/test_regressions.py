"""Every program that showed a disagreement once: what the server does with it, and that the linter says the same."""

from __future__ import annotations

import pytest

from tests.conformance.configuration.process import RefereeProcess
from tests.conformance.programs.asking import WORKER, both
from tests.conformance.programs.regression import CORPUS, load, outcomes
from tests.conformance.referees import ERA_BY_RELEASE, UnavailableError, install, required

FOLDERS = sorted(path.name for path in CORPUS.iterdir() if path.is_dir())


def test_every_program_says_why() -> None:
    assert FOLDERS
    for name in FOLDERS:
        case, expected = load(CORPUS / name)
        assert expected["reason"].endswith(".")
        assert case.files
        assert expected["referees"]


@pytest.mark.conformance
@pytest.mark.parametrize("name", FOLDERS)
def test_linter_agrees_with_the_server(name: str) -> None:
    case, expected = load(CORPUS / name)
    for release in expected["referees"]:
        try:
            installed = install(ERA_BY_RELEASE[release])
        except UnavailableError as error:
            if required():
                pytest.fail(str(error), pytrace=False)
            pytest.skip(str(error))
        with RefereeProcess(installed, WORKER) as process:
            compared = both(installed, process, case)
        assert outcomes(compared) == expected["outcomes"]
        assert not compared.differences
        assert not compared.undecided
