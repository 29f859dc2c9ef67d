"""Edits of the engine as edits of the protocol."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.engine.fix import Edit, newline_of
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agentflow_lint.editor.view import View


def workspace_edit(
    view: View, edits: Iterable[Edit], capabilities: types.ClientCapabilities
) -> types.WorkspaceEdit | None:
    """Edits of the view's project, which belong together; None when the client cannot make a file that they need.

    An open text is edited in the version that the view shows, so that a client refuses what comes too late.
    """
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.location.path, []).append(edit)
    workspace = capabilities.workspace
    can = workspace.workspace_edit if workspace is not None else None
    if can is None or not can.document_changes:
        if any(not view.exists(path) for path in by_path):
            return None
        return types.WorkspaceEdit(
            changes={view.uri_of(path): _text_edits(view, path, by_path[path]) for path in by_path}
        )
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for path, mine in by_path.items():
        uri = view.uri_of(path)
        if not view.exists(path):
            if types.ResourceOperationKind.Create not in (can.resource_operations or ()):
                return None
            changes.append(types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True)))
        document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=view.version_of(path))
        changes.append(types.TextDocumentEdit(document, [*_text_edits(view, path, mine)]))
    return types.WorkspaceEdit(document_changes=changes)


def edits_between(path: str, text: SourceText, after: bytes) -> Iterator[Edit]:
    """The edits that make of a text what is to be in its file: whole lines, and hardly any that stay as they are."""
    old, new = (content.splitlines(keepends=True) for content in (text.content, SourceText.decode(after).content))
    starts = [0, *accumulate(map(len, old))]
    for kind, first, last, new_first, new_last in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            replacement = "".join(new[new_first:new_last]).replace("\r\n", "\n").replace("\r", "\n")
            yield Edit(Location(path, text.span(starts[first], starts[last])), replacement)


def _text_edits(view: View, path: str, edits: Sequence[Edit]) -> list[types.TextEdit]:
    """The edits of one file in the order of their places; insertions come before what is replaced from there on."""
    newline = newline_of(view.text_of(path))
    in_order = sorted(edits, key=lambda edit: edit.location.span)
    return [types.TextEdit(view.range(edit.location.span, path), edit.text.replace("\n", newline)) for edit in in_order]
