"""One line per finding, for editors and ``grep``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.report.palette import PLAIN, Palette
from agentflow_lint.report.summary import summary_lines
from agentflow_lint.report.words import from_working_directory

if TYPE_CHECKING:
    from agentflow_lint.engine.run import Report


def concise_report(report: Report, working: str, palette: Palette = PLAIN) -> str:
    """``path:line:column: CODE severity message [deployment]`` per finding; then the summary."""
    lines = []
    for run in report.runs:
        for finding in run.findings:
            path = on_one_line(from_working_directory(run.project.root, finding.location.path, working))
            span = finding.location.span
            severity = palette.severity(finding.severity, finding.severity.value)
            deployment = f" [{on_one_line(finding.deployment)}]" if finding.deployment else ""
            message = on_one_line(finding.message)
            lines.append(f"{path}:{span.line}:{span.column}: {finding.code} {severity} {message}{deployment}")
    return "\n".join([*lines, *summary_lines(report, working, palette)]) + "\n"
