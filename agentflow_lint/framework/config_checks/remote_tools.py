"""The ``remote_tools`` key (from 0.6.0), validated first thing in the lifespan.

Source: ``RemoteToolConfig`` and ``validate_remote_tools`` in ``src/app/core/config/graph_config.py``. Whether
``node`` names a tool node of the graph is decided where the graph is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.framework.config_checks.leniency import is_text
from agentflow_lint.framework.config_checks.verdict import Path, Rejection, Start, dotted, refused
from agentflow_lint.framework.secrets import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXTS = ("name", "description")
_KEYS = frozenset({"node", "node_name", "name", "description", "parameters"})


def remote_tools(start: Start) -> Iterator[Rejection]:
    """What this release refuses under ``remote_tools``."""
    if not start.since("0.6.0") or "remote_tools" not in start.data:
        return
    tools = start.data["remote_tools"]
    if not isinstance(tools, list):
        yield refused(("remote_tools",), f"remote_tools is {shown(tools)}; it takes a list (null is refused too)")
        return
    wrong = [rejection for index, tool in enumerate(tools) for rejection in _tool(("remote_tools", index), tool)]
    yield from wrong or _duplicates(tools)


def _tool(path: Path, tool: Any) -> Iterator[Rejection]:
    if not isinstance(tool, dict):
        yield refused(path, f"{dotted(path)} is {shown(tool)}; it takes an object with node, name and description")
        return
    node = "node" if "node" in tool else "node_name"
    for key in (node, *_TEXTS):
        if key not in tool:
            missing = "node" if key == node else key
            yield refused(path, f"{dotted(path)} has no {missing}; node, name and description are required")
        elif not is_text(tool[key]) or not tool[key].strip():
            at = (*path, key)
            yield refused(at, f"{dotted(at)} is {shown(tool[key])}; it takes a string that is not blank")
    if "parameters" in tool:
        yield from _parameters((*path, "parameters"), tool["parameters"])
    allowed = _KEYS - ({"node_name"} if node == "node" else {"node"})
    for key in tool:
        if key not in allowed:
            at = (*path, key)
            yield refused(at, f"{dotted(at)} is no key of a remote tool, and extra keys are refused")


def _parameters(path: Path, parameters: Any) -> Iterator[Rejection]:
    if not isinstance(parameters, dict):
        yield refused(path, f"{dotted(path)} is {shown(parameters)}; it takes a JSON schema object")
        return
    if parameters.get("type", "object") != "object":
        at = (*path, "type")
        yield refused(at, f'{dotted(at)} is {shown(parameters["type"])}; it can only be "object"')
    if not isinstance(parameters.get("properties", {}), dict):
        at = (*path, "properties")
        yield refused(at, f"{dotted(at)} is {shown(parameters['properties'])}; it takes an object")
    required = parameters.get("required", [])
    if not isinstance(required, list) or not all(isinstance(item, str) for item in required):
        at = (*path, "required")
        yield refused(at, f"{dotted(at)} is {shown(required)}; it takes a list of strings")


def _duplicates(tools: list[dict[str, Any]]) -> Iterator[Rejection]:
    seen: dict[str, int] = {}
    for index, tool in enumerate(tools):
        name = tool["name"].strip()
        if name in seen:
            at: Path = ("remote_tools", index, "name")
            first = dotted(("remote_tools", seen[name], "name"))
            yield refused(at, f"{dotted(at)} is {shown(name)}, the name that {first} has already")
        else:
            seen[name] = index
