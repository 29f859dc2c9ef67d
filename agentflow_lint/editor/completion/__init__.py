"""Completion in the config, in the files that set variables, and in suppression comments.

Everything here reads the text before the cursor by itself: while somebody types, no file is what its reader takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.editor.completion.config import config_proposals
from agentflow_lint.editor.completion.proposals import items
from agentflow_lint.editor.completion.rules import rule_proposals
from agentflow_lint.editor.completion.variables import variable_proposals
from agentflow_lint.editor.markup import Markup
from agentflow_lint.model.config_file import CONFIG_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.editor.completion.proposals import Proposal
    from agentflow_lint.editor.server import Server
    from agentflow_lint.editor.view import View

#: A string, a module's attribute, a module's part, a variable's value, the rules of a suppression.
TRIGGERS = ('"', ":", ".", "=", "[", ",")


def register(server: Server) -> None:
    """Offer ``textDocument/completion``."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=list(TRIGGERS)))
    async def complete(params: types.CompletionParams) -> types.CompletionList | None:
        document = server.client_capabilities.text_document
        item = document.completion.completion_item if document is not None and document.completion is not None else None
        formats = item.documentation_format if item is not None else None
        markup = Markup.of(list(formats) if formats else None)
        return await server.session.ask(
            params.text_document.uri, lambda view: completion(view, params.position, markup)
        )


def completion(view: View, position: types.Position, markup: Markup) -> types.CompletionList:
    """What may stand at a position of the view's file, the likeliest first."""
    offset = view.offset(position)
    return types.CompletionList(False, items(view, _proposals(view, offset), markup))


def _proposals(view: View, offset: int) -> Iterable[Proposal]:
    if view.path in CONFIG_NAMES:
        return config_proposals(view, offset)
    rules = rule_proposals(view, offset)
    return variable_proposals(view, offset) if rules is None else rules
