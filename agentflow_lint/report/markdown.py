"""The report in GitHub's Markdown, for the summary of a CI job or a comment."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.engine.registry import page_url
from agentflow_lint.report.entries import entries, held_by
from agentflow_lint.report.fixes import ASKED_FOR
from agentflow_lint.report.summary import checked_lines, summary_counts
from agentflow_lint.report.words import IN_PRODUCTION, counted, rung_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.engine.finding import Undecided
    from agentflow_lint.engine.run import Report, Run
    from agentflow_lint.model.values import Location
    from agentflow_lint.report.entries import Entry
    from agentflow_lint.report.repository import RepositoryPaths

#: How many bytes each of the three long tables may take: GitHub refuses summaries of more than 1 MiB.
LARGEST_TABLE = 300_000

_CODE = re.compile(r"`([^`]+)`")
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&#!$@])")
_SIGNS = {"reached": "✅", "findings": "❌"}
_SIGN = "⚪"


def markdown_report(report: Report, paths: RepositoryPaths) -> str:
    """The counts, the ladder, the findings as a table, and folded away what is held back and what is undecided."""
    counts, *held = summary_counts(report)
    found = list(entries(report))
    loudest = sorted(found, key=lambda entry: -entry.finding.severity.rank)
    shown = [_row(entry, report, paths) for entry in loudest if entry.hidden is None]
    hidden = [_held_row(entry, paths) for entry in found if entry.hidden is not None]
    undecided = [_undecided_row(run, item, paths) for run in report.runs for item in run.undecided]
    lines = [f"## agentflow-lint: {counts}" if report.runs else "## agentflow-lint: nothing to lint", ""]
    if report.runs:
        ladder = [[_SIGNS.get(rung.status, _SIGN), rung.name, rung_state(rung)] for rung in report.ladder]
        lines += [*_table(("", "rung", "state"), ladder), ""]
    lines += [f"- {_escaped(line.strip())}" for line in (*held, *checked_lines(report, paths.of))]
    if shown:
        head = ("severity", "rule", "where", "what production does", "what to do")
        lines += ["", "### Findings", "", *_table(head, shown)]
    if hidden:
        lines += _folded(f"{counted(len(hidden), 'finding')} held back", ("by", "rule", "where", "what"), hidden)
    if undecided:
        lines += _folded(f"{counted(len(undecided), 'question')} undecided", ("rule", "where", "why"), undecided)
    return "\n".join(lines) + "\n"


def _row(entry: Entry, report: Report, paths: RepositoryPaths) -> list[str]:
    finding = entry.finding
    rule = report.catalogue.find(finding.code)
    title = _linked(f"{finding.code}", page_url(rule) if rule else None) + f" {finding.name}"
    where = _place(entry.run, finding.location, paths)
    if finding.deployment:
        where += f"<br>deployment {_escaped(finding.deployment)}"
    what = f"{_text(finding.message)}<br>*{IN_PRODUCTION[finding.consequence]}*"
    also = [f"<br>{_place(entry.run, each.location, paths)} {_text(each.message)}" for each in finding.related]
    fix = ""
    if finding.fix:
        fix = f"<br>fix: {_text(finding.fix.description)} ({ASKED_FOR[finding.fix.applicability]})"
    return [finding.severity.value, title, where + "".join(also), what, _text(finding.help) + fix]


def _held_row(entry: Entry, paths: RepositoryPaths) -> list[str]:
    finding = entry.finding
    by = _escaped(held_by(entry.hidden)) if entry.hidden else ""
    return [by, f"{finding.code} {finding.name}", _place(entry.run, finding.location, paths), _text(finding.message)]


def _undecided_row(run: Run, item: Undecided, paths: RepositoryPaths) -> list[str]:
    return [f"{item.code} {item.name}", _place(run, item.location, paths), _text(item.reason)]


def _folded(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["", f"<details><summary>{escape(title)}</summary>", "", *_table(head, rows), "", "</details>"]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows that there is room for, and how many there was none for."""
    yield _line(head)
    yield _line(["---"] * len(head))
    room = LARGEST_TABLE
    for number, row in enumerate(rows):
        line = _line(row)
        room -= len(line.encode("utf-8")) + 1
        if room < 0:
            yield f"\n{len(rows) - number} more are left out here."
            return
        yield line


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _place(run: Run, location: Location, paths: RepositoryPaths) -> str:
    text = f"{paths.of(run, location.path)}:{location.span.line}"
    return _linked(_escaped(text), paths.link(run, location))


def _linked(text: str, url: str | None) -> str:
    return f"[{text}](<{url}>)" if url else text


def _text(text: str) -> str:
    """A sentence of ours: what stands in backticks is code, and nothing else is markup."""
    parts = _CODE.split(on_one_line(text))
    return "".join(_code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _code(text: str) -> str:
    r"""Code that may stand in a table: a pipe would end the cell, and ``\|`` would still end it after a backslash."""
    if "|" not in text and "\\" not in text:
        return f"`{text}`"
    return f"<code>{_MARKUP.sub(lambda found: f'&#{ord(found[0])};', text)}</code>"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", on_one_line(text))
