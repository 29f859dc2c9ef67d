"""What a condition may answer, where all of its answers are constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.things import Known
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from agentflow_lint.model.graph.things import Thing
    from agentflow_lint.model.running.bodies import Body, Names


def answers(condition: Thing | None, names: Names) -> frozenset[object] | None:
    """Every constant that a condition may return (None where its end is reached); None when they are not known."""
    body = next(iter(names.bodies(condition)), None)
    if body is None or body.is_async:
        return None
    if not isinstance(body.block, tuple):
        return _constants(body.block, body, names)
    found: set[object] = set() if _always_returns(body.block) else {None}
    for node in body.nodes:
        if isinstance(node, (form.Yield, form.Match)):
            return None
        if isinstance(node, form.Return):
            constants = frozenset({None}) if node.value is None else _constants(node.value, body, names)
            if constants is None:
                return None
            found |= constants
    return frozenset(found)


def _constants(node: form.Expression, body: Body, names: Names) -> frozenset[object] | None:
    if isinstance(node, form.Conditional):
        parts = _constants(node.body, body, names), _constants(node.otherwise, body, names)
        return None if parts[0] is None or parts[1] is None else parts[0] | parts[1]
    if isinstance(node, form.Constant):
        return frozenset({node.value})
    known = names.constant(node, body)
    return frozenset({known.value}) if isinstance(known, Known) else None


def _always_returns(block: form.Block) -> bool:
    """Whether the end of a block is certainly not reached."""
    for node in block:
        if isinstance(node, (form.Return, form.Raise)):
            return True
        if isinstance(node, form.If) and node.otherwise:
            if all(_always_returns(each) for each in (node.otherwise, *(body for _, body in node.branches))):
                return True
        elif (isinstance(node, form.With) and _always_returns(node.body)) or (
            isinstance(node, form.Try)
            and all(_always_returns(each) for each in (node.body, *(handler.body for handler in node.handlers)))
        ):
            return True
    return False
