"""What StateGraph.compile() checks before it returns a graph (core/graph/state_graph.py, since 0.3.9).

An entry point; no node that no edge touches; no edge to a node that is not there (an edge *from* one is accepted);
no interrupt at one. Anything that is not fully known makes the check pass: nothing is guessed.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from agentflow_lint.framework.core_names import CONSTANTS
from agentflow_lint.model.graph.things import Function, Items, Known, Mapping
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

    from agentflow_lint.model.graph.results import Place
    from agentflow_lint.model.graph.things import Made, Thing

_START, _END = CONSTANTS["START"], CONSTANTS["END"]


@record(frozen=True, eq=False)
class Edge:
    """One edge; ``target`` is empty where nothing says where it leads (conditional edges without a path map).

    ``condition`` is what decides about a conditional edge, ``answer`` the value of its that the path map leads here.
    """

    source: str
    target: str
    place: Place
    condition: Thing | None = None
    answer: object = None


@record
class Topology:
    """The nodes and edges that the calls on a builder make, each with its place. ``entry`` is the entry point.

    ``runs`` is what each node runs, as far as add_node() is given it.
    """

    nodes: dict[str, Place | None] = field(default_factory=dict)
    runs: dict[str, Thing] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    entry: str | None = None


@record(frozen=True)
class Fault:
    """Why compile() raises GraphError; ``place`` is the call that is to blame, None for compile() itself."""

    reason: str
    place: Place | None = None


def fault_of(builder: Made, given: Map[str, Thing]) -> Fault | None:
    """What compile(**given) complains about, None when it does not or when that is not known."""
    if builder.doubt is not None or builder.attributes:
        return None
    topology = topology_of(builder)
    if topology is None:
        return None
    if not topology.entry:
        return Fault("the graph has no entry point")
    touched = {name for edge in topology.edges for name in (edge.source, edge.target)}
    for name, place in topology.nodes.items():
        if name not in touched and name not in (_START, _END):
            return Fault(f"no edge touches the node {name!r}", place)
    for edge in topology.edges:
        if edge.target and edge.target not in topology.nodes:
            return Fault(f"an edge leads to {edge.target!r}, which is no node", edge.place)
    for parameter in ("interrupt_before", "interrupt_after"):
        for name in _strings(given.get(parameter)):
            if name not in topology.nodes:
                return Fault(f"{parameter} names {name!r}, which is no node")
    return None


def topology_of(builder: Made) -> Topology | None:
    """The graph that was built by calls; None when a call is not understood."""
    topology = Topology({_START: None, _END: None})
    for method, arguments, keywords, place in builder.calls:
        if not _apply(topology, method, arguments, keywords, place):
            return None
    return topology


def _apply(topology: Topology, method: str, arguments: list[Thing], keywords: dict[str, Thing], place: Place) -> bool:
    if method == "add_node":
        first = _given(arguments, keywords, 0, "name_or_func")
        name = _node_name(first)
        runs = _given(arguments, keywords, 1, "func") or first
        if name is not None:
            topology.nodes[name] = place
        if name is not None and runs is not None:
            topology.runs[name] = runs
        return name is not None
    if method == "set_entry_point":
        name = _node_name(_given(arguments, keywords, 0, "node_name"))
        if name is not None:
            topology.entry = name
            topology.edges.append(Edge(_START, name, place))
        return name is not None
    source = _node_name(_given(arguments, keywords, 0, "from_node"))
    if source is None:
        return False
    if method == "add_edge":
        target = _node_name(_given(arguments, keywords, 1, "to_node"))
        if target is not None:
            if source == _START:
                topology.entry = target
            topology.edges.append(Edge(source, target, place))
        return target is not None
    if method != "add_conditional_edges":
        return False
    condition = _given(arguments, keywords, 1, "condition")
    return _conditional(topology, source, condition, _given(arguments, keywords, 2, "path_map"), place)


def _conditional(topology: Topology, source: str, condition: Thing | None, paths: Thing | None, place: Place) -> bool:
    """Conditional edges: one for each value of the path map, or a single one to nowhere in particular."""
    if paths is None or (isinstance(paths, Known) and paths.value is None):
        topology.edges.append(Edge(source, "", place, condition))
        return True
    if not isinstance(paths, Mapping) or paths.doubt is not None:
        return False
    targets = {answer: _node_name(target) for answer, target in paths.entries.items()}
    for answer, target in targets.items():
        if target is not None:
            topology.edges.append(Edge(source, target, place, condition, answer))
    if not targets:
        topology.edges.append(Edge(source, "", place, condition))
    return None not in targets.values()


def _given(arguments: list[Thing], keywords: dict[str, Thing], number: int, name: str) -> Thing | None:
    return arguments[number] if number < len(arguments) else keywords.get(name)


def _node_name(thing: Thing | None) -> str | None:
    if isinstance(thing, Known) and isinstance(thing.value, str):
        return thing.value
    return thing.name if isinstance(thing, Function) else None


def _strings(thing: Thing | None) -> list[str]:
    if not isinstance(thing, Items) or thing.doubt is not None:
        return []
    return [item.value for item in thing.items if isinstance(item, Known) and isinstance(item.value, str)]
