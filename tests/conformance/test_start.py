"""Whether the server starts: the framework's own scaffolds, started for real, against the linter's verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conformance.cases import Case, all_cases
from tests.conformance.outcomes import Answered, Unanswered
from tests.conformance.referees import required

if TYPE_CHECKING:
    from tests.conformance.outcomes import Answers

pytestmark = pytest.mark.conformance

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_linter_agrees_with_the_server(case: Case, answers: Answers) -> None:
    result = answers[case.name]
    if isinstance(result, Unanswered):
        if result.unavailable and not required():
            pytest.skip(result.why)
        pytest.fail(result.why, pytrace=False)
    if result.disagreement:
        pytest.fail(result.disagreement, pytrace=False)


def test_every_referee_starts_some_and_refuses_some(answers: Answers) -> None:
    """A selection in which one answer fits all would prove nothing."""
    if len(answers) < len(CASES):
        pytest.skip("only a part of the cases was selected")
    referees = {case.referee.name for case in CASES if not case.referee.bare}
    answered = [result for result in answers.values() if isinstance(result, Answered)]
    if not answered and not required():
        pytest.skip("no referee could be had")
    for name in referees:
        refused = [result.refused for result in answered if result.case.referee.name == name]
        assert refused.count(False) >= 15, name
        assert refused.count(True) >= 15, name
