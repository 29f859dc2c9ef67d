"""Whether a call in the served graph's modules is sure to run, and what it raises sure to get out of them.

Read from the form alone, so that a branch whose condition is known counts as one that may not be taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.records import once, record
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.walking import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.graph.sources import Sources

_MOST_CALLERS = 20
#: Statements behind which those that follow may not be reached, if there is a ``return`` in them.
_LEAVING = (form.If, form.While, form.For, form.With, form.Try, form.Match, form.Return)


def doubt_about(sources: Sources, place: Place) -> str | None:
    """Why the call at ``place`` may not run, or may have its ImportError caught; None when neither is so."""
    lowered = sources.form(place.path)
    if not isinstance(lowered, form.ModuleForm):
        return f"{place.path} cannot be parsed"
    calls = [call for statement in lowered.body for call in _calls_in(statement)]
    waiting = [call for call in calls if call.reference == place.reference]
    line = place.location.span.line
    if not waiting:
        return f"the call in {place.path} line {line} is not found"
    functions: set[str] = set()
    while waiting and len(functions) < _MOST_CALLERS:
        call = waiting.pop()
        if call.is_in_branch:
            return f"whether {place.path} line {line} runs, and lets an ImportError pass, depends on a branch"
        new = set(call.inside).difference(functions)
        functions |= new
        waiting += [caller for caller in calls if caller.called in new]
    return None


@record(frozen=True)
class _Call:
    """A call: the name that it calls, if it is one; the functions around it; whether a branch or ``try`` is, too."""

    reference: int
    called: str | None
    inside: tuple[str, ...] = ()
    is_in_branch: bool = False


@once
def _calls_in(statement: form.Statement) -> tuple[_Call, ...]:
    found: list[_Call] = []
    waiting: list[tuple[object, tuple[str, ...], bool]] = [(statement, (), False)]
    while waiting:
        node, inside, in_branch = waiting.pop()
        if isinstance(node, tuple):
            for each in node:
                waiting.append((each, inside, in_branch))
                in_branch = in_branch or (isinstance(each, _LEAVING) and _may_return(each))
            continue
        if not hasattr(node, "__match_args__"):
            continue
        if isinstance(node, form.Call):
            called = node.function.id if isinstance(node.function, form.Name) else None
            found.append(_Call(node.ref, called, inside, in_branch))
        certain, uncertain = _parts(node)
        names = (*inside, node.name) if isinstance(node, form.FunctionDefinition) else inside
        waiting += [(part, names, in_branch) for part in certain]
        waiting += [(part, names, True) for part in uncertain]
    return tuple(found)


def _parts(node: object) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """What is in a node: what is run with it, and what may not be, or may have an exception caught."""
    if isinstance(node, form.If):
        (first, body), *others = node.branches
        return (first,), (body, *(part for branch in others for part in branch), node.otherwise)
    if isinstance(node, form.While):
        return (node.test,), (node.body, node.otherwise)
    if isinstance(node, form.Conditional):
        return (node.test,), (node.body, node.otherwise)
    if isinstance(node, form.Logical):
        return node.operands[:1], node.operands[1:]
    if isinstance(node, form.Comparison):
        return (node.first, node.rest[:1]), (node.rest[1:],)
    if isinstance(node, form.Comprehension):
        outermost = node.loops[0]
        return (outermost.source,), (outermost.target, outermost.tests, node.loops[1:], node.key, node.element)
    if isinstance(node, form.Lambda):
        return (node.parameters,), (node.body,)
    if isinstance(node, form.Assert):
        return (node.test,), (node.message,)
    if isinstance(node, form.Try):
        is_caught = bool(node.handlers) or _may_return(node.final)
        is_left = _may_return(node.body)
        certain = (() if is_caught else node.body, () if is_left else node.otherwise, node.final)
        return certain, (node.body if is_caught else (), node.handlers, node.otherwise if is_left else ())
    if isinstance(node, form.For):
        return (node.source,), (node.target, node.body, node.otherwise)
    if isinstance(node, form.Match):
        return (node.subject,), (node.cases,)
    everything = tuple(getattr(node, name) for name in getattr(node, "__match_args__", ()))
    if isinstance(node, form.With) and any(_is_suppressing(value) for value, _ in node.items):
        return (node.items,), (node.body,)
    return everything, ()


def _may_return(part: object) -> bool:
    return any(isinstance(node, form.Return) for node in nodes(part, stop=form.FunctionDefinition))


def _is_suppressing(manager: form.Expression) -> bool:
    return any("suppress" in name for name in _words_in(manager))


def _words_in(expression: form.Expression) -> Iterator[str]:
    for node in nodes(expression):
        if isinstance(node, form.Name):
            yield node.id
        elif isinstance(node, form.Attribute):
            yield node.attr
