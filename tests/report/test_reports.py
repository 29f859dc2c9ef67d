"""The three formats on one small fixed project, against golden files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.run import Crash, Report
from agentflow_lint.report.concise import concise_report
from agentflow_lint.report.json import json_report
from agentflow_lint.report.palette import Palette
from agentflow_lint.report.text import text_report
from tests.golden import assert_golden
from tests.report.samples import FINDINGS, ODD_FOLDER, at, run_in

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue

GOLDEN = Path(__file__).parent / "golden"


def test_text(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report.txt", text_report(report, str(working)))


def test_text_in_colour(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report-colored.txt", text_report(report, str(working), Palette(colored=True)))


def test_concise(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report-concise.txt", concise_report(report, str(working)))


def test_json(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report.json", json_report(report, str(working)))


def test_an_odd_project_as_text(odd_report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "odd.txt", text_report(odd_report, str(working / "api")))


def test_an_odd_project_as_json(odd_report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "odd.json", json_report(odd_report, str(working / "api")))


def test_a_fix_in_json_is_its_edits_as_the_files_will_hold_them(odd_report: Report, working: Path) -> None:
    document = json.loads(json_report(odd_report, str(working)))
    fixes = {each["fix"]["description"]: each["fix"] for each in document["diagnostics"] if each["fix"]}
    assert {text: each["applicability"] for text, each in fixes.items()} == {
        "Take the star away.": "safe",
        "Copy the secret.": "unsafe",
        "Run as a user.": "unsafe",
        "Fill it in.": "suggestion",
    }
    assert fixes["Copy the secret."]["edits"] is None
    (edit,) = fixes["Run as a user."]["edits"]
    assert edit == {
        "path": f"{ODD_FOLDER}/deploy/Docker file",
        "line": 2,
        "column": 1,
        "end_line": 2,
        "end_column": 10,
        "text": "USER app\rEXPOSE 80",
    }
    assert [each["column"] for each in fixes["Take the star away."]["edits"]] == [8, 11, 1]
    assert document["summary"]["fixable"] == {"safe": 1, "unsafe": 2}


def test_nothing_found(working: Path, catalogue: Catalogue) -> None:
    report = Report((run_in(working, catalogue),), catalogue)
    assert_golden(GOLDEN / "clean.txt", text_report(report, str(working)))


def test_several_projects_are_grouped(working: Path, catalogue: Catalogue) -> None:
    runs = (
        run_in(working / "api", catalogue, findings=FINDINGS[:1]),
        run_in(working / "jobs", catalogue),
        run_in(working / "web", catalogue, findings=FINDINGS[:1]),
    )
    assert_golden(GOLDEN / "projects.txt", text_report(Report(runs, catalogue), str(working)))


def test_projects_of_one_repository_have_findings_of_their_own(working: Path, catalogue: Catalogue) -> None:
    runs = tuple(run_in(working / folder, catalogue, findings=FINDINGS[:1]) for folder in ("api", "web"))
    document = json.loads(json_report(Report(runs, catalogue), str(working)))
    prints = [diagnostic["fingerprint"] for diagnostic in document["diagnostics"]]
    assert len(set(prints)) == 2
    from_elsewhere = json.loads(json_report(Report(runs, catalogue), str(working / "api")))
    assert [diagnostic["fingerprint"] for diagnostic in from_elsewhere["diagnostics"]] == prints
    assert [diagnostic["path"] for diagnostic in from_elsewhere["diagnostics"]] == [".env", "../web/.env"]


@pytest.mark.parametrize("render", [text_report, concise_report, json_report])
def test_no_format_shows_a_secret(report: Report, working: Path, render: object) -> None:
    assert "hunter2" not in render(report, str(working))  # type: ignore[operator]


@pytest.mark.parametrize("render", [text_report, concise_report])
def test_no_text_format_lets_a_message_command_the_terminal(report: Report, working: Path, render: object) -> None:
    assert "\x1b" not in render(report, str(working))  # type: ignore[operator]


def test_a_crash_is_never_silent(working: Path, catalogue: Catalogue) -> None:
    crash = Crash("XX301", "Dockerfile", "KeyError", ("rule.py:3 in check",))
    report = Report((run_in(working, catalogue, crashes=(crash,)),), catalogue)
    text = text_report(report, str(working))
    assert "1 crash of the linter: the verdicts are not complete" in text
    assert "closed      1 of 2 rules not asked" in text
    document = json.loads(json_report(report, str(working)))
    assert document["summary"]["exit_code"] == 2
    assert document["summary"]["crashes"][0]["code"] == "XX301"


def test_the_json_keys_that_others_rely_on(report: Report, working: Path) -> None:
    document = json.loads(json_report(report, str(working)))
    assert document["version"] == 1
    promised = {
        "code",
        "name",
        "severity",
        "consequence",
        "message",
        "path",
        "line",
        "column",
        "end_line",
        "end_column",
    }
    promised |= {"deployment", "related", "fix", "url", "help", "place", "fingerprint"}
    assert all(promised <= set(diagnostic) for diagnostic in document["diagnostics"])
    assert len(document["diagnostics"]) == len(FINDINGS)


def test_a_path_that_no_terminal_can_show_is_escaped(working: Path, catalogue: Catalogue) -> None:
    odd = replace(FINDINGS[0], location=at("a\n\udcffb.env", 1, 1, 1, 1))
    report = Report((run_in(working, catalogue, findings=(odd,)),), catalogue)
    for render in (text_report, concise_report, json_report):
        rendered = render(report, str(working))
        assert "\udcff" not in rendered
        assert "a\n" not in rendered
