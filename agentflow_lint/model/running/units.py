"""The project's own callables that the framework calls while it serves a request: nodes, tools and conditions.

Where each runs, in every core release that was looked at (0.4.5 to 0.10.3; eight from 0.6.7 on were run):

- ``utils/callable_utils.py``, ``call_sync_or_async``: nodes and tools that are coroutine functions run on the event
  loop, all others in a thread (``asyncio.to_thread``); an awaitable that they return is awaited on the loop.
- ``core/graph/utils/utils.py``, ``get_next_node``: the condition of an edge is called on the event loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework import core_names
from agentflow_lint.model.graph.things import Instance, Items, Made, Mapping, Opaque, Thing
from agentflow_lint.model.graph.topology import Topology, topology_of
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.graph.results import CompileCall, Place
    from agentflow_lint.model.running.bodies import Body, Names

Role = Literal["node", "tool", "condition"]

#: Arguments of builders and agents that hold no callable which a request runs.
_SERVICES = frozenset(
    {
        *("state", "context_manager", "publisher", "id_generator", "container", "output_schema", "callback_manager"),
        *("checkpointer", "store", "media_store", "system_prompt", "model", "client"),
    }
)
_CONDITIONS = frozenset({"condition", "next_branch_condition", "followup_condition", "validator"})
#: Arguments inside arguments are followed so deep.
_DEEPEST = 6


@record(frozen=True, eq=False)
class Unit:
    """One callable of the project: ``name`` is the node's, or the function's; ``place`` where the graph gets it."""

    role: Role
    name: str
    body: Body
    place: Place

    @property
    def on_loop(self) -> bool:
        """Whether it runs on the event loop."""
        return self.role == "condition" or self.body.is_async


def served_topology(call: CompileCall) -> Topology | None:
    """The nodes and edges of a graph that is built by hand; None for a prebuilt one, and where they are not known."""
    inside = call.inside
    if inside is None or call.builder != "StateGraph" or inside.builder.doubt is not None or inside.builder.attributes:
        return None
    return topology_of(inside.builder)


def units(call: CompileCall, names: Names) -> tuple[Unit, ...]:
    """The callables that are known, each once; those that stand behind what is not known are left out."""
    inside = call.inside
    if inside is None:
        return ()
    found: dict[tuple[str, tuple[str, int]], Unit] = {}
    for unit in _units(inside.builder, inside.given, call.place, names):
        found.setdefault((unit.role, unit.body.key), unit)
    return tuple(found.values())


def _units(builder: Made, given: object, place: Place, names: Names) -> Iterator[Unit]:
    for method, arguments, keywords, where in builder.calls:
        everything = [*arguments, *keywords.values()]
        if method == "add_conditional_edges":
            condition = keywords.get("condition") or (arguments[1] if len(arguments) > 1 else None)
            yield from _of_thing("condition", condition, where, names)
        elif method in ("add_node", "override_node"):
            for thing in everything:
                yield from _of_thing("node", thing, where, names)
    yield from _of_arguments(builder.arguments, place, names, 0)
    if isinstance(given, dict):
        yield from _of_arguments(given, place, names, 0)


def _of_arguments(given: dict[str, Thing], place: Place, names: Names, depth: int) -> Iterator[Unit]:
    for parameter, thing in given.items():
        if parameter not in _SERVICES:
            role: Role = "condition" if parameter in _CONDITIONS else "tool" if "tool" in parameter else "node"
            yield from _of_thing(role, thing, place, names, depth)


def _of_thing(role: Role, thing: Thing | None, place: Place, names: Names, depth: int = 0) -> Iterator[Unit]:
    if depth > _DEEPEST or thing is None:
        return
    if isinstance(thing, Items):
        for item in thing.items:
            yield from _of_thing(role, item, place, names, depth + 1)
    elif isinstance(thing, Mapping):
        for item in thing.entries.values():
            yield from _of_thing(role, item, place, names, depth + 1)
    elif isinstance(thing, Made):
        if thing.name == "ToolNode":
            tools = thing.arguments.get("tools") or thing.arguments.get("1")
            yield from _of_thing("tool", tools, thing.place, names, depth + 1)
        else:
            yield from _of_arguments(thing.arguments, thing.place, names, depth + 1)
    elif isinstance(thing, Instance) and _is_agent(thing):
        for name in ("execute", "__call__"):
            method = names.attribute(thing, name)
            yield from (Unit(role, body.name, body, place) for body in names.bodies(method))
    elif not isinstance(thing, Opaque) or thing.wrapped is not None:
        yield from (Unit(role, body.name, body, place) for body in names.bodies(thing))


def _is_agent(thing: Instance) -> bool:
    order = (getattr(cls, "name", "") for cls in thing.cls.order)
    return any(name in core_names.CALLABLE_INSTANCES for name in order)
