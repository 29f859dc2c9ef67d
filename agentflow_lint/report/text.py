"""The report for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.report.fixes import ASKED_FOR
from agentflow_lint.report.frame import frame_of
from agentflow_lint.report.palette import PLAIN, Palette
from agentflow_lint.report.summary import summary_lines
from agentflow_lint.report.words import IN_PRODUCTION, from_working_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.run import Report, Run
    from agentflow_lint.model.values import Location


def text_report(report: Report, working: str, palette: Palette = PLAIN) -> str:
    """Each finding with its source line, what production does and the way out; then the summary.

    ``working`` is the directory that paths are shown from.
    """

    def place(run: Run, path: str) -> str:
        return from_working_directory(run.project.root, path, working)

    lines: list[str] = []
    for run in report.runs:
        if len(report.runs) > 1 and run.findings:
            folder = from_working_directory(run.project.root, "", working)
            lines += [palette.strong(f"project {on_one_line(folder)} ({run.release})"), ""]
        for finding in run.findings:
            lines += [*finding_lines(finding, run, place, palette), ""]
    lines += summary_lines(report, working, palette)
    return "\n".join(lines) + "\n"


def finding_lines(
    finding: Finding, run: Run, place: Callable[[Run, str], str], palette: Palette = PLAIN
) -> Iterator[str]:
    """One finding; ``place`` says how a path of the run's project is shown."""

    def where(location: Location) -> str:
        return f"{on_one_line(place(run, location.path))}:{location.span.line}:{location.span.column}"

    frame = frame_of(run.project, finding.location)
    margin = " " * (len(str(frame.number)) if frame else 1)
    bar = palette.gutter("|")
    severity = palette.severity(finding.severity, f"{finding.severity.value}[{finding.code}]")
    yield f"{severity}: {palette.strong(finding.name)}: {on_one_line(finding.message)}"
    deployment = f"  (deployment {on_one_line(finding.deployment)})" if finding.deployment else ""
    yield f"{margin} {palette.gutter('-->')} {where(finding.location)}{deployment}"
    if frame:
        yield f"{margin}  {bar}"
        if frame.line:
            yield f" {palette.gutter(str(frame.number))} {bar} {frame.line}"
            mark = palette.severity(finding.severity, "^" * frame.width)
            yield f"{margin}  {bar} {' ' * frame.indent}{mark}{' ' + frame.note if frame.note else ''}"
        else:
            yield f"{margin}  {bar} ({frame.note})"
    equals = palette.gutter("=")
    yield f"{margin}  {equals} {palette.strong('production')}: {IN_PRODUCTION[finding.consequence]}"
    yield f"{margin}  {equals} {palette.strong('help')}: {on_one_line(finding.help)}"
    if finding.fix:
        fix = f"{on_one_line(finding.fix.description)} ({ASKED_FOR[finding.fix.applicability]})"
        yield f"{margin}  {equals} {palette.strong('fix')}: {fix}"
    for related in finding.related:
        also = f"{where(related.location)} {on_one_line(related.message)}"
        yield f"{margin}  {equals} {palette.strong('also')}: {also}"
