from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.run import Crash, Report
from agentflow_lint.report.junit import junit_report
from agentflow_lint.report.repository import RepositoryPaths
from tests.golden import assert_golden
from tests.report.samples import FINDINGS, ODD_FOLDER, run_in

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue

GOLDEN = Path(__file__).parent / "golden"

#: Per element the attributes it must and may have, and its children; Jenkins' junit-10.xsd, and GitLab's ``file``.
STRUCTURE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"tests", "failures", "errors"}, {"name", "skipped"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped"}, set(), {"properties", "testcase"}),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"classname", "name", "time"}, {"file"}, {"failure", "error", "skipped", "system-out"}),
    "failure": ({"message", "type"}, set(), set()),
    "error": ({"message", "type"}, set(), set()),
    "skipped": ({"message"}, set(), set()),
    "system-out": (set(), set(), set()),
}


def check_structure(element: ElementTree.Element) -> None:
    required, optional, children = STRUCTURE[element.tag]
    assert required <= set(element.keys()) <= required | optional, element.tag
    assert {child.tag for child in element} <= children, element.tag
    if element.tag == "testcase":
        assert len(element) <= 1
    for child in element:
        check_structure(child)


def suites(report: Report, working: Path) -> ElementTree.Element:
    root = ElementTree.fromstring(junit_report(report, RepositoryPaths(str(working))))
    assert root.tag == "testsuites"
    check_structure(root)
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(count, "")) == len(suite.findall(f"testcase/{tag}"))
        names = [(case.get("classname"), case.get("name")) for case in cases]
        assert len(set(names)) == len(names)
    for count in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(count, "")) == sum(int(suite.get(count, "")) for suite in root)
    return root


def outcomes(suite: ElementTree.Element) -> dict[str, str]:
    return {case.get("name", ""): next((child.tag for child in case), "passed") for case in suite.iter("testcase")}


def test_the_suites(odd_report: Report, working: Path) -> None:
    suites(odd_report, working)
    assert_golden(GOLDEN / "odd.junit.xml", junit_report(odd_report, RepositoryPaths(str(working))))


def test_every_asked_rule_is_a_test_of_each_project(odd_report: Report, working: Path) -> None:
    plain, odd = suites(odd_report, working)
    assert (plain.get("name"), odd.get("name")) == ("api", ODD_FOLDER)
    assert outcomes(plain) == {
        "XX101 missing-agent": "passed",
        "XX221 playground": "passed",
        "XX301 wildcard-origins: .env PLACE (project)": "failure",
        "XX331 timeout": "passed",
        "XX403 weak-secret": "passed",
        "XX501 memory": "passed",
    }
    found = outcomes(odd)
    assert found["XX331 timeout (compose:web, 1|<x>)"] == "error"
    assert {name for name, outcome in found.items() if outcome == "skipped"} == {
        "XX301 wildcard-origins: 100%,a:b#1.env baseline",
        "XX301 wildcard-origins: 100%,a:b#1.env suppressed",
        "XX331 timeout: 100%,a:b#1.env ignored",
    }


def test_only_what_fails_the_run_is_a_failure(working: Path, catalogue: Catalogue) -> None:
    run = run_in(working, catalogue, findings=FINDINGS)
    for fail_on, failures in ((Severity.ERROR, 3), (Severity.WARNING, 5), (Severity.INFO, 6), (None, 0)):
        report = Report((replace(run, fail_on=fail_on),), catalogue)
        root = suites(report, working)
        assert int(root.get("failures", "")) == failures
        assert bool(failures) is (report.exit_code == 1)
        assert sum(1 for _ in root.iter("system-out")) == len(FINDINGS) - failures


def test_names_stay_when_lines_move(odd_report: Report, working: Path) -> None:
    def names(report: Report) -> list[str]:
        return sorted(case.get("name", "") for case in suites(report, working).iter("testcase"))

    plain, odd = odd_report.runs
    moved = []
    for finding in odd.findings:
        span = finding.location.span
        down = span._replace(line=span.line + 9, end_line=span.end_line + 9)
        moved.append(replace(finding, location=replace(finding.location, span=down)))
    assert names(replace(odd_report, runs=(plain, replace(odd, findings=tuple(moved))))) == names(odd_report)


def test_what_is_undecided_has_not_passed(report: Report, working: Path) -> None:
    (suite,) = suites(report, working)
    assert outcomes(suite)["XX501 memory"] == "skipped"


def test_a_rule_about_deployments_has_not_passed_where_there_is_none(working: Path) -> None:
    catalogue = load_catalogue()
    run = replace(run_in(working, catalogue), deployments=())
    (suite,) = suites(Report((run,), catalogue), working)
    found = outcomes(suite)
    assert found["AF301 wildcard-origins"] == "skipped"
    assert found["AF101 invalid-config-file"] == "passed"


def test_a_crash_of_the_model_is_an_error(working: Path, catalogue: Catalogue) -> None:
    run = run_in(working, catalogue, crashes=(Crash(None, None, "KeyError", ("model.py:1 in load",)),))
    (suite,) = suites(Report((run,), catalogue), working)
    assert outcomes(suite)["agentflow-lint"] == "error"


def test_characters_that_xml_cannot_hold_are_escaped(working: Path, catalogue: Catalogue) -> None:
    odd = replace(FINDINGS[0], message="a\0b\x1b\ud800\ufffe]]>", place="\x08place")
    text = junit_report(
        Report((run_in(working, catalogue, findings=(odd,)),), catalogue), RepositoryPaths(str(working))
    )
    (failure,) = ElementTree.fromstring(text).iter("failure")
    assert failure.get("message") == r"a\x00b\x1b\ud800\ufffe]]>"
    text.encode("utf-8")
