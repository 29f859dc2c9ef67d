"""Diagnostics for clients that ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from agentflow_lint.editor.server import Server


def register(server: Server) -> None:
    """Offer ``textDocument/diagnostic`` and ``workspace/diagnostic`` to a client that can be told to ask again."""
    if not server.can_pull:
        return

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="agentflow-lint"),
    )
    async def of_document(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        await server.session.current()
        return server.publisher.of_document(params.text_document.uri, params.previous_result_id)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def of_workspace(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        await server.session.current()
        return server.publisher.of_workspace({each.uri: each.value for each in params.previous_result_ids})
