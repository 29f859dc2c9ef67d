"""The regression corpus: the linter against what the servers do, and the servers against what is written down."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.values import Known
from tests.conformance.configuration.comparison import compare
from tests.conformance.configuration.linter import judge
from tests.conformance.configuration.process import RefereeProcess
from tests.conformance.configuration.regression import FOLDER, Regression, regressions
from tests.conformance.referees import UnavailableError, install, required

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = regressions()
each = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.referee.release}")


@each
def test_the_linter_says_what_the_server_does(case: Regression) -> None:
    verdict = judge(case.referee, case.configuration)
    assert verdict.refuses is case.refused, (*verdict.refusing, *verdict.open)
    for name, expected in case.settings.items():
        value = verdict.deployment.settings[name]
        assert isinstance(value, Known), name
        assert value.value == expected, name


class _Workers:
    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[str, RefereeProcess] = {}

    def of(self, case: Regression) -> RefereeProcess:
        name = case.referee.name
        if name not in self._running:
            self._running[name] = self._stack.enter_context(RefereeProcess(install(case.referee)))
        return self._running[name]


@pytest.fixture(scope="module")
def workers() -> Iterator[_Workers]:
    with ExitStack() as stack:
        yield _Workers(stack)


@pytest.mark.conformance
@each
def test_the_server_does_what_is_written_down(case: Regression, workers: _Workers) -> None:
    try:
        worker = workers.of(case)
    except UnavailableError as error:
        if required():
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
    answer = worker.ask(case.configuration)
    assert answer["outcome"] == case.expected["outcome"], answer["message"]
    assert answer["error"] == case.expected.get("error")
    built = {**(answer["settings"] or {}), **(answer["media"] or {})}
    assert {name: built.get(name) for name in case.settings} == case.settings
    assert compare(answer, judge(case.referee, case.configuration)).differences == ()


def test_the_corpus_is_there_and_tracked() -> None:
    assert len({case.name for case in CASES}) == len([path for path in FOLDER.iterdir() if path.is_dir()]) >= 2
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--ignored", "--exclude-standard", str(FOLDER)],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:  # a source archive has no repository
        assert listed.stdout == ""
