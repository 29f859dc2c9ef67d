"""Findings, and what keeps projects from being checked, as the protocol's diagnostics."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from agentflow_lint.editor.positions import position_at, range_of
from agentflow_lint.editor.view import View
from agentflow_lint.engine.finding import Severity, Tag
from agentflow_lint.engine.identity import fingerprint, folder_in_repository
from agentflow_lint.engine.registry import page_url

if TYPE_CHECKING:
    from agentflow_lint.editor.analysis import Analysis, Checked, Failure, State
    from agentflow_lint.editor.positions import Encoding
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.suppressions.errors import BadComment

SOURCE = "agentflow-lint"

#: What a client sees under an address.
Diagnostics = dict[str, tuple[types.Diagnostic, ...]]

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {
    Tag.UNNECESSARY: types.DiagnosticTag.Unnecessary,
    Tag.DEPRECATED: types.DiagnosticTag.Deprecated,
}


def diagnostics_of(state: State, analysis: Analysis, catalogue: Catalogue, encoding: Encoding) -> Diagnostics:
    """Every diagnostic of an analysis by the address of its file, in reporting order."""
    found: dict[str, list[types.Diagnostic]] = {}
    for failure in analysis.failures:
        if failure.path is not None:
            found.setdefault(_uri_at(state, failure.path), []).extend(_of_failure(state, failure, encoding))
    for comment in analysis.bad_comments:
        path = os.path.join(comment.root, comment.location.path)
        found.setdefault(_uri_at(state, path), []).append(_of_comment(state, comment, path, encoding))
    for checked in analysis.shown:
        for uri, diagnostic in _of_project(state, checked, catalogue, encoding):
            found.setdefault(uri, []).append(diagnostic)
    return {uri: tuple(each) for uri, each in found.items()}


def diagnostic_of(finding: Finding, view: View, catalogue: Catalogue, folder: str) -> types.Diagnostic:
    """One finding; ``view`` is of its project, ``folder`` that project's folder in its repository."""
    rule = catalogue.find(finding.code)
    url = page_url(rule) if rule is not None else None
    return types.Diagnostic(
        range=view.range(finding.location.span, finding.location.path),
        message=f"{finding.message}\nHelp: {finding.help}",
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(url) if url is not None else None,
        source=SOURCE,
        tags=[_TAGS[tag] for tag in rule.tags] if rule is not None and rule.tags else None,
        related_information=[
            types.DiagnosticRelatedInformation(view.location(each.location), each.message) for each in finding.related
        ]
        or None,
        data=_data(finding, folder),
    )


def _data(finding: Finding, folder: str) -> dict[str, Any]:
    """What tells a finding from all others when the client sends its diagnostic back."""
    return {"fingerprint": fingerprint(finding, folder), "name": finding.name, "deployment": finding.deployment}


def _of_project(
    state: State, checked: Checked, catalogue: Catalogue, encoding: Encoding
) -> list[tuple[str, types.Diagnostic]]:
    view = View("", "", checked.configured, state, encoding)
    folder = folder_in_repository(checked.root)
    found = [
        (view.uri_of(finding.location.path), diagnostic_of(finding, view, catalogue, folder))
        for finding in checked.run.findings
    ]
    for crash in checked.run.crashes:
        what = f"Rule {crash.code}" if crash.code else "The linter"
        start = types.Position(0, 0)
        message = f"{what} crashed ({crash.error}), which is a bug in agentflow-lint: what it would say is missing."
        found.append(
            (
                view.uri_of(checked.configured.project.config_paths[0]),
                types.Diagnostic(types.Range(start, start), message, types.DiagnosticSeverity.Error, source=SOURCE),
            )
        )
    return found


def _of_failure(state: State, failure: Failure, encoding: Encoding) -> list[types.Diagnostic]:
    text = state.text_at(failure.path or "")
    return [
        types.Diagnostic(
            types.Range(
                position_at(text, problem.line, 1, encoding),
                position_at(text, problem.line, len(text.line(problem.line)) + 1, encoding),
            ),
            f"{problem.message}\nHelp: Until this is corrected, the projects that it configures are not checked.",
            types.DiagnosticSeverity.Error,
            code="configuration",
            source=SOURCE,
        )
        for problem in failure.problems
    ]


def _of_comment(state: State, comment: BadComment, path: str, encoding: Encoding) -> types.Diagnostic:
    return types.Diagnostic(
        range_of(state.text_at(path), comment.location.span, encoding),
        f"{comment.message}\nHelp: Until this is corrected, it holds nothing back, and the command line stops here.",
        types.DiagnosticSeverity.Error,
        code="suppression",
        source=SOURCE,
    )


def _uri_at(state: State, path: str) -> str:
    buffer = state.buffer_at(path)
    return buffer.uri if buffer is not None else state.scope.uri_of(path)
