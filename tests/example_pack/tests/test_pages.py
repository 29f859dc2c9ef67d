"""Holds the rules to their pages: every example of a page is a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.testing import page_of, verify_example

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.pages import Example
    from agentflow_lint.engine.rule import Rule

CATALOGUE = load_catalogue(["acme_rules"])
EXAMPLES = [(rule, example) for rule in CATALOGUE.rules for example in page_of(rule).examples]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[f"{rule.code}-{each.name}" for rule, each in EXAMPLES])
def test_the_rule_says_what_its_page_says(rule: Rule, example: Example, tmp_path: Path) -> None:
    verify_example(rule, example, str(tmp_path), CATALOGUE)
