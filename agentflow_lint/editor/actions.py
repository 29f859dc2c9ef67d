"""Code actions: the fixes of findings, all safe ones of a file at once, and suppressing a finding."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.config_source import ConfigurationError
from agentflow_lint.editor.edits import edits_between, workspace_edit
from agentflow_lint.engine.fix import Applicability
from agentflow_lint.engine.fixing import DivergingFixesError, apply_fixes
from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.engine.suppressions.adding import suppress, suppressible
from agentflow_lint.engine.suppressions.errors import SuppressionError
from agentflow_lint.fix import fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agentflow_lint.editor.server import Server
    from agentflow_lint.editor.view import View
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.engine.registry import Catalogue

FIX_ALL = "source.fixAll.agentflow-lint"
_ALL_FIXES = "Apply all safe fixes of agentflow-lint"
#: What stands where the reason of a suppression belongs, because a code action cannot ask for one.
REASON = "TODO: say why"


def register(server: Server) -> None:
    """Offer ``textDocument/codeAction``."""

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL]),
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        def answer(view: View, findings: Sequence[Finding], catalogue: Catalogue) -> list[types.CodeAction]:
            return list(_Offer(view, findings, catalogue, params, server.client_capabilities).actions())

        return await server.session.ask_about_findings(params.text_document.uri, answer) or []


class _Offer:
    """What is offered for a range of one file, whose findings these are."""

    def __init__(
        self,
        view: View,
        findings: Sequence[Finding],
        catalogue: Catalogue,
        params: types.CodeActionParams,
        capabilities: types.ClientCapabilities,
    ) -> None:
        self._view = view
        self._findings = findings
        self._catalogue = catalogue
        self._params = params
        self._capabilities = capabilities

    def actions(self) -> Iterator[types.CodeAction]:
        """The actions of the kinds that the client asks for."""
        here = [each for each in self._findings if _touch(self._view.range(each.location.span), self._params.range)]
        if self._is_asked_for(types.CodeActionKind.QuickFix):
            yield from self._fixes(here)
            yield from self._suppressions(here)
        if self._is_asked_for(FIX_ALL):
            yield from self._all_fixes()

    def _is_asked_for(self, kind: str) -> bool:
        only = self._params.context.only
        return only is None or any(kind == each or kind.startswith(f"{each}.") for each in map(_word, only))

    def _fixes(self, findings: Iterable[Finding]) -> Iterator[types.CodeAction]:
        offered: set[tuple[Edit, ...]] = set()
        for finding in findings:
            fix = finding.fix
            if fix is None or fix.applicability is Applicability.SUGGESTION or fix.edits in offered:
                continue
            offered.add(fix.edits)
            is_safe = fix.applicability is Applicability.SAFE
            title = f"{finding.code}: {fix.description}" + ("" if is_safe else " (may change more than the defect)")
            yield from self._action(title, types.CodeActionKind.QuickFix, fix.edits, [finding], is_safe or None)

    def _suppressions(self, findings: Iterable[Finding]) -> Iterator[types.CodeAction]:
        rules = self._view.configured.suppression_rules(self._catalogue)
        target = self._view.configured.config_target
        offered: set[tuple[Edit, ...]] = set()
        for finding in suppressible(list(findings), rules):
            try:
                made = suppress(self._view.project, [finding], rules, target, REASON)
            except SuppressionError:
                continue
            if made.edits in offered:
                continue
            offered.add(made.edits)
            where = "in the configuration" if made.entries else "here"
            title = f"Suppress {finding.code} ({finding.name}) {where}"
            yield from self._action(title, types.CodeActionKind.QuickFix, made.edits, [finding], None)

    def _all_fixes(self) -> Iterator[types.CodeAction]:
        """All safe fixes of the file's findings.

        Of two at one place the second is made behind the first, which takes further runs: only for who asks for
        nothing else, as on saving. In a list of what may be done there are those that can be made at once; so there are
        where no run can be about this project alone.
        """
        whole = self._fixed_to_the_end() if self._params.context.only else None
        if whole is not None:
            if whole:
                yield from self._action(_ALL_FIXES, FIX_ALL, whole, (), None)
            return
        fixed = apply_fixes(self._view.project.files, self._findings).fixed
        edits = dict.fromkeys(edits for finding in fixed if finding.fix is not None for edits in [finding.fix.edits])
        if edits:
            together = tuple(edit for each in edits for edit in each)
            yield from self._action(_ALL_FIXES, FIX_ALL, together, fixed, None)

    def _fixed_to_the_end(self) -> tuple[Edit, ...] | None:
        """What further runs come to; None where there can be none, as with a deployment of another project's."""
        view = self._view
        request = replace(view.state.scope.request, paths=(view.state.config_in(view.project.root),))
        try:
            files = fix(request, catalogue=self._catalogue, disk=view.state.disk, file=view.absolute(view.path)).files
        except (DivergingFixesError, ConfigurationError, SuppressionError, UnknownNameError):
            return None
        root = view.project.root
        changed = [(os.path.relpath(each.path, root).replace(os.sep, "/"), each.after) for each in files]
        return tuple(edit for path, after in changed for edit in edits_between(path, view.text_of(path), after))

    def _action(
        self, title: str, kind: str, edits: Sequence[Edit], findings: Iterable[Finding], is_preferred: bool | None
    ) -> Iterator[types.CodeAction]:
        edit = workspace_edit(self._view, edits, self._capabilities)
        if edit is not None:
            yield types.CodeAction(
                title, kind, self._diagnostics_of(findings) or None, is_preferred=is_preferred, edit=edit
            )

    def _diagnostics_of(self, findings: Iterable[Finding]) -> list[types.Diagnostic]:
        """Those that the client has of these findings."""
        known = {(finding.code, _key(self._view.range(finding.location.span))) for finding in findings}
        return [each for each in self._params.context.diagnostics if (each.code, _key(each.range)) in known]


def _word(kind: object) -> str:
    return str(getattr(kind, "value", kind))


def _key(place: types.Range) -> tuple[int, int, int, int]:
    return place.start.line, place.start.character, place.end.line, place.end.character


def _touch(one: types.Range, other: types.Range) -> bool:
    return _key(one)[:2] <= _key(other)[2:] and _key(other)[:2] <= _key(one)[2:]
