from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.names import UnknownNameError, nearest
from agentflow_lint.engine.registry import Catalogue, load_catalogue
from agentflow_lint.engine.selection import by_rule, select_rules
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    modules = {
        "a": rule_source("XX301", "wildcard"),
        "b": rule_source("XX302", "credentials"),
        "c": rule_source("XX501", "memory"),
        "d": rule_source("XX904", "undecided", extra="opt_in = True"),
    }
    with pack(tmp_path, modules) as name:
        yield load_catalogue([name])


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ([], [], ["XX301", "XX302", "XX501"]),
        (["ALL"], [], ["XX301", "XX302", "XX501"]),
        (["XX3"], [], ["XX301", "XX302"]),
        (["xx301"], [], ["XX301"]),
        (["wildcard", "memory"], [], ["XX301", "XX501"]),
        ([], ["XX3"], ["XX501"]),
        (["XX3"], ["XX301"], ["XX302"]),
        (["XX301"], ["XX3"], ["XX301"]),
        (["XX3"], ["XX3"], []),
        (["XX"], ["ALL"], ["XX301", "XX302", "XX501"]),
        (["XX9"], [], []),
        (["undecided"], [], ["XX904"]),
        (["XX3", "XX904"], [], ["XX301", "XX302", "XX904"]),
    ],
)
def test_the_more_specific_selector_wins(
    catalogue: Catalogue, select: list[str], ignore: list[str], expected: list[str]
) -> None:
    assert [rule.code for rule in select_rules(catalogue, select, ignore)] == expected


@pytest.mark.parametrize(("select", "ignore"), [(["XX303"], []), ([], ["wildcart"]), ([""], []), (["XX7"], [])])
def test_a_selector_that_names_nothing_is_an_error(catalogue: Catalogue, select: list[str], ignore: list[str]) -> None:
    with pytest.raises(UnknownNameError, match="unknown rule"):
        select_rules(catalogue, select, ignore)


def test_the_error_offers_the_nearest_name(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'wildcard'"):
        select_rules(catalogue, ["Wildcart"])


def test_nothing_is_offered_when_nothing_is_near() -> None:
    assert nearest("zzzz", ["wildcard"]) is None
    assert nearest("", []) is None
    assert nearest("w" * 100_000, ["wildcard"]) is None


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {}),
        ({"XX3": 1}, {"XX301": 1, "XX302": 1}),
        ({"XX301": 2, "XX3": 1}, {"XX301": 2, "XX302": 1}),
        ({"wildcard": 2, "XX": 1, "ALL": 0}, {"XX301": 2, "XX302": 1, "XX501": 1, "XX904": 1}),
        ({"XX301": 1, "wildcard": 2}, {"XX301": 2}),
    ],
)
def test_a_table_of_selectors_says_about_each_rule_what_its_most_specific_key_says(
    catalogue: Catalogue, settings: dict[str, int], expected: dict[str, int]
) -> None:
    assert by_rule(catalogue, settings) == expected
