"""The rules between the brackets of a suppression comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.editor.completion.proposals import Proposal
from agentflow_lint.engine.registry import summary
from agentflow_lint.engine.suppressions.directives import VERBS

if TYPE_CHECKING:
    from agentflow_lint.editor.view import View

_OPEN = re.compile(rf"#[ \t#]*agentflow-lint:[ \t]*(?:{'|'.join(VERBS)})\[(?P<names>[^\[\]]*)$")
_REST = re.compile(r"[\w-]*")


def rule_proposals(view: View, offset: int) -> list[Proposal] | None:
    """The rules that are not named there yet; None where the cursor is in no brackets of a suppression."""
    text = view.text
    line, column = text.position(offset)
    opened = _OPEN.search(text.line(line)[: column - 1])
    if opened is None:
        return None
    *others, typed = opened["names"].split(",")
    typed = typed.lstrip()
    named = {each.strip().casefold() for each in others}
    rest = _REST.match(text.content, offset)
    end = rest.end() if rest is not None else offset
    by_name = typed[:1].islower()
    return [
        Proposal(
            f"{rule.code} {rule.name}",
            rule.name if by_name else rule.code,
            offset - len(typed),
            end,
            types.CompletionItemKind.EnumMember,
            detail=rule.consequence.value,
            words=f"{summary(rule)}.",
            filter=f"{rule.name} {rule.code}" if by_name else f"{rule.code} {rule.name}",
        )
        for rule in view.state.catalogue.rules
        if named.isdisjoint((rule.code.casefold(), rule.name.casefold()))
    ]
