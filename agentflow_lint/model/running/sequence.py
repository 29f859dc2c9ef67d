"""In which order the served graph makes its calls of models and tools: how many in a row, and whether it ever ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework.core_names import CONSTANTS
from agentflow_lint.framework.graph_runs import PREBUILT, most_nodes
from agentflow_lint.model.graph.results import Served
from agentflow_lint.model.graph.things import Items, Known, Made, Mapping, Thing
from agentflow_lint.model.running.answers import answers
from agentflow_lint.model.running.asking import makes_calls
from agentflow_lint.model.running.bodies import Names
from agentflow_lint.model.running.paths import longest_path, reachable, without_way_out
from agentflow_lint.model.running.units import served_topology
from agentflow_lint.model.values import ABSENT, Absent, Unknown
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import CompileCall, Place
    from agentflow_lint.model.graph.topology import Edge, Topology

_START, _END = CONSTANTS["START"], CONSTANTS["END"]
#: A node may lead elsewhere than its edges say, or pause the run, only where one of these words is written.
_NAVIGATES = ("Command", "interrupt", "next_node", "handoff")
_INTERRUPTS = ("interrupt_before", "interrupt_after")


@record(frozen=True)
class Node:
    """One node on a path, with the place of its add_node() (None for START)."""

    name: str
    place: Place | None


@record(frozen=True)
class Chain:
    """Calls of models and tools one after another, ``calls`` of them; ``nodes`` make them, as far as they are named."""

    calls: int
    nodes: tuple[Node, ...] = ()


@record(frozen=True)
class Endless:
    """What only the recursion limit ends: a ``loop`` that nothing leads out of, or a way that is ``too-long`` for it.

    ``nodes`` are those of the loop, or of the shortest way. ``always``: every run comes there.
    """

    kind: Literal["loop", "too-long"]
    nodes: tuple[Node, ...]
    always: bool


def longest_chain(call: CompileCall, limit: int) -> Chain | Unknown:
    """The longest sequence of model and tool calls on a way that comes to no node twice; a loop counts one round.

    ``limit`` is how many are too many: a longer one need not be looked for once that is known either way.
    """
    if call.builder != "StateGraph":
        return _prebuilt(call)
    topology = served_topology(call)
    if topology is None or call.inside is None or not topology.entry:
        return Unknown("the nodes and edges of the graph are not all known")
    names = Names(call.inside.evaluator)
    weights = {name: 1 for name, thing in topology.runs.items() if makes_calls(thing, names)}
    found = longest_path(_START, _effective(topology, names)[0], weights)
    if found.weight <= limit < found.at_most:
        return Unknown("the graph has too many loops to find the longest way through it")
    callers = tuple(Node(name, topology.nodes.get(name)) for name in found.nodes if name in weights)
    return Chain(found.weight, callers)


def endless_run(deployment: Deployment) -> Endless | None:
    """What makes runs of the served graph end at the recursion limit, if that is certain."""
    outcome = deployment.intended_graph.outcome
    call = outcome.compile if isinstance(outcome, Served) else None
    topology = served_topology(call) if call is not None else None
    if call is None or call.inside is None or topology is None or not topology.entry:
        return None
    if any(not isinstance(call.arguments.get(name, ABSENT), Absent) for name in _INTERRUPTS):
        return None
    sources = deployment.project.python_sources
    if any(sources.mentions(path, *_NAVIGATES) for path in deployment.intended_graph.modules):
        return None
    if deployment.config.get("remote_tools"):
        return None
    names = Names(call.inside.evaluator)
    edges, ends = _effective(topology, names)
    ends |= {name for name in topology.nodes if not _is_understood(topology.runs.get(name), names)} - {_START}
    reached = reachable(_START, edges)
    trapped = without_way_out(reached, edges, ends | {_END})
    if trapped:
        return _loop(topology, edges, trapped, always=_START in trapped)
    return _too_long(topology, edges, ends, most_nodes(deployment.project.core.version))


def _loop(topology: Topology, edges: dict[str, list[str]], trapped: frozenset[str], *, always: bool) -> Endless:
    """The nodes of the loop, in the order of a run; those that only lead into it left out."""
    inside = [name for name in topology.nodes if name in trapped and _comes_back(name, edges)]
    order = list(reachable(inside[0], edges)) if inside else []
    in_order = [name for name in order if name in inside]
    return Endless("loop", tuple(Node(name, topology.nodes.get(name)) for name in in_order), always)


def _comes_back(name: str, edges: dict[str, list[str]]) -> bool:
    return any(name in reachable(target, edges) for target in edges.get(name, ()))


def _too_long(topology: Topology, edges: dict[str, list[str]], ends: set[str], most: int) -> Endless | None:
    """Even the shortest way to an end has more nodes than the limit allows."""
    distances = reachable(_START, edges)
    last = [distances[name] for name in ends if name in distances]
    if _END in distances:
        last.append(distances[_END] - 1)
    if not last or min(last) <= most:
        return None
    names = [name for name in distances if name not in (_START, _END)]
    return Endless("too-long", tuple(Node(name, topology.nodes.get(name)) for name in names), always=True)


def _effective(topology: Topology, names: Names) -> tuple[dict[str, list[str]], set[str]]:
    """Where the run may go from each node, and the nodes after which it may end (or go nobody knows where)."""
    outgoing: dict[str, list[Edge]] = {}
    for edge in topology.edges:
        outgoing.setdefault(edge.source, []).append(edge)
    edges: dict[str, list[str]] = {}
    ends: set[str] = set()
    for name in topology.nodes:
        targets, may_end = _targets(outgoing.get(name, []), names)
        edges[name] = list(dict.fromkeys(targets))
        if may_end and name != _END:
            ends.add(name)
    return edges, ends


def _targets(edges: list[Edge], names: Names) -> tuple[list[str], bool]:
    targets: list[str] = []
    decided = False
    for condition in {id(edge.condition): edge.condition for edge in edges if edge.condition is not None}.values():
        known = answers(condition, names)
        mapped = {edge.answer: edge.target for edge in edges if edge.condition is condition}
        if known is None:
            targets += [target for target in mapped.values() if target]
            continue
        if all(target for target in mapped.values()):
            targets += [mapped[answer] for answer in known if answer in mapped]
            decided = decided or known <= set(mapped)
        else:
            targets += [answer for answer in known if isinstance(answer, str)]
            decided = decided or all(isinstance(answer, str) for answer in known)
        if decided:
            return targets, False
    static = next((edge.target for edge in edges if edge.condition is None), None)
    if static is not None:
        open_ended = any(not edge.target for edge in edges)
        return [*targets, static], open_ended
    return targets, True


# --- what is not built by hand ---


def _is_understood(thing: Thing | None, names: Names) -> bool:
    """Whether what a node runs is seen, so that it leads nowhere by itself."""
    if thing is None:
        return True
    if isinstance(thing, Made):
        return thing.name in ("Agent", "ToolNode")
    return next(iter(names.bodies(thing)), None) is not None


def _prebuilt(call: CompileCall) -> Chain | Unknown:
    chain = PREBUILT.get(call.builder)
    inside = call.inside
    if chain is None or inside is None:
        return Unknown(f"what {call.builder} calls in a row is not known")
    given = {**inside.builder.arguments, **inside.given}
    if chain.each is not None:
        items = given.get(chain.each)
        if isinstance(items, Items) and items.doubt is None:
            return Chain(len(items.items))
        if isinstance(items, Mapping) and items.doubt is None:
            return Chain(len(items.entries))
        return Unknown(f"the {chain.each} of {call.builder} are not all known")
    tools = given.get("tools") or given.get("tool_node")
    empty = tools is None or (isinstance(tools, Known) and tools.value is None)
    return Chain(chain.calls if empty else chain.with_tools)
