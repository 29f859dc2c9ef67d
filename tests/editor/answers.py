"""What the features answer at a place of a text: the server's answers, and those of a state that remembers nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from lsprotocol.converters import get_converter

from agentflow_lint.editor.completion import completion
from agentflow_lint.editor.definition import definition, links
from agentflow_lint.editor.hover import hover
from agentflow_lint.editor.inlay import inlay_hints
from agentflow_lint.editor.markup import Markup
from agentflow_lint.editor.view import View
from tests.editor.client import uri
from tests.editor.views import CATALOGUE, findings_of, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agentflow_lint.editor.positions import Encoding
    from tests.editor.client import Editor

_ALL = types.Range(types.Position(0, 0), types.Position(1_000_000, 0))
_CONVERTER = get_converter()

#: By the names of the features.
Answers = dict[str, Any]


async def of_server(editor: Editor, file: Path, at: types.Position) -> Answers:
    """What the server answers about a place of a file."""
    document, wire = types.TextDocumentIdentifier(uri(file)), editor.wire
    defined = await wire.text_document_definition_async(types.DefinitionParams(document, at))
    return {
        "hover": _plain(await wire.text_document_hover_async(types.HoverParams(document, at))),
        "completion": _plain(await wire.text_document_completion_async(types.CompletionParams(document, at))),
        "definition": sorted(_places(defined)),
        "links": _plain(await wire.text_document_document_link_async(types.DocumentLinkParams(document))) or [],
        "hints": _plain(await wire.text_document_inlay_hint_async(types.InlayHintParams(document, _ALL))) or [],
    }


def of_fresh_state(
    root: Path, texts: Mapping[str, str], path: str, at: types.Position, encoding: Encoding
) -> Answers | None:
    """What there is to answer with these texts open; None for a file of no project."""
    state = state_of(root, texts, encoding)
    view = View.of(state, uri(root / path), encoding)
    if view is None:
        return None
    markup = Markup.of(None)
    found = definition(view, at)
    places = [view.location(each) for each in found[1]] if found is not None else []
    return {
        "hover": _plain(hover(view, at, findings_of(view), CATALOGUE, markup)),
        "completion": _plain(completion(view, at, markup)),
        "definition": sorted(_places(places)),
        "links": [_plain(each) for each in links(view)],
        "hints": [_plain(each) for each in inlay_hints(view, _ALL)],
    }


def _places(found: Any) -> list[str]:
    """Where a definition is, in whatever shape the client is told."""
    if found is None:
        return []
    return [repr(_plain(each)) for each in (found if isinstance(found, (list, tuple)) else [found])]


def _plain(answer: Any) -> Any:
    return _CONVERTER.unstructure(answer)
