"""The report as GitLab's Code Quality widget reads it: a JSON list of degradations.

Its fields are described at https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.finding import Consequence, Severity
from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.report.entries import reported

if TYPE_CHECKING:
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.run import Report
    from agentflow_lint.report.entries import Entry
    from agentflow_lint.report.repository import RepositoryPaths


def gitlab_report(report: Report, paths: RepositoryPaths) -> str:
    """The findings; what is held back is left out, for GitLab knows no such thing."""
    return json.dumps([_degradation(entry, paths) for entry in reported(report)], indent=2, sort_keys=True) + "\n"


def _degradation(entry: Entry, paths: RepositoryPaths) -> dict[str, Any]:
    finding = entry.finding
    span = finding.location.span
    deployment = f" (deployment {finding.deployment})" if finding.deployment else ""
    text = f"{finding.code} {finding.name}: {finding.message} {finding.help}{deployment}"
    return {
        "type": "issue",
        "check_name": finding.code,
        "description": on_one_line(text),
        "fingerprint": entry.fingerprint,
        "severity": _severity(finding),
        "location": {
            "path": on_one_line(paths.of(entry.run, finding.location.path)),
            "lines": {"begin": span.line, "end": span.end_line},
        },
    }


def _severity(finding: Finding) -> str:
    """Errors that keep the server from starting block; a warning about what only degrades is minor."""
    if finding.severity is Severity.INFO:
        return "info"
    if finding.severity is Severity.ERROR:
        return "blocker" if finding.consequence is Consequence.REFUSES_TO_START else "critical"
    return "minor" if finding.consequence in (Consequence.DEGRADES, Consequence.CONFUSES) else "major"
