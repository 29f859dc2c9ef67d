"""Every rule against its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.pages import PageError
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.testing import page_of, verify_example

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agentflow_lint.engine.pages import Example
    from agentflow_lint.engine.rule import Rule

CATALOGUE = load_catalogue()


def _examples() -> Iterator[tuple[Rule, Example]]:
    """The examples of every page that can be read; the others fail a test of their own."""
    for rule in CATALOGUE.rules:
        try:
            page = page_of(rule)
        except PageError:
            continue
        for example in page.examples:
            yield rule, example


EXAMPLES = list(_examples())


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.code)
def test_the_page_keeps_the_form(rule: Rule) -> None:
    page = page_of(rule)
    assert {example.fires for example in page.examples} == {True, False}


@pytest.mark.parametrize(
    ("rule", "example"),
    EXAMPLES,
    ids=[f"{rule.code}-{'fires' if example.fires else 'silent'}-{example.name}" for rule, example in EXAMPLES],
)
def test_the_rule_says_what_its_page_says(rule: Rule, example: Example, tmp_path: Path) -> None:
    verify_example(rule, example, str(tmp_path), CATALOGUE)


def test_there_are_rules_and_examples() -> None:
    assert len(EXAMPLES) >= 2 * len(CATALOGUE.rules) > 0
