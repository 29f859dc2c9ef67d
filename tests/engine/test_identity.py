from __future__ import annotations

from dataclasses import replace

from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.identity import fingerprint
from tests.engine.stubs import finding


def test_what_may_change_without_the_finding_becoming_another() -> None:
    original = finding(line=3, column=9, deployment="project")
    moved = finding(line=40, column=1, deployment="Dockerfile", message="Other words.", severity=Severity.INFO)
    assert fingerprint(original) == fingerprint(moved)
    assert fingerprint(original) == fingerprint(replace(original, help="Other words."))


def test_what_makes_another_finding() -> None:
    others = [finding(), finding(code="XX002"), finding(path="b/.env"), finding(place="MODE")]
    prints = [fingerprint(other) for other in others] + [fingerprint(finding(), "api")]
    assert len(set(prints)) == len(prints)


def test_the_folder_of_a_project_counts_like_a_part_of_the_path() -> None:
    assert fingerprint(finding(path=".env"), "api") == fingerprint(finding(path="api/.env"))


def test_it_is_stable_over_releases_of_the_linter() -> None:
    assert fingerprint(finding()) == "8819b028206b67799df3c3336e944aa8"


def test_a_path_that_is_no_unicode_is_no_obstacle() -> None:
    assert len(fingerprint(finding(path="\udcff.env"))) == 32
