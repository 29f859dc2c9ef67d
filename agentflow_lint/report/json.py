"""The report for programs. Adding keys is fine; changing or dropping one is a new major version."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.identity import fingerprint, folder_in_repository
from agentflow_lint.engine.registry import page_url
from agentflow_lint.report.fixes import fixable, replacements
from agentflow_lint.report.words import SEVERITIES, from_working_directory

if TYPE_CHECKING:
    from agentflow_lint.engine.baseline import AppliedBaseline, Entry
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.readiness import Rung
    from agentflow_lint.engine.run import Crash, Report, Run
    from agentflow_lint.model.values import Location

VERSION = 1


def json_report(report: Report, working: str) -> str:
    """The findings and the summary as one JSON object; the same input gives the same bytes."""
    document = {
        "version": VERSION,
        "diagnostics": [_diagnostic(report, run, finding, working) for run in report.runs for finding in run.findings],
        "summary": _summary(report, working),
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _diagnostic(report: Report, run: Run, finding: Finding, working: str) -> dict[str, Any]:
    rule = report.catalogue.find(finding.code)
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "consequence": finding.consequence.value,
        "message": finding.message,
        "help": finding.help,
        "deployment": finding.deployment,
        "place": finding.place,
        "fingerprint": fingerprint(finding, folder_in_repository(run.project.root)),
        "related": [{**_place(run, r.location, working), "message": r.message} for r in finding.related],
        "fix": _fix(run, finding, working),
        "url": page_url(rule) if rule else None,
        **_place(run, finding.location, working),
    }


def _fix(run: Run, finding: Finding, working: str) -> dict[str, Any] | None:
    """A fix; its ``edits`` are null where their text would show a secret."""
    fix = finding.fix
    if fix is None:
        return None
    edits = replacements(run.project, finding)
    return {
        "description": fix.description,
        "applicability": fix.applicability.value,
        "edits": None
        if edits is None
        else [{**_place(run, each.edit.location, working), "text": each.text} for each in edits],
    }


def _place(run: Run, location: Location, working: str) -> dict[str, Any]:
    span = location.span
    return {
        "path": from_working_directory(run.project.root, location.path, working),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _summary(report: Report, working: str) -> dict[str, Any]:
    severities = Counter(finding.severity for run in report.runs for finding in run.findings)
    hidden = Counter(held.by for run in report.runs for held in run.hidden)
    safe, unsafe = fixable(finding for run in report.runs for finding in run.findings)
    return {
        "findings": {severity.value: severities[severity] for severity in SEVERITIES},
        "suppressed": hidden["suppressed"],
        "ignored": hidden["ignored"],
        "baseline": hidden["baseline"],
        "removable": [_entry(applied, entry) for applied in report.baselines for entry in applied.removable],
        "fixed": sum(len(run.fixed) for run in report.runs),
        "fixable": {"safe": safe, "unsafe": unsafe},
        "undecided": sum(len(run.undecided) for run in report.runs),
        "ladder": [_rung(rung) for rung in report.ladder],
        "projects": [_project(run, working) for run in report.runs],
        "without_project": list(report.without_project),
        "crashes": [_crash(crash) for crash in report.crashes],
        "exit_code": report.exit_code,
    }


def _entry(applied: AppliedBaseline, entry: Entry) -> dict[str, Any]:
    path = f"{entry.project}/{entry.path}" if entry.project else entry.path
    return {"baseline": applied.path, "rule": entry.code, "path": path, "place": entry.place}


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "name": rung.name,
        "consequence": rung.consequence.value,
        "status": rung.status,
        "findings": rung.findings,
        "hidden": rung.hidden,
        "undecided": rung.undecided,
        "rules_asked": rung.asked,
        "rules_not_asked": rung.skipped,
    }


def _project(run: Run, working: str) -> dict[str, Any]:
    return {
        "path": from_working_directory(run.project.root, "", working),
        "release": run.release or None,
        "rules": [rule.code for rule in run.rules],
        "deployments": list(run.deployments),
        "unchecked_deployments": list(run.unchecked_deployments),
    }


def _crash(crash: Crash) -> dict[str, Any]:
    return {"code": crash.code, "deployment": crash.deployment, "error": crash.error, "frames": list(crash.frames)}
