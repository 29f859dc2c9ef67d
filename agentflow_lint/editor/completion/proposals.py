"""What is proposed, and how a client gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.editor.markup import Markup
    from agentflow_lint.editor.view import View


@record(frozen=True)
class Proposal:
    """One text that may stand from offset ``start`` to ``end``.

    Clients hold what is typed there against ``filter``, or against ``text`` where that is empty. ``rank`` comes before
    the name in their order. ``detail`` is a few words, ``words`` are sentences.
    """

    label: str
    text: str
    start: int
    end: int
    kind: types.CompletionItemKind
    detail: str = ""
    words: str = ""
    rank: int = 0
    filter: str = ""
    is_deprecated: bool = False


def items(view: View, proposals: Iterable[Proposal], markup: Markup) -> list[types.CompletionItem]:
    """The proposals as the protocol has them, each label once."""
    found: dict[str, Proposal] = {}
    for each in proposals:
        found.setdefault(each.label, each)
    in_order = sorted(found.values(), key=lambda each: each.rank)
    return [_item(view, each, number, markup) for number, each in enumerate(in_order)]


def _item(view: View, each: Proposal, number: int, markup: Markup) -> types.CompletionItem:
    place = view.range(view.text.span(each.start, each.end))
    return types.CompletionItem(
        each.label,
        kind=each.kind,
        detail=each.detail or None,
        documentation=markup.content(markup.text(each.words)) if each.words else None,
        tags=[types.CompletionItemTag.Deprecated] if each.is_deprecated else None,
        sort_text=f"{number:04}",
        filter_text=each.filter or each.text,
        text_edit=types.TextEdit(place, each.text),
    )
