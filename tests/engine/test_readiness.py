from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.finding import Consequence, Severity, Undecided
from agentflow_lint.engine.readiness import Rung, ladder
from agentflow_lint.engine.registry import Catalogue, load_catalogue
from agentflow_lint.engine.run import Crash, Hidden, Report, Run
from agentflow_lint.model.values import Location
from tests.engine.packs import pack, rule_source
from tests.engine.stubs import finding, stub_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    modules = {
        "a": rule_source("XX101", "a", consequence="REFUSES_TO_START"),
        "b": rule_source("XX201", "b", consequence="FAILS_REQUESTS"),
        "c": rule_source("XX301", "c", consequence="EXPOSES"),
        "d": rule_source("XX302", "d", consequence="EXPOSES", kind="DeploymentRule"),
        "e": rule_source("XX501", "e", consequence="LOSES_DATA"),
        "f": rule_source("XX601", "f", consequence="DEGRADES"),
        "g": rule_source("XX904", "g", consequence="DEGRADES", extra="opt_in = True"),
    }
    with pack(tmp_path, modules) as name:
        yield load_catalogue([name])


def run_of(catalogue: Catalogue, without: str = "", **what: object) -> Run:
    rules = tuple(rule for rule in catalogue.rules if rule.code != without and not rule.opt_in)
    return Run(stub_project(), rules, **{"deployments": ("project",), **what})  # type: ignore[arg-type]


def rung(name: str, *runs: Run, catalogue: Catalogue) -> Rung:
    return next(rung for rung in ladder(runs, catalogue.rules) if rung.name == name)


def test_with_nothing_found_every_rung_is_reached(catalogue: Catalogue) -> None:
    rungs = ladder([run_of(catalogue)], catalogue.rules)
    assert [rung.name for rung in rungs] == ["starts", "serves", "keeps data", "closed", "robust"]
    assert {rung.status for rung in rungs} == {"reached"}


def test_a_finding_counts_by_its_own_consequence_whatever_its_severity(catalogue: Catalogue) -> None:
    found = finding("XX301", consequence=Consequence.REFUSES_TO_START, severity=Severity.INFO)
    run = run_of(catalogue, findings=(found,))
    assert rung("starts", run, catalogue=catalogue).findings == 1
    assert rung("starts", run, catalogue=catalogue).status == "findings"
    assert rung("closed", run, catalogue=catalogue).status == "reached"


def test_an_undecided_case_keeps_a_rung_from_being_reached(catalogue: Catalogue) -> None:
    run = run_of(catalogue, undecided=(Undecided("XX301", "c", "unknown", Location(".env")),))
    assert rung("closed", run, catalogue=catalogue).status == "undecided"


def test_a_finding_that_is_held_back_keeps_a_rung_from_being_reached(catalogue: Catalogue) -> None:
    run = run_of(catalogue, hidden=(Hidden(finding("XX301"), "suppressed"),))
    closed = rung("closed", run, catalogue=catalogue)
    assert (closed.status, closed.findings, closed.hidden) == ("hidden", 0, 1)


@pytest.mark.parametrize(
    "what",
    [
        {"without": "XX301"},
        {"crashes": (Crash("XX301", None, "KeyError", ()),)},
        {"deployments": ()},
    ],
)
def test_a_rule_that_gave_no_answer_keeps_a_rung_from_being_reached(
    catalogue: Catalogue, what: dict[str, object]
) -> None:
    closed = rung("closed", run_of(catalogue, **what), catalogue=catalogue)  # type: ignore[arg-type]
    assert (closed.status, closed.skipped, closed.asked) == ("unchecked", 1, 1)


def test_a_rule_must_have_answered_for_every_project(catalogue: Catalogue) -> None:
    runs = [run_of(catalogue), run_of(catalogue, without="XX501")]
    assert rung("keeps data", *runs, catalogue=catalogue).status == "unchecked"


def test_an_opt_in_rule_is_not_missed(catalogue: Catalogue) -> None:
    assert rung("robust", run_of(catalogue), catalogue=catalogue).status == "reached"


def test_without_a_rule_for_it_a_rung_is_not_reached(catalogue: Catalogue) -> None:
    few = Catalogue(tuple(rule for rule in catalogue.rules if rule.consequence is not Consequence.EXPOSES))
    assert rung("closed", run_of(few), catalogue=few).status == "unchecked"


def test_exit_codes(catalogue: Catalogue) -> None:
    clean = run_of(catalogue)
    found = run_of(catalogue, findings=(finding(),))
    crashed = run_of(catalogue, findings=(finding(),), crashes=(Crash("XX301", None, "KeyError", ()),))
    assert Report((clean,), catalogue).exit_code == 0
    assert Report((clean, found), catalogue).exit_code == 1
    assert Report((clean, found, crashed), catalogue).exit_code == 2
    assert Report((), catalogue).exit_code == 3
    assert Report((), catalogue, allow_empty=True).exit_code == 0
