"""Whether code of the project asks a language model: in a function, or in one that it calls."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from agentflow_lint.framework import core_names
from agentflow_lint.framework.blocking_calls import is_model_call
from agentflow_lint.model.graph.results import Step
from agentflow_lint.model.graph.things import Compiled, External, Instance, Made, Thing
from agentflow_lint.sources.python import form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.running.bodies import Body, Names

#: Methods that run a graph or an agent inside a node.
_RUNS = frozenset({"invoke", "ainvoke", "stream", "astream", "execute"})
_MOST_BODIES = 200


def makes_calls(thing: Thing, names: Names) -> bool:
    """Whether a node calls a model or a tool, as far as that is seen."""
    if isinstance(thing, Made):
        return thing.name in core_names.CALLABLE_INSTANCES or thing.name == "ToolNode"
    if isinstance(thing, Instance) and any(
        getattr(cls, "name", "") in core_names.CALLABLE_INSTANCES for cls in thing.cls.order
    ):
        return True
    return any(_function_asks(body, names) for body in names.bodies(thing))


def _function_asks(body: Body, names: Names) -> bool:
    for current, _ in reached(body, names):
        for node in current.nodes:
            if not isinstance(node, form.Call):
                continue
            called = names.called(node, current)
            if isinstance(called, External) and is_model_call(called.dotted):
                return True
            if _runs_another(node, current, names):
                return True
    return False


def _runs_another(node: form.Call, body: Body, names: Names) -> bool:
    """Whether a call runs an agent or another graph."""
    if not isinstance(node.function, form.Attribute) or node.function.attr not in _RUNS:
        return False
    owner = names.meaning(node.function.value, body)
    return isinstance(owner, Compiled) or (isinstance(owner, Made) and owner.name in core_names.CALLABLE_INSTANCES)


def asks(node: form.Call, called: Thing | Body | None, body: Body, names: Names) -> bool:
    """Whether a call asks a model, itself or through the function that it calls (``called``)."""
    if isinstance(called, External):
        return is_model_call(called.dotted)
    return _runs_another(node, body, names) or any(_function_asks(inner, names) for inner in names.bodies(called))


def reached(body: Body, names: Names) -> Iterator[tuple[Body, tuple[Step, ...]]]:
    """A function and those that it calls, the nearest first, with the calls that lead there."""
    waiting: deque[tuple[Body, tuple[Step, ...]]] = deque([(body, ())])
    seen: set[tuple[str, int]] = set()
    while waiting and len(seen) < _MOST_BODIES:
        current, way = waiting.popleft()
        if current.key in seen:
            continue
        seen.add(current.key)
        yield current, way
        for node in current.nodes:
            if isinstance(node, form.Call):
                for inner in names.bodies(names.called(node, current)):
                    step = Step(names.place(current, node), f"{inner.name}() is called here")
                    waiting.append((inner, (*way, step)))
