"""The examples that the framework publishes on PyPI, started for real, against the linter's claims."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.conformance.examples.asking import ask, published
from tests.conformance.examples.projects import COMPLETED, IN_ORDER, PRINTED, Example
from tests.conformance.referees import ERAS, EXAMPLES
from tests.conformance.selection import chosen, installed

if TYPE_CHECKING:
    from tests.conformance.programs.comparison import Compared

pytestmark = pytest.mark.conformance

#: The newest one, with what its framework's examples ask for. The others take two minutes each, when they are named.
REFEREES = ("0.9.0-examples",)

#: How many examples a release has at least: fewer were found elsewhere than where they are now.
LEAST = {"0.2.9": 150, "0.6.1": 400, "0.9.0": 400}

#: What may be left open, by what the reason names. Everything else has to be answered.
LEFT_OPEN = (
    "of the framework's evaluation tools is not followed",  # they read files, validate and want pytest
    "an annotation reads",  # nothing says which Python runs the project
    "is given an MCP client: it is MockMCPClient",
    "an assertion may fail: was_called of MockToolRegistry",
)

#: Differences that stay, by the server's reason: what somebody else's code makes of an example's made-up argument.
BEYOND = ("Could not infer a valid transport from: path/to/mcp/server",)


@pytest.mark.parametrize("name", chosen(*REFEREES, among=(*EXAMPLES, *ERAS)))
def test_linter_agrees_about_the_published_examples(name: str) -> None:
    referee = installed(name)
    examples = published(referee)
    answered = ask(referee, examples)
    wrong = [_told(example, compared) for example, compared in answered if compared.differences]
    assert not [each for each in wrong if not any(reason in each for reason in BEYOND)]
    assert len(wrong) <= len(BEYOND)
    left = [(example, compared) for example, compared in answered if compared.undecided]
    strange = [
        f"{example.id}: {reason}"
        for example, compared in left
        for reason in compared.undecided
        if not any(each in reason for each in LEFT_OPEN)
    ]
    assert not strange
    assert len(left) <= 0.12 * len(answered)
    _assert_substantial(referee.referee.release, answered)


def _told(example: Example, compared: Compared) -> str:
    return "\n".join([example.id, *(each.text for each in compared.differences)])


def _assert_substantial(release: str, answered: list[tuple[Example, Compared]]) -> None:
    """A corpus that one answer fits would prove nothing."""
    if release in LEAST:
        assert len(answered) >= LEAST[release]
    assert len({example.id for example, _ in answered}) == len(answered)
    starts: Counter[tuple[str, bool]] = Counter()
    for example, compared in answered:
        starts[example.form, compared.starts[0].observed.refused] += 1
    for form in (PRINTED, COMPLETED):
        assert starts[form, True] >= 10, form
        assert starts[form, False] >= 15, form
    assert starts[IN_ORDER, True] + starts[IN_ORDER, False] >= 5
    assert sum(len(compared.starts) > 1 for _, compared in answered) >= 10
