"""From a merged tree to the typed facts of a compose project."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from agentflow_lint.sources.compose.facts import ComposeModel, ComposeService, ComposeVolume, GrantedFile
from agentflow_lint.sources.compose.nodes import ComposeProblem, Mapping, Scalar
from agentflow_lint.sources.compose.service import InvalidServiceError, ServiceReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.compose.nodes import Node, Place


def read_model(root: Mapping) -> ComposeModel:
    """What a merged tree says; never raises."""
    problems: list[ComposeProblem] = []
    broken: dict[str, ComposeProblem] = {}
    services: dict[str, ComposeService] = {}
    listed = root.get("services")
    if listed is not None and not isinstance(listed, Mapping):
        problems.append(ComposeProblem("`services` is no mapping", listed.place))
    elif listed is None:
        problems.append(_without_services(root))
    for entry in listed if isinstance(listed, Mapping) else ():
        service = _service(entry.key, entry.place, entry.node)
        if isinstance(service, ComposeProblem):
            broken[entry.key] = service
        else:
            services[entry.key] = service
    return ComposeModel(
        MappingProxyType(services),
        MappingProxyType({name: _volume(name, place, node) for name, place, node in _resources(root, "volumes")}),
        MappingProxyType({name: _file(name, place, node) for name, place, node in _resources(root, "secrets")}),
        MappingProxyType({name: _file(name, place, node) for name, place, node in _resources(root, "configs")}),
        tuple(problems),
        MappingProxyType(broken),
    )


def _service(name: str, place: Place, node: Node) -> ComposeService | ComposeProblem:
    try:
        return ServiceReader(name, place, node).read()
    except InvalidServiceError as error:
        return error.problem


def is_first_format(root: Mapping) -> bool:
    """Whether a file is in compose's first format, with the services at the top level: compose v2 refuses it."""
    return root.get("services") is None and any(
        isinstance(entry.node, Mapping)
        and not entry.key.startswith("x-")
        and {"image", "build"} & set(entry.node.entries)
        for entry in root
    )


def _without_services(root: Mapping) -> ComposeProblem:
    if is_first_format(root):
        return ComposeProblem("it is in compose's first format, without `services`, which compose refuses", root.place)
    return ComposeProblem("it has no `services`", root.place)


def _resources(root: Mapping, kind: str) -> Iterator[tuple[str, Place, Node]]:
    node = root.get(kind)
    for entry in node if isinstance(node, Mapping) else ():
        yield entry.key, entry.place, entry.node


def _volume(name: str, place: Place, node: Node) -> ComposeVolume:
    if not isinstance(node, Mapping):
        return ComposeVolume(name, place)
    options = node.get("driver_opts")
    device = options.get("device") if isinstance(options, Mapping) else None
    return ComposeVolume(name, place, _is_external(node), device if isinstance(device, Scalar) else None)


def _file(name: str, place: Place, node: Node) -> GrantedFile:
    if not isinstance(node, Mapping):
        return GrantedFile(name, place)
    file, variable, content = (node.get(key) for key in ("file", "environment", "content"))
    return GrantedFile(
        name,
        place,
        file if isinstance(file, Scalar) else None,
        variable.text if isinstance(variable, Scalar) else None,
        content.interpolation if isinstance(content, Scalar) else None,
        _is_external(node),
    )


def _is_external(node: Mapping) -> bool:
    external = node.get("external")
    return isinstance(external, Mapping) or (isinstance(external, Scalar) and external.text == "true")
