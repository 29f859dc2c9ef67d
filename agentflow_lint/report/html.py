"""The report as one HTML page that needs nothing else: to keep as a build's artifact, or to send to somebody."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from agentflow_lint.engine.lines import on_one_line
from agentflow_lint.report.entries import entries, held_by
from agentflow_lint.report.fixes import ASKED_FOR
from agentflow_lint.report.frame import frame_of
from agentflow_lint.report.html_style import PAGE
from agentflow_lint.report.markup import as_html, code_spans, inline
from agentflow_lint.report.rule_help import rule_help
from agentflow_lint.report.summary import checked_lines, summary_counts
from agentflow_lint.report.words import IN_PRODUCTION, counted, rung_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agentflow_lint.engine.run import Report, Run
    from agentflow_lint.model.values import Location
    from agentflow_lint.report.entries import Entry
    from agentflow_lint.report.repository import RepositoryPaths

#: The sections of a rule's page that are folded away below a finding of it.
_HELP = ("Why it matters", "What the server does", "Fix")


def html_report(report: Report, paths: RepositoryPaths) -> str:
    """The counts, the ladder, the findings of each file with their source lines, and what is held back or undecided."""
    counts, *held = summary_counts(report)
    title = counts if report.runs else "nothing to lint"
    body = [f"<h1>agentflow-lint: {escape(title)}</h1>", *_ladder(report)]
    notes = [f"<li>{_text(line.strip())}</li>" for line in (*held, *checked_lines(report, paths.of))]
    body += ['<ul class="notes">', *notes, "</ul>"] if notes else []
    body += _Findings(report, paths).sections()
    return PAGE.substitute(title=escape(title), body="\n".join(body))


def _ladder(report: Report) -> Iterator[str]:
    if not report.runs:
        return
    yield '<ol class="ladder">'
    for rung in report.ladder:
        yield f'<li class="{rung.status}">{escape(rung.name)}<span>{escape(rung_state(rung))}</span></li>'
    yield "</ol>"


class _Findings:
    """What was found, project by project and file by file."""

    def __init__(self, report: Report, paths: RepositoryPaths) -> None:
        self.report = report
        self.paths = paths
        self.help: dict[str, str] = {}

    def sections(self) -> Iterator[str]:
        """The files in reporting order, then two tables: what is held back, and what is undecided."""
        found = list(entries(self.report))
        shown = [entry for entry in found if entry.hidden is None]
        for path, those in groupby(shown, key=lambda entry: self.paths.of(entry.run, entry.finding.location.path)):
            yield f"<section>\n<h3>{_text(path)}</h3>"
            for entry in those:
                yield from self.article(entry)
            yield "</section>"
        held = [self.held_row(entry) for entry in found if entry.hidden is not None]
        yield from _folded(f"{counted(len(held), 'finding')} held back", ("by", "rule", "where", "what"), held)
        undecided = [
            [f"{item.code} {item.name}", self.place(run, item.location), code_spans(on_one_line(item.reason))]
            for run in self.report.runs
            for item in run.undecided
        ]
        yield from _folded(f"{counted(len(undecided), 'question')} undecided", ("rule", "where", "why"), undecided)

    def article(self, entry: Entry) -> Iterator[str]:
        run, finding = entry.run, entry.finding
        deployment = f" <small>deployment {_text(finding.deployment)}</small>" if finding.deployment else ""
        severity = f'<span class="severity">{finding.severity.value}</span>'
        yield f'<article class="{finding.severity.value}" id="{entry.fingerprint}">'
        yield f"<h4>{severity} {finding.code} {escape(finding.name)}{deployment}</h4>"
        yield f"<p>{_sentence(finding.message)}</p>"
        yield from _frame(run, finding.location)
        yield "<dl>"
        yield f"<dt>where</dt><dd>{self.place(run, finding.location)}</dd>"
        yield f"<dt>production</dt><dd>{IN_PRODUCTION[finding.consequence]}</dd>"
        yield f"<dt>help</dt><dd>{_sentence(finding.help)}</dd>"
        if finding.fix:
            yield f"<dt>fix</dt><dd>{_sentence(finding.fix.description)} ({ASKED_FOR[finding.fix.applicability]})</dd>"
        for related in finding.related:
            yield f"<dt>also</dt><dd>{self.place(run, related.location)} {_sentence(related.message)}</dd>"
        yield "</dl>"
        yield self.about(finding.code)
        yield "</article>"

    def about(self, code: str) -> str:
        """The rule's page, folded away; it is rendered once."""
        if code not in self.help:
            rule = self.report.catalogue.find(code)
            page = rule_help(rule, _HELP) if rule else None
            sections = [f"<h5>{escape(title)}</h5>\n{as_html(text)}" for title, text in page.sections] if page else []
            about = "\n".join([f"<p>{inline(page.introduction)}</p>", *sections]) if page else ""
            self.help[code] = f"<details><summary>about {escape(code)}</summary>\n{about}\n</details>" if about else ""
        return self.help[code]

    def held_row(self, entry: Entry) -> list[str]:
        finding = entry.finding
        by = _text(held_by(entry.hidden)) if entry.hidden else ""
        rule = f"{finding.code} {escape(finding.name)}"
        return [by, rule, self.place(entry.run, finding.location), _sentence(finding.message)]

    def place(self, run: Run, location: Location) -> str:
        text = _text(f"{self.paths.of(run, location.path)}:{location.span.line}:{location.span.column}")
        url = self.paths.link(run, location)
        return f'<a href="{escape(url)}">{text}</a>' if url else text


def _frame(run: Run, location: Location) -> Iterator[str]:
    frame = frame_of(run.project, location)
    if frame is None:
        return
    number = str(frame.number)
    if not frame.line:
        yield f"<pre>{number} | ({escape(frame.note)})</pre>"
        return
    mark = " " * frame.indent + "^" * frame.width + (f" {frame.note}" if frame.note else "")
    yield f"<pre>{number} | {escape(frame.line)}\n{' ' * len(number)} | {escape(mark)}</pre>"


def _folded(title: str, head: Sequence[str], rows: Sequence[Iterable[str]]) -> Iterator[str]:
    """A table of cells that are HTML; nothing when it would be empty."""
    if not rows:
        return
    yield f"<details><summary>{escape(title)}</summary>"
    yield f"<table><thead><tr>{''.join(f'<th>{each}</th>' for each in head)}</tr></thead><tbody>"
    yield from (f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    yield "</tbody></table></details>"


def _text(text: str) -> str:
    return escape(on_one_line(text))


def _sentence(text: str) -> str:
    return code_spans(on_one_line(text))
