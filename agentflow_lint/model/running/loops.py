"""Loops in the code of nodes and tools that ask a model in each round, and that nothing but its answers ends.

The recursion limit counts the nodes of a run, not what happens inside one, so no limit holds for these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.blocking_calls import LIMITS
from agentflow_lint.model.graph.things import External
from agentflow_lint.model.running.asking import asks, reached
from agentflow_lint.model.running.bodies import INNER, Body, Names
from agentflow_lint.model.running.units import units
from agentflow_lint.records import record
from agentflow_lint.sources.python import form
from agentflow_lint.sources.python.walking import nodes

if TYPE_CHECKING:
    from agentflow_lint.model.graph.results import CompileCall, Place, Step

_ORDERS = frozenset({"<", "<=", ">", ">="})
#: Functions that a loop may count or time itself with.
_COUNTERS = frozenset({"builtins.next", "builtins.len", "time.monotonic", "time.time", "time.perf_counter"})


@record(frozen=True)
class UncountedLoop:
    """A ``while True`` in the code of a node or tool (``unit``) that asks a model in each round and counts no round.

    ``function`` is the one that it stands in, ``start`` the unit itself, ``way`` the calls that lead to it.
    """

    place: Place
    unit: str
    function: str
    start: Place
    way: tuple[Step, ...]


def uncounted_loops(call: CompileCall) -> tuple[UncountedLoop, ...]:
    """The loops that nothing but a model's answers ends.

    Nothing in such a loop compares sizes or numbers, or computes a variable anew from itself, and nothing in its
    function sets a limit of time. What the functions that it calls do besides is not looked at.
    """
    if call.inside is None:
        return ()
    names = Names(call.inside.evaluator)
    found: dict[Place, UncountedLoop] = {}
    for unit in units(call, names):
        for visited, way in reached(unit.body, names):
            for node in visited.nodes:
                if isinstance(node, form.While) and _is_uncounted(node, visited, names):
                    place = names.place(visited, node)
                    loop = UncountedLoop(place, unit.name, visited.name, unit.body.place, way)
                    found.setdefault(place, loop)
    return tuple(found.values())


def _is_uncounted(node: form.While, body: Body, names: Names) -> bool:
    if not isinstance(node.test, form.Constant) or not node.test.value:
        return False
    if any(isinstance(each, form.Call) and _is_limit(each, body, names) for each in body.nodes):
        return False
    found = False
    for inner in nodes(node.body, stop=INNER):
        if isinstance(inner, form.AugmentedAssign) or _is_computed_anew(inner):
            return False
        if isinstance(inner, form.Comparison) and any(sign in _ORDERS for sign, _ in inner.rest):
            return False
        if isinstance(inner, form.Call):
            called = names.called(inner, body)
            if isinstance(called, External) and called.dotted in _COUNTERS:
                return False
            found = found or asks(inner, called, body, names)
    return found


def _is_limit(node: form.Call, body: Body, names: Names) -> bool:
    called = names.called(node, body)
    return isinstance(called, External) and called.dotted in LIMITS


def _is_computed_anew(node: object) -> bool:
    """Whether a statement is like ``rounds = rounds + 1``."""
    if not isinstance(node, form.Assign) or not isinstance(node.value, form.Binary):
        return False
    targets = {target.id for target in node.targets if isinstance(target, form.Name)}
    return any(isinstance(each, form.Name) and each.id in targets for each in nodes(node.value))
