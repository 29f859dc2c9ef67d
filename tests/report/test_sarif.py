from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import jsonschema

from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.run import Report
from agentflow_lint.report.repository import RepositoryPaths
from agentflow_lint.report.sarif import ROOT, github_sarif_report, sarif_report
from agentflow_lint.report.sarif_rules import described
from agentflow_lint.sources.text import SourceText
from tests.golden import assert_golden
from tests.report.samples import FINDINGS, ODD_ENV, ODD_FILES, ODD_FOLDER, at, odd_findings, run_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from agentflow_lint.engine.registry import Catalogue

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json"
VALIDATOR = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))


def log_of(report: Report, working: Path, **options: bool) -> dict[str, Any]:
    """The one run of a valid log."""
    log = json.loads(sarif_report(report, RepositoryPaths(str(working)), **options))
    errors = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(log)]
    assert errors == []
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return dict(run)


def regions(value: object) -> Iterator[dict[str, int]]:
    """Every region that is to be marked."""
    if isinstance(value, dict):
        if "region" in value:
            yield value["region"]
        for each in value.values():
            yield from regions(each)
    if isinstance(value, list):
        for each in value:
            yield from regions(each)


def test_the_log(report: Report, working: Path) -> None:
    log_of(report, working)
    assert_golden(GOLDEN / "report.sarif", sarif_report(report, RepositoryPaths(str(working))))


def test_the_log_of_an_odd_project(odd_report: Report, working: Path) -> None:
    log_of(odd_report, working)
    assert_golden(GOLDEN / "odd.sarif", sarif_report(odd_report, RepositoryPaths(str(working))))


def test_the_schema_refuses_what_is_wrong(report: Report, working: Path) -> None:
    log = json.loads(sarif_report(report, RepositoryPaths(str(working))))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not VALIDATOR.is_valid(log)
    log["runs"][0]["results"][0]["level"] = "error"
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not VALIDATOR.is_valid(log)


def test_an_empty_log_is_valid_too(working: Path, catalogue: Catalogue) -> None:
    assert log_of(Report((), catalogue), working)["invocations"][0]["exitCode"] == 3
    assert log_of(Report((), catalogue, allow_empty=True), working)["results"] == []


def test_every_built_in_rule_is_described_within_githubs_limits(working: Path) -> None:
    catalogue = load_catalogue()
    run = run_in(working, catalogue)
    rules = log_of(Report((run,), catalogue), working)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in catalogue.rules]
    assert len(rules) > 80
    for rule in rules:
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["shortDescription"]["text"]) <= 255
        assert len(rule["properties"]["tags"]) <= 20
        assert rule["help"]["markdown"].startswith(rule["fullDescription"]["text"][:20].partition("[")[0])
        assert "## Fix" in rule["help"]["markdown"]
        assert "## Fires" not in rule["help"]["markdown"]
        assert "](../" not in rule["help"]["markdown"]
        assert "](" not in rule["help"]["text"]
        security = rule["properties"]["consequence"] == "exposes"
        assert ("security" in rule["properties"]["tags"]) is security
        assert ("security-severity" in rule["properties"]) is security
        if security:
            assert 0 < float(rule["properties"]["security-severity"]) <= 10


def test_links_lead_to_the_published_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentflow_rules.PAGES_URL", "https://example.com/rules/", raising=False)
    rule = described(load_catalogue().known("AF301"))
    assert rule["helpUri"] == "https://example.com/rules/network/wildcard_origins.md"
    assert "(https://example.com/rules/network/credentialed_wildcard.md)" in rule["help"]["markdown"]
    assert "(https://developer.mozilla.org/" in rule["help"]["markdown"]


def test_a_rule_without_a_page_is_described_by_its_summary(catalogue: Catalogue) -> None:
    rule = described(catalogue.known("XX301"))
    assert rule["help"]["text"] == rule["shortDescription"]["text"] == "What XX301 decides."


