"""The answers to the selected cases, worked out once, and their table at the end of the run."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conformance.cases import Case
from tests.conformance.outcomes import Answers, Unanswered, answer

_ANSWERS: pytest.StashKey[Answers] = pytest.StashKey()


@pytest.fixture(scope="session")
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Both answers to each case that this run selected."""
    selected = [
        case
        for item in request.session.items
        if isinstance(item, pytest.Function) and isinstance(case := _parameters(item).get("case"), Case)
    ]
    request.config.stash[_ANSWERS] = answer(selected, tmp_path_factory.mktemp("cases"))
    return request.config.stash[_ANSWERS]


def _parameters(item: pytest.Function) -> dict[str, object]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Referee by referee: cases, how many the server refused, agreements and disagreements."""
    answers = config.stash.get(_ANSWERS, None)
    if not answers:
        return
    rows: dict[str, Counter[str]] = {}
    for result in answers.values():
        row = rows.setdefault(result.case.referee.name, Counter())
        row["cases"] += 1
        if isinstance(result, Unanswered):
            row["unanswered"] += 1
            continue
        row["refused" if result.refused else "started"] += 1
        row["disagreements" if result.disagreement else "agreements"] += 1
    columns = ("cases", "started", "refused", "agreements", "disagreements", "unanswered")
    terminalreporter.section("conformance")
    terminalreporter.write_line("".join(("referee".ljust(14), *(column.rjust(15) for column in columns))))
    for name, row in rows.items():
        terminalreporter.write_line("".join((name.ljust(14), *(str(row[column]).rjust(15) for column in columns))))
