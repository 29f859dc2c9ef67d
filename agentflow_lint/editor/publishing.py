"""Who gets which diagnostics: pushed to the client, or pulled by it.

A client that can pull, and can be told to pull again, pulls those of the files that it has open; pushing them too would
show everything twice. Files that are not open are pushed to such a client until it asks for those of the workspace. To
every other client everything is pushed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from agentflow_lint.editor.diagnostics import Diagnostics


class Publisher:
    """What the client has been told. ``send`` pushes, ``refresh`` has it pull again; without it all is pushed."""

    def __init__(
        self,
        send: Callable[[types.PublishDiagnosticsParams], None],
        refresh: Callable[[], object] | None,
    ) -> None:
        self._send = send
        self._refresh = refresh
        self._pulls_workspace = False
        self._pushed: dict[str, tuple[tuple[types.Diagnostic, ...], int | None]] = {}
        self._latest: Diagnostics = {}
        self._versions: dict[str, int | None] = {}

    def publish(self, diagnostics: Diagnostics, open_versions: dict[str, int | None]) -> None:
        """Tell the client of what has changed. ``open_versions`` are the versions of the open texts by address."""
        pulled_changed = self._refresh is not None and any(
            diagnostics.get(uri) != self._latest.get(uri)
            for uri in {*diagnostics, *self._latest}
            if self._is_pulled(uri, open_versions)
        )
        self._latest = diagnostics
        self._versions = open_versions
        self._push(open_versions)
        if pulled_changed and self._refresh is not None:
            self._refresh()

    def of_document(self, uri: str, previous: str | None) -> types.DocumentDiagnosticReport:
        """The answer to a pull of one file's diagnostics; ``previous`` is the result that the client has."""
        items = self._latest.get(uri, ())
        result = _result_id(items)
        if previous == result:
            return types.RelatedUnchangedDocumentDiagnosticReport(result)
        return types.RelatedFullDocumentDiagnosticReport(list(items), result_id=result)

    def of_workspace(self, previous: dict[str, str]) -> types.WorkspaceDiagnosticReport:
        """The answer to a pull of all diagnostics. From now on the client asks for those of files that are not open."""
        if not self._pulls_workspace:
            self._pulls_workspace = True
            self._push(self._versions)
        reports: list[types.WorkspaceDocumentDiagnosticReport] = []
        for uri in sorted({*self._latest, *previous}):
            items = self._latest.get(uri, ())
            result = _result_id(items)
            version = self._versions.get(uri)
            if previous.get(uri) == result:
                reports.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, result, version))
            else:
                reports.append(types.WorkspaceFullDocumentDiagnosticReport(uri, list(items), version, result_id=result))
        return types.WorkspaceDiagnosticReport(reports)

    def _is_pulled(self, uri: str, open_texts: Collection[str]) -> bool:
        return self._refresh is not None and (self._pulls_workspace or uri in open_texts)

    def _push(self, open_versions: dict[str, int | None]) -> None:
        """Send what has changed, and for each new version of an open text that this is what there is of it."""
        wanted = {
            uri: (self._latest.get(uri, ()), open_versions.get(uri))
            for uri in {*self._latest, *open_versions}
            if not self._is_pulled(uri, open_versions)
        }
        for uri in sorted({*wanted, *self._pushed}):
            items, version = wanted.get(uri, ((), None))
            if (items, version) != self._pushed.get(uri, ((), None)):
                self._send(types.PublishDiagnosticsParams(uri, list(items), version))
        self._pushed = wanted


def _result_id(items: tuple[types.Diagnostic, ...]) -> str:
    """The same for the same diagnostics, whenever they are asked for."""
    return sha256(repr(items).encode("utf-8", "surrogatepass")).hexdigest()[:16]
