"""The findings of a report one by one, each with an identity that no other one has."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

from agentflow_lint.engine.identity import fingerprint, folder_in_repository
from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.framework.secrets import without_credentials
from agentflow_lint.records import record
from agentflow_lint.report.words import HELD_BY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.run import Hidden, Report, Run


@record(frozen=True)
class Entry:
    """A finding, the run that it is from, and what holds it back (None when it is reported).

    ``fingerprint`` is the finding's identity; where several findings of the report share one (two deployments see the
    same mistake), all but the first have a number after it.
    """

    run: Run
    finding: Finding
    fingerprint: str
    hidden: Hidden | None = None


def entries(report: Report) -> Iterator[Entry]:
    """Every finding in reporting order, project by project, those that are held back among them.

    They are counted together, so that holding one back changes no fingerprint of another.
    """
    seen: Counter[str] = Counter()
    for run in report.runs:
        folder = folder_in_repository(run.project.root)
        shown = [(_order(finding), finding, None) for finding in run.findings]
        held = [(_order(each.finding), each.finding, each) for each in run.hidden]
        for _, finding, hidden in sorted([*shown, *held], key=itemgetter(0)):
            identity = fingerprint(finding, folder)
            seen[identity] += 1
            number = seen[identity]
            yield Entry(run, finding, identity if number == 1 else f"{identity}-{number}", hidden)


def reported(report: Report) -> Iterator[Entry]:
    """The entries that are not held back."""
    return (entry for entry in entries(report) if entry.hidden is None)


def reason_of(hidden: Hidden) -> str:
    """Why a finding is held back, in the words of whoever wrote so, on one line and without credentials."""
    return on_one_line(without_credentials(hidden.reason))


def held_by(hidden: Hidden) -> str:
    """What holds a finding back, with the reason if there is one."""
    return f"{HELD_BY[hidden.by]}: {reason_of(hidden)}" if hidden.reason else HELD_BY[hidden.by]


def _order(finding: Finding) -> tuple[object, ...]:
    """The order of :mod:`agentflow_lint.engine.runner`: path, line, column, code, deployment, and what is left."""
    at = finding.location
    return (at.path, *at.span[:2], finding.code, finding.deployment or "", *at.span[2:], finding.message, finding.place)
