from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.registry import CatalogueError, installed_packs, load_catalogue, page_path, summary
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from pathlib import Path


def test_rules_of_every_module_are_collected_in_the_order_of_their_codes(tmp_path: Path) -> None:
    modules = {"network.late": rule_source("XX302", "late"), "early": rule_source("XX101", "early"), "shared": "X = 1"}
    with pack(tmp_path, modules) as name:
        catalogue = load_catalogue([name])
        assert [rule.code for rule in catalogue.rules] == ["XX101", "XX302"]
        assert page_path(catalogue.rules[1]) == str(tmp_path / name / "network" / "late.md")
        assert summary(catalogue.rules[0]) == "What XX101 decides"


def test_a_rule_is_found_by_code_in_any_case_and_by_name(tmp_path: Path) -> None:
    with pack(tmp_path, {"a": rule_source("XX101", "early")}) as name:
        catalogue = load_catalogue([name])
        assert catalogue.find("xx101") is catalogue.find("early") is catalogue.rules[0]
        assert catalogue.find("XX999") is None


def test_a_rule_imported_from_another_module_is_not_counted_twice(tmp_path: Path) -> None:
    modules = {"a": rule_source("XX101", "early"), "b": "from .a import RuleXX101"}
    with pack(tmp_path, modules) as name:
        assert len(load_catalogue([name]).rules) == 1


def test_a_base_class_without_a_code_is_no_rule(tmp_path: Path) -> None:
    source = rule_source("XX101", "early").replace("code = ", "other = ")
    with pack(tmp_path, {"a": source}) as name:
        assert load_catalogue([name]).rules == ()


@pytest.mark.parametrize(
    ("second", "claimed"),
    [(rule_source("XX101", "other"), "XX101"), (rule_source("XX102", "early"), "early")],
)
def test_a_code_or_name_claimed_twice_is_an_error_that_names_both(tmp_path: Path, second: str, claimed: str) -> None:
    with pack(tmp_path, {"a": rule_source("XX101", "early"), "b": second}) as name:
        with pytest.raises(CatalogueError) as error:
            load_catalogue([name])
        assert f"{name}.a.RuleXX101" in str(error.value)
        assert f"{name}.b." in str(error.value)
        assert claimed in str(error.value)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (rule_source(code="X1"), "code 'X1'"),
        (rule_source(name="Some Rule"), "name 'Some Rule'"),
        (rule_source().replace("consequence = ", "other = "), "no consequence"),
        (rule_source().replace('"""What XX001 decides."""', ""), "docstring"),
        (rule_source(kind="Rule").replace("import DeploymentRule", "import Rule, DeploymentRule"), "neither"),
    ],
)
def test_a_rule_declared_badly_is_an_error(tmp_path: Path, source: str, complaint: str) -> None:
    with pack(tmp_path, {"a": source}) as name, pytest.raises(CatalogueError, match=complaint):
        load_catalogue([name])


def test_a_module_that_does_not_import_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pack(tmp_path, {"broken": "import no_such_module_anywhere"}) as name:
        match = f"{name}.broken"
        with pytest.raises(CatalogueError, match=match):
            load_catalogue([name])


def test_a_pack_that_is_not_there_is_an_error() -> None:
    with pytest.raises(CatalogueError, match="no_such_pack"):
        load_catalogue(["no_such_pack"])


def test_no_pack_at_all_is_an_error() -> None:
    with pytest.raises(CatalogueError, match="no rule pack"):
        load_catalogue([])


def test_the_built_in_pack_comes_in_through_the_entry_point() -> None:
    assert "agentflow_rules" in installed_packs()


def test_loading_the_rules_needs_no_heavy_library() -> None:
    code = (
        "import sys; from agentflow_lint.engine.registry import load_catalogue; load_catalogue();"
        "print([name for name in ('libcst', 'pydantic', 'yaml', 'dotenv', 'tomllib') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
