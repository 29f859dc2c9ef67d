"""The report as JUnit XML, for the test results of Jenkins, GitLab and others.

Each rule is a test of each project. GitLab shows the text of one ``failure`` per test case, and Jenkins tells tests
apart by class and name, so every finding is a test case of its own whose name holds no line number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.report.entries import entries, held_by
from agentflow_lint.report.text import finding_lines
from agentflow_lint.report.words import counted

if TYPE_CHECKING:
    from agentflow_lint.engine.run import Crash, Report, Run
    from agentflow_lint.report.entries import Entry
    from agentflow_lint.report.repository import RepositoryPaths

_TOOL = "agentflow-lint"


def junit_report(report: Report, paths: RepositoryPaths) -> str:
    """A suite per project.

    A finding that fails the run is a failure, and what is below ``--fail-on`` a test that passes with the finding as
    its output: so test results and exit code agree. What is held back and what is undecided is skipped, a crash is an
    error, and a rule of which nothing is to be said passes.
    """
    root = Element("testsuites", name=_TOOL)
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries(report):
        found[id(entry.run)].append(entry)
    suites = [_suite(root, run, found[id(run)], paths) for run in report.runs]
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, run: Run, found: list[Entry], paths: RepositoryPaths) -> Element:
    folder = on_one_line(paths.of(run))
    suite = SubElement(root, "testsuite", name=_TOOL if folder == "." else folder)
    properties = SubElement(suite, "properties")
    for name, value in (("release", run.release), ("deployments", ", ".join(run.deployments))):
        SubElement(properties, "property", name=name, value=on_one_line(value))
    tests = _Tests(suite, run, paths, _TOOL if folder == "." else f"{_TOOL}.{folder}")
    tests.add_all(found)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for count, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(outcome) is not None for case in cases)))
    return suite


class _Tests:
    """The test cases of one project."""

    def __init__(self, suite: Element, run: Run, paths: RepositoryPaths, classname: str) -> None:
        self.suite = suite
        self.run = run
        self.paths = paths
        self.classname = classname
        self.names: Counter[str] = Counter()

    def add_all(self, found: list[Entry]) -> None:
        """Rule by rule: its crashes, its findings, or that it passes; then what is from no rule that was asked."""
        undecided = Counter(item.code for item in self.run.undecided)
        findings: dict[str | None, list[Entry]] = defaultdict(list)
        crashes: dict[str | None, list[Crash]] = defaultdict(list)
        for entry in found:
            findings[entry.finding.code].append(entry)
        for crash in self.run.crashes:
            crashes[crash.code].append(crash)
        for rule in self.run.rules:
            title = f"{rule.code} {rule.name}"
            said = self.add_verdicts(title, crashes.pop(rule.code, []), findings.pop(rule.code, []))
            if undecided[rule.code] and not said:
                self.skip(self.case(title), "undecided", f"{counted(undecided[rule.code], 'question')} undecided")
            elif isinstance(rule, DeploymentRule) and not self.run.deployments:
                self.skip(self.case(title), "no deployment", "No deployment was checked.")
            elif not said:
                self.case(title)
        others = [crash for each in crashes.values() for crash in each]
        self.add_verdicts(_TOOL, others, [entry for each in findings.values() for entry in each])

    def add_verdicts(self, title: str, crashes: list[Crash], found: list[Entry]) -> bool:
        """Add what was said under a title, and return whether anything was."""
        for crash in crashes:
            self.add_crash(title, crash)
        for entry in found:
            self.add_finding(entry)
        return bool(crashes or found)

    def case(self, name: str, file: str = "") -> Element:
        """A test case, its name told apart from those before."""
        name = on_one_line(name)
        self.names[name] += 1
        if self.names[name] > 1:
            name += f" ({self.names[name]})"
        case = SubElement(self.suite, "testcase", classname=self.classname, name=name, time="0")
        if file:
            case.set("file", on_one_line(file))
        return case

    def add_finding(self, entry: Entry) -> None:
        finding = entry.finding
        deployment = f" ({finding.deployment})" if finding.deployment else ""
        path = finding.location.path
        place = finding.place if finding.place.startswith(path) else f"{path} {finding.place}"
        name = f"{finding.code} {finding.name}: {place}{deployment}"
        case = self.case(name, self.paths.of(self.run, path))
        text = "\n".join(finding_lines(finding, self.run, self.paths.of))
        fail_on = self.run.fail_on
        if entry.hidden:
            self.skip(case, held_by(entry.hidden), text)
        elif fail_on and finding.severity.rank >= fail_on.rank:
            failure = SubElement(case, "failure", message=on_one_line(finding.message), type=finding.consequence.value)
            failure.text = text
        else:
            SubElement(case, "system-out").text = text

    def add_crash(self, title: str, crash: Crash) -> None:
        where = f" ({crash.deployment})" if crash.deployment else ""
        message = f"a bug in agentflow-lint, not in the project: {crash.error}"
        error = SubElement(
            self.case(title + where), "error", message=on_one_line(message), type=on_one_line(crash.error)
        )
        error.text = "\n".join(map(on_one_line, (message, *crash.frames)))

    def skip(self, case: Element, message: str, text: str) -> None:
        SubElement(case, "skipped", message=message).text = text