def test_every_result_points_to_its_rule(odd_report: Report, working: Path) -> None:
    run = log_of(odd_report, working)
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_paths_are_relative_to_the_repository_wherever_it_is_started(odd_report: Report, working: Path) -> None:
    logs = [log_of(odd_report, folder) for folder in (working, working / "api", working.parent)]
    assert logs[0] == logs[1] == logs[2]
    artifacts = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in logs[0]["results"]]
    assert {each["uriBaseId"] for each in artifacts} == {ROOT}
    uris = {each["uri"] for each in artifacts}
    assert "api/.env" in uris
    assert "my%20apps/caf%C3%A9/100%25%2Ca%3Ab%231.env" in uris
    assert "my%20apps/caf%C3%A9/no%07%FF.json" in uris
    assert {unquote(uri) for uri in uris} >= {f"{ODD_FOLDER}/{ODD_ENV}", f"{ODD_FOLDER}/deploy/Docker file"}
    assert str(working.parent) not in json.dumps(logs[0])


def test_columns_are_utf_16_units_and_every_region_has_a_width(odd_report: Report, working: Path) -> None:
    run = log_of(odd_report, working)
    assert run["columnKind"] == "utf16CodeUnits"
    marked = list(regions(run["results"]))
    assert len(marked) >= len(odd_findings())
    for region in marked:
        assert region["startLine"] >= 1
        if "startColumn" in region:
            start = region["startLine"], region["startColumn"]
            assert start < (region["endLine"], region["endColumn"])
    by_text = {
        result["message"]["text"].partition(".")[0]: result["locations"][0]["physicalLocation"]["region"]
        for result in run["results"]
    }
    assert by_text["No width, after an emoji"] == {"startLine": 1, "startColumn": 11, "endLine": 1, "endColumn": 12}
    assert by_text["At the end of a line"] == {"startLine": 5, "startColumn": 15, "endLine": 5, "endColumn": 16}
    assert by_text["On an empty line"] == {"startLine": 4}
    assert by_text["There is no such file"] == {"startLine": 1}
    star = next(result for result in run["results"] if "::error" in result["message"]["text"])
    # NAME= takes five units, two emoji take four.
    assert star["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2,
        "startColumn": 10,
        "endLine": 2,
        "endColumn": 11,
    }


def test_a_place_without_width_before_an_emoji_marks_all_of_it(working: Path, catalogue: Catalogue) -> None:
    finding = replace(FINDINGS[0], location=at(ODD_ENV, 2, 6, 2, 6), related=())
    report = Report((run_in(working, catalogue, ODD_FILES, findings=(finding,)),), catalogue)
    (result,) = log_of(report, working)["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2,
        "startColumn": 6,
        "endLine": 2,
        "endColumn": 8,
    }


def test_messages_link_to_the_related_places_and_to_nothing_else(odd_report: Report, working: Path) -> None:
    run = log_of(odd_report, working)
    star = next(result for result in run["results"] if "::error" in result["message"]["text"])
    assert "\\[see](1)" in star["message"]["text"]
    assert star["message"]["text"].endswith("See [the \\[key\\] is here: 50%](1).")
    (related,) = star["relatedLocations"]
    assert related["id"] == 1
    assert related["physicalLocation"]["artifactLocation"]["uri"].endswith("agentflow.json")


def test_fingerprints_are_unique_and_stay_when_lines_move_or_findings_are_held_back(
    odd_report: Report, working: Path
) -> None:
    def prints(report: Report, **options: bool) -> list[str]:
        results = log_of(report, working, **options)["results"]
        return [result["partialFingerprints"]["agentflowLint/v1"] for result in results]

    everything = prints(odd_report)
    assert len(set(everything)) == len(everything)
    assert any(each.endswith("-2") for each in everything)
    plain, odd = odd_report.runs
    moved = tuple(
        replace(finding, location=replace(finding.location, span=tuple_moved(finding.location.span)))
        for finding in odd.findings
    )
    assert sorted(prints(replace(odd_report, runs=(plain, replace(odd, findings=moved))))) == sorted(everything)
    assert set(prints(odd_report, with_hidden=False)) < set(everything)


def tuple_moved(span: Any) -> Any:
    return span._replace(line=span.line + 7, end_line=span.end_line + 7)


