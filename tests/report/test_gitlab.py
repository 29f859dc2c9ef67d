from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from agentflow_lint.engine.run import Report
from agentflow_lint.report.gitlab import gitlab_report
from agentflow_lint.report.repository import RepositoryPaths
from tests.golden import assert_golden
from tests.report.samples import ODD_ENV, ODD_FOLDER

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue

GOLDEN = Path(__file__).parent / "golden"

#: What GitLab's documentation requires of each entry.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!/|\.{1,2}/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                    },
                },
            },
        },
    },
}


def degradations(report: Report, working: Path) -> list[dict[str, Any]]:
    found = json.loads(gitlab_report(report, RepositoryPaths(str(working))))
    jsonschema.validate(found, {**SCHEMA, "$schema": "http://json-schema.org/draft-07/schema#"})
    return list(found)


def test_the_list(odd_report: Report, working: Path) -> None:
    degradations(odd_report, working)
    assert_golden(GOLDEN / "odd.gitlab.json", gitlab_report(odd_report, RepositoryPaths(str(working))))


def test_every_reported_finding_has_a_fingerprint_of_its_own(odd_report: Report, working: Path) -> None:
    found = degradations(odd_report, working)
    assert len(found) == sum(len(run.findings) for run in odd_report.runs)
    assert len({each["fingerprint"] for each in found}) == len(found)


def test_paths_are_from_the_root_of_the_repository(odd_report: Report, working: Path) -> None:
    found = degradations(odd_report, working / "api")
    assert {each["location"]["path"] for each in found} >= {"api/.env", f"{ODD_FOLDER}/{ODD_ENV}"}


def test_severities_say_what_blocks(odd_report: Report, report: Report, working: Path) -> None:
    severities = {each["check_name"]: each["severity"] for each in degradations(odd_report, working)[1:]}
    assert severities == {"XX101": "blocker", "XX221": "minor", "XX301": "critical", "XX403": "critical"}
    assert [each["severity"] for each in degradations(report, working)] == [
        "critical",
        "blocker",
        "major",
        "minor",
        "info",
        "blocker",
    ]


def test_nothing_found_is_an_empty_list(catalogue: Catalogue, working: Path) -> None:
    assert gitlab_report(Report((), catalogue), RepositoryPaths(str(working))) == "[]\n"
