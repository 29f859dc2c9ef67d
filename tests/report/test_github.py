from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.run import Report
from agentflow_lint.report.github import github_report
from agentflow_lint.report.repository import RepositoryPaths
from tests.golden import assert_golden
from tests.report.samples import FINDINGS, ODD_ENV, ODD_FOLDER, at, run_in

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue

GOLDEN = Path(__file__).parent / "golden"


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def unescaped(text: str) -> str:
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def commands(output: str) -> list[Command]:
    """The commands of an output as the runner reads them: the data starts after the second ``::`` of a line."""
    found = []
    for line in output.splitlines():
        if not line.startswith("::"):
            continue
        head, _, data = line[2:].partition("::")
        name, _, listed = head.partition(" ")
        pairs = dict(pair.split("=", 1) for pair in listed.split(","))
        found.append(Command(name, {key: unescaped(value) for key, value in pairs.items()}, unescaped(data)))
    return found


def test_the_commands(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report.github.txt", github_report(report, RepositoryPaths(str(working))))


def test_the_commands_of_an_odd_project(odd_report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "odd.github.txt", github_report(odd_report, RepositoryPaths(str(working))))


def test_the_runner_reads_what_was_meant(odd_report: Report, working: Path) -> None:
    output = github_report(odd_report, RepositoryPaths(str(working / "api")))
    found = commands(output)
    assert len(found) == sum(len(run.findings) for run in odd_report.runs)
    assert all(set(each.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"} for each in found)
    (star,) = [each for each in found if each.properties["title"] == "XX301 wildcard-origins (compose:web, 1|<x>)"]
    assert star.name == "error"
    assert star.properties["file"] == f"{ODD_FOLDER}/{ODD_ENV}"
    assert star.properties["line"] == star.properties["endLine"] == "2"
    assert star.properties["col"] == star.properties["endColumn"] == "8"
    assert star.data.splitlines()[0].startswith("It says `a|b` <b>*bold*</b>, [see](1), 50%: ::error::x,")
    assert star.data.splitlines()[2] == "help: Name `them` | <all>."
    assert star.data.splitlines()[3] == f"also: {ODD_FOLDER}/agentflow.json:1 the [key] is here: 50%"


def test_what_is_read_unchanged_is_escaped_no_more_than_needed(odd_report: Report, working: Path) -> None:
    output = github_report(odd_report, RepositoryPaths(str(working)))
    assert "file=my apps/café/100%25%2Ca%3Ab#1.env," in output
    assert "::It says `a|b` <b>*bold*</b>, [see](1), 50%25: ::error::x, " in output


def test_several_lines_have_no_columns(report: Report, working: Path) -> None:
    found = commands(github_report(report, RepositoryPaths(str(working))))
    (lines,) = [each.properties for each in found if each.properties.get("endLine", "") > each.properties["line"]]
    assert (lines["line"], lines["endLine"]) == ("4", "6")
    assert not {"col", "endColumn"} & set(lines)


def test_severities_are_githubs_levels_the_worst_first(report: Report, working: Path) -> None:
    found = commands(github_report(report, RepositoryPaths(str(working))))
    assert [each.name for each in found] == ["error", "error", "error", "warning", "warning", "notice"]
    assert [each.properties["title"].split()[0] for each in found[:3]] == ["XX403", "XX101", "XX301"]


def test_the_last_lines_say_what_github_will_not_show(working: Path, catalogue: Catalogue) -> None:
    def ended(errors: int, infos: int = 0) -> str:
        spans = [at(".env", number + 1, 1, number + 1, 2) for number in range(errors + infos)]
        findings = [
            replace(FINDINGS[0], location=span, severity=Severity.ERROR if number < errors else Severity.INFO)
            for number, span in enumerate(spans)
        ]
        run = run_in(working, catalogue, findings=tuple(findings))
        output = github_report(Report((run,), catalogue), RepositoryPaths(str(working)))
        assert len(commands(output)) == errors + infos
        return output.splitlines()[-1]

    assert ended(10, 10) == "found 10 errors, 0 warnings, 10 info"
    assert ended(12, 11).endswith("3 more are only in this log")


def test_nothing_held_back_is_annotated(odd_report: Report, working: Path) -> None:
    output = github_report(odd_report, RepositoryPaths(str(working)))
    assert "Held" not in output
    assert re.search(r"^1 finding suppressed by a comment$", output, re.MULTILINE)
    assert re.search(r"^1 finding in the baseline$", output, re.MULTILINE)
    assert "1 crash of the linter" in output