def test_what_is_held_back_is_a_result_with_a_suppression(odd_report: Report, working: Path) -> None:
    results = log_of(odd_report, working)["results"]
    held = {
        each["message"]["text"].partition(".")[0]: each["suppressions"] for each in results if "suppressions" in each
    }
    assert {text: suppression[0]["kind"] for text, suppression in held.items()} == {
        "Held: suppressed": "inSource",
        "Held: ignored": "external",
        "Held: baseline": "external",
    }
    assert all(suppression[0]["status"] == "accepted" for suppression in held.values())
    justification = held["Held: suppressed"][0]["justification"]
    assert justification.startswith("known | <b>; see https://***@")
    assert "justification" not in held["Held: ignored"][0]


def test_github_gets_no_result_that_is_held_back(odd_report: Report, working: Path) -> None:
    log = json.loads(github_sarif_report(odd_report, RepositoryPaths(str(working))))
    assert VALIDATOR.is_valid(log)
    results = log["runs"][0]["results"]
    assert len(results) == sum(len(run.findings) for run in odd_report.runs)
    assert not any("suppressions" in result for result in results)


def test_fixes_say_exactly_what_the_linter_would_write(odd_report: Report, working: Path) -> None:
    run = log_of(odd_report, working)
    fixes = {fix["description"]["text"]: fix for result in run["results"] for fix in result.get("fixes", ())}
    assert set(fixes) == {"Take the star away. (safe)", "Run as a user. (unsafe)"}
    safe = fixes["Take the star away. (safe)"]
    assert safe["properties"] == {"applicability": "safe"}
    changes = {unquote(each["artifactLocation"]["uri"]): each["replacements"] for each in safe["artifactChanges"]}
    assert set(changes) == {f"{ODD_FOLDER}/{ODD_ENV}", f"{ODD_FOLDER}/new 1.txt"}
    finding = odd_findings()[0]
    assert finding.fix is not None
    text = SourceText(ODD_FILES[ODD_ENV])
    edits = [edit for edit in finding.fix.edits if edit.location.path == ODD_ENV]
    assert replaced(ODD_FILES[ODD_ENV], changes[f"{ODD_FOLDER}/{ODD_ENV}"]) == apply_edits(text, edits)
    docker = fixes["Run as a user. (unsafe)"]["artifactChanges"][0]["replacements"]
    assert replaced(ODD_FILES["deploy/Docker file"], docker) == "FROM python:3.12\rUSER app\rEXPOSE 80\rCMD run"


def replaced(content: str, replacements: list[dict[str, Any]]) -> str:
    """What a viewer makes of a file that holds no newlines but those of the log."""
    lines = SourceText(content).line_starts

    def offset(line: int, column: int) -> int:
        units = content[lines[line - 1] :].encode("utf-16-le")[: 2 * (column - 1)]
        return lines[line - 1] + len(units.decode("utf-16-le"))

    for each in reversed(replacements):
        region = each["deletedRegion"]
        start = offset(region["startLine"], region["startColumn"])
        end = offset(region["endLine"], region["endColumn"])
        content = content[:start] + each["insertedContent"]["text"] + content[end:]
    return content


def test_a_crash_is_a_notification(odd_report: Report, working: Path) -> None:
    run = log_of(odd_report, working)
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["level"] == "error"
    assert notification["associatedRule"]["id"] == "XX331"
    assert "this is a bug in agentflow-lint" in notification["message"]["text"]


def test_undecided_cases_are_counted_and_are_no_results(report: Report, working: Path) -> None:
    run = log_of(report, working)
    assert run["properties"]["undecided"] == 1
    assert len(run["results"]) == len(FINDINGS) + 1  # one is held back


def test_the_deployment_is_a_logical_location(odd_report: Report, working: Path) -> None:
    results = log_of(odd_report, working)["results"]
    named = {
        logical["fullyQualifiedName"]
        for result in results
        for logical in result["locations"][0].get("logicalLocations", ())
    }
    assert named == {
        "api/project",
        f"{ODD_FOLDER}/project",
        f"{ODD_FOLDER}/compose:web, 1|<x>",
        f"{ODD_FOLDER}/deploy/Docker file",
    }
