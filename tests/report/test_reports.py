"""The three formats on one small fixed project, against golden files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from agentflow_lint.engine.finding import Consequence, Finding, Related, Severity, Undecided
from agentflow_lint.engine.registry import Catalogue, load_catalogue
from agentflow_lint.engine.run import Crash, Hidden, Report, Run
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from agentflow_lint.report.concise import concise_report
from agentflow_lint.report.json import json_report
from agentflow_lint.report.palette import Palette
from agentflow_lint.report.text import text_report
from agentflow_lint.sources.text import Span
from tests.engine.packs import pack, rule_source
from tests.golden import assert_golden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.project import Project

GOLDEN = Path(__file__).parent / "golden"

FILES = {
    ".env": "# settings\nMODE=production\nORIGINS=*\nJWT_SECRET_KEY=hunter2hunter2\n",
    "agentflow.json": '{\n\t"agent": "graph.agent:app",\n\t"env": ".env",\n\t"名": {\n\t\t"a": 1\n\t}\n}\n',
    "Dockerfile": 'FROM python:3.12-slim\r\nENV JWT_SECRET_KEY=hunter2hunter2\r\nCMD ["agentflow", "play"]\r\n',
}


def at(path: str, *span: int) -> Location:
    return Location(path, Span(*span))


def verdict(code: str, consequence: Consequence, location: Location, message: str, **other: object) -> Finding:
    names = {"XX101": "missing-agent", "XX301": "wildcard-origins", "XX403": "weak-secret", "XX221": "playground"}
    finding = Finding(
        code=code,
        name=names[code],
        consequence=consequence,
        severity=consequence.severity,
        message=message,
        help="Do this instead.",
        location=location,
        place="PLACE",
    )
    return replace(finding, **other)  # type: ignore[arg-type]


FINDINGS = (
    verdict(
        "XX301",
        Consequence.EXPOSES,
        at(".env", 3, 9, 3, 10),
        "The project allows every origin: ORIGINS is `*` (.env line 3).",
        deployment="project",
        related=(Related(at("agentflow.json", 3, 9, 3, 15), "the env file is named here"),),
    ),
    verdict("XX403", Consequence.REFUSES_TO_START, at(".env", 4, 16, 4, 30), "The secret is too short."),
    verdict(
        "XX403",
        Consequence.REFUSES_TO_START,
        at("Dockerfile", 2, 20, 2, 34),
        "The secret is too short.",
        deployment="Dockerfile",
        severity=Severity.WARNING,
    ),
    verdict(
        "XX221",
        Consequence.DEGRADES,
        at("Dockerfile", 3, 5, 3, 26),
        "It runs\nthe playground.\x1b[31m",
        deployment="Dockerfile",
    ),
    verdict("XX101", Consequence.CONFUSES, at("agentflow.json", 4, 7, 6, 3), "A key that nothing reads."),
    verdict("XX101", Consequence.REFUSES_TO_START, at("missing.json", 1, 1, 1, 1), "There is no such file."),
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    modules = {
        "missing": rule_source("XX101", "missing-agent", consequence="REFUSES_TO_START"),
        "playground": rule_source("XX221", "playground", consequence="DEGRADES"),
        "wildcard": rule_source("XX301", "wildcard-origins", consequence="EXPOSES"),
        "weak": rule_source("XX403", "weak-secret", consequence="EXPOSES"),
        "memory": rule_source("XX501", "memory", consequence="LOSES_DATA"),
        "timeout": rule_source("XX331", "timeout", consequence="FAILS_REQUESTS"),
    }
    with pack(tmp_path, modules) as name:
        yield load_catalogue([name])


def run_in(folder: Path, catalogue: Catalogue, **what: object) -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in FILES.items():
        (folder / path).write_bytes(content.encode("utf-8"))
    files = ProjectFiles(str(folder))
    project = cast("Project", SimpleNamespace(files=files, root=files.root))
    return Run(project, catalogue.rules, "10xgraph-api 0.9.0", ("project", "Dockerfile"), **what)  # type: ignore[arg-type]


@pytest.fixture
def working(tmp_path: Path) -> Path:
    """The working directory, a repository's root."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    return tmp_path / "repository"


@pytest.fixture
def report(working: Path, catalogue: Catalogue) -> Report:
    undecided = Undecided("XX501", "memory", "the checkpointer is unknown", at("agentflow.json", 1, 1, 1, 1))
    without_timeout = tuple(rule for rule in catalogue.rules if rule.code != "XX331")
    run = run_in(
        working,
        catalogue,
        findings=FINDINGS,
        undecided=(undecided,),
        unchecked_deployments=("Dockerfile.dev",),
        hidden=(Hidden(FINDINGS[0], "suppressed"),),
    )
    return Report((replace(run, rules=without_timeout),), catalogue, ("docs",))


def test_text(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report.txt", text_report(report, str(working)))


def test_text_in_colour(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report-colored.txt", text_report(report, str(working), Palette(colored=True)))


def test_concise(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report-concise.txt", concise_report(report, str(working)))


def test_json(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report.json", json_report(report, str(working)))


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
