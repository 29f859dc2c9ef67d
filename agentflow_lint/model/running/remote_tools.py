"""The nodes that the config's ``remote_tools`` are attached to, once the graph is loaded.

``attach_all_modules`` in ``src/app/loader.py`` (server 0.6.0 to 0.9.0) and ``CompiledGraph.attach_remote_tools`` in
``core/graph/compiled_graph.py``: the node has to be there, and to run a ToolNode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.results import Served
from agentflow_lint.model.graph.things import Function, Instance, Made
from agentflow_lint.model.running.units import served_topology
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.topology import Topology

_TOOL_NODE = "ToolNode"


@record(frozen=True)
class Unattachable:
    """``remote_tools[index][key]`` names a node that takes no remote tools; ``nodes`` are those that do."""

    index: int
    key: str
    node: str
    reason: str
    nodes: tuple[str, ...]


def unattachable(deployment: Deployment) -> Iterator[Unattachable]:
    """The remote tools at which the start ends; nothing where the served graph's nodes are not known."""
    tools = deployment.config.get("remote_tools")
    outcome = deployment.intended_graph.outcome
    if not isinstance(tools, list) or not isinstance(outcome, Served):
        return
    topology = served_topology(outcome.compile)
    if topology is None:
        return
    for index, tool in enumerate(tools):
        key = "node" if isinstance(tool, dict) and "node" in tool else "node_name"
        node = tool.get(key) if isinstance(tool, dict) else None
        if isinstance(node, str) and node.strip():
            reason = _reason(topology, node.strip())
            if reason is not None:
                yield Unattachable(index, key, node.strip(), reason, _tool_nodes(topology))


def _reason(topology: Topology, node: str) -> str | None:
    if node not in topology.nodes:
        return "which is no node of the served graph"
    runs = topology.runs.get(node)
    if isinstance(runs, (Function, Instance)) or (isinstance(runs, Made) and runs.name != _TOOL_NODE):
        return f"a node that runs no {_TOOL_NODE}" if not _derives(runs) else None
    return None


def _derives(runs: object) -> bool:
    """Whether it may be an instance of a project class that derives from ToolNode."""
    return isinstance(runs, Instance) and any(not hasattr(cls, "frame") for cls in runs.cls.order[:-1])


def _tool_nodes(topology: Topology) -> tuple[str, ...]:
    return tuple(name for name, runs in topology.runs.items() if isinstance(runs, Made) and runs.name == _TOOL_NODE)
