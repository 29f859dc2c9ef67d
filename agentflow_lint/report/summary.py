"""The last lines of a report: what was found, what was not looked at, and how far the project is from production."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.report.fixes import fixable
from agentflow_lint.report.words import HELD_BY, SEVERITIES, counted, from_working_directory, rung_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agentflow_lint.engine.run import Report, Run
    from agentflow_lint.report.palette import Palette


def summary_lines(report: Report, working: str, palette: Palette) -> Iterator[str]:
    """What was checked and against what, the counts, whatever is hidden, and the readiness ladder last."""

    def place(run: Run, path: str) -> str:
        return from_working_directory(run.project.root, path, working)

    yield from checked_lines(report, place)
    counts, *held = summary_counts(report)
    yield palette.strong(counts)
    yield from held
    yield ""
    width = max(len(rung.name) for rung in report.ladder)
    for rung in report.ladder:
        state = rung_state(rung)
        yield f"{rung.name.ljust(width)}  {palette.good(state) if rung.status == 'reached' else state}"


def summary_counts(report: Report) -> Iterator[str]:
    """What was found, first; then what was fixed, how much can be, and whatever is hidden."""
    yield _counts(report)
    if fixed := sum(len(run.fixed) for run in report.runs):
        yield f"fixed {counted(fixed, 'finding')}"
    yield from _fixable(report)
    yield from _hidden(report)


def checked_lines(report: Report, place: Callable[[Run, str], str]) -> Iterator[str]:
    """What was checked and against what; ``place`` says how a path of a run's project is shown."""
    for run in report.runs:
        yield _checked(run, on_one_line(place(run, "")))
    if report.without_project:
        yield f"no project found for {', '.join(map(on_one_line, report.without_project))}"


def _checked(run: Run, folder: str) -> str:
    deployments = ", ".join(map(on_one_line, run.deployments)) or "none"
    line = f"checked {folder} with {run.release or 'an unknown release'}, deployments: {deployments}"
    if run.unchecked_deployments:
        line += f" (not checked: {', '.join(map(on_one_line, run.unchecked_deployments))})"
    return line


def _counts(report: Report) -> str:
    found = Counter(finding.severity for run in report.runs for finding in run.findings)
    plural = {Severity.INFO: "info"}
    parts = [counted(found[severity], severity.value, plural.get(severity, "")) for severity in SEVERITIES]
    return f"found {', '.join(parts)}"


def _removable(report: Report) -> Iterator[str]:
    """The entries of baselines that nothing matches any more, one per line."""
    for baseline in report.baselines:
        if baseline.removable:
            count = counted(len(baseline.removable), "entry", "entries")
            yield f"{count} of {on_one_line(baseline.path)} without a finding (--prune-baseline removes these):"
        for entry in baseline.removable:
            path = f"{entry.project}/{entry.path}" if entry.project else entry.path
            yield f"  {entry.code} {on_one_line(path)} {on_one_line(entry.place)}"


def _fixable(report: Report) -> Iterator[str]:
    """How many findings the linter can remove by itself; nothing when it can none."""
    safe, unsafe = fixable(finding for run in report.runs for finding in run.findings)
    if safe and unsafe:
        yield f"[*] {safe} fixable with --fix ({unsafe} more with --unsafe-fixes)"
    elif safe:
        yield f"[*] {safe} fixable with --fix"
    elif unsafe:
        yield f"[*] {unsafe} fixable with --fix --unsafe-fixes"


def _hidden(report: Report) -> Iterator[str]:
    """What the counts above do not show; nothing that is zero."""
    hidden: Counter[str] = Counter(held.by for run in report.runs for held in run.hidden)
    for by, words in HELD_BY.items():
        if hidden[by]:
            yield f"{counted(hidden[by], 'finding')} {words}"
    yield from _removable(report)
    undecided = sum(len(run.undecided) for run in report.runs)
    if undecided:
        yield f"{counted(undecided, 'question')} undecided (--show-undecided lists them)"
    known = [rule for rule in report.catalogue.rules if not rule.opt_in]
    asked = [{rule.code for rule in run.rules} for run in report.runs]
    unasked = {rule.code for codes in asked for rule in known if rule.code not in codes}
    if unasked:
        yield f"{len(unasked)} of {counted(len(known), 'rule')} not selected"
    if report.crashes:
        yield f"{counted(len(report.crashes), 'crash', 'crashes')} of the linter: the verdicts are not complete"
