"""Options: declared on the rule class, checked when the configuration is read, read by the rule as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agentflow_lint.engine.options import Option, options_of
from agentflow_lint.engine.registry import CatalogueError, load_catalogue
from agentflow_lint.engine.rule import ProjectRule
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.project import Project


class Base(ProjectRule):
    most = Option("most", default=8, minimum=1, description="How many.")
    share = Option("share", default=0.5, description="How much.")

    def check(self, project: Project) -> Iterator[Verdict]:
        return iter(())


class Derived(Base):
    most = Option("most", default=3, minimum=1, description="How many.")
    strict = Option("strict", default=False, description="Whether.")
    level = Option("level", default="low", choices=("low", "high"), description="Which.")
    names = Option("names", default=("a", "b"), choices=("a", "b", "c"), description="Which.")


def test_a_rule_reads_its_defaults_and_what_it_is_told() -> None:
    rule = Derived()
    assert (rule.most, rule.share, rule.strict, rule.names) == (3, 0.5, False, ("a", "b"))
    told = rule.with_options({"most": 9, "strict": True})
    assert (told.most, told.strict, told.level) == (9, True, "low")
    assert (rule.most, rule.strict) == (3, False)
    assert type(told) is Derived
    assert rule.with_options({}) is rule


def test_options_are_listed_in_the_order_of_their_declaration_and_once() -> None:
    assert [(option.name, option.default) for option in options_of(Derived)][:3] == [
        ("most", 3),
        ("share", 0.5),
        ("strict", False),
    ]
    assert [option.name for option in options_of(Base)] == ["most", "share"]
    assert options_of(ProjectRule) == ()


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        (Derived.most, 1, None),
        (Derived.most, 0, "is less than 1"),
        (Derived.most, True, "is not an integer"),
        (Derived.most, 1.0, "is not an integer"),
        (Derived.most, "1", "is not an integer"),
        (Derived.share, 1, None),
        (Derived.share, 0.1, None),
        (Derived.share, True, "is not a number"),
        (Derived.strict, 1, "is not true or false"),
        (Derived.level, "high", None),
        (Derived.level, "higher", "is not one of low, high"),
        (Derived.level, ["high"], "is not a string"),
        (Derived.names, [], None),
        (Derived.names, ["c"], None),
        (Derived.names, ["d"], "is not one of a, b, c"),
        (Derived.names, "c", "is not a list of strings"),
        (Derived.names, [1], "is not a list of strings"),
        (Derived.names, {"a": 1}, "is not a list of strings"),
    ],
)
def test_values_are_checked_strictly(option: Option[Any], value: object, complaint: str | None) -> None:
    assert option.complaint(value) == complaint


def test_a_not_a_number_is_below_every_minimum() -> None:
    option = Option("share", default=0.5, minimum=0, description="How much.")
    assert option.complaint(float("nan")) == "is less than 0"


def test_a_value_is_read_as_the_default_is() -> None:
    assert Derived.names.value_of(["c"]) == ("c",)
    assert Derived.share.value_of(1) == 1.0
    assert isinstance(Derived.share.value_of(1), float)


@pytest.mark.parametrize(
    ("declaration", "complaint"),
    [
        ('Option("Most", default=1, description="How many.")', "'Most' is not kebab-case"),
        ('Option("most", default=[1], description="How many.")', r"its default \[1\] is no boolean"),
        ('Option("most", default=None, description="How many.")', "its default None is no boolean"),
        ('Option("most", default=1, description="")', "it has no description"),
        ('Option("most", default=0, minimum=1, description="How many.")', "its default is less than 1"),
        ('Option("most", default="x", choices=("y",), description="Which.")', "its default is not one of y"),
        ('Option("twice", default=1, description="How many.")', "'twice' is not kebab-case, or is declared twice"),
    ],
)
def test_an_option_declared_badly_is_an_error(tmp_path: Path, declaration: str, complaint: str) -> None:
    extra = f'other = Option("twice", default=1, description="How many.")\n            option = {declaration}'
    source = "from agentflow_lint.engine.options import Option\n" + rule_source(extra=extra)
    with pack(tmp_path, {"a": source}) as name, pytest.raises(CatalogueError, match=complaint):
        load_catalogue([name])
