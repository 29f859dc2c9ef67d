"""How compose lays one file over another, and a service over the one that it extends (compose-go, package override).

Mappings merge key by key, lists append, anything else is replaced, and a null changes nothing. On top of that come the
exceptions: what is a list of ``NAME=value`` or a mapping becomes one list; ``command``, ``entrypoint`` and
``healthcheck.test`` are replaced, by a null too; and lists such as ``ports``, ``volumes`` or ``environment`` keep the
last of several entries with the same key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from agentflow_lint.sources.compose.interpolation import Interpolation
from agentflow_lint.sources.compose.nodes import ComposeProblem, Entry, Mapping, Node, Scalar, Sequence, written
from agentflow_lint.sources.compose.ports import read_port
from agentflow_lint.sources.compose.volumes import read_volume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agentflow_lint.sources.compose.tree import ResetPath

Path: TypeAlias = "tuple[str, ...]"


class MergeError(Exception):
    """Compose stops at a merge; ``problem`` says why and where."""

    def __init__(self, problem: ComposeProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def merge(base: Mapping, other: Mapping) -> Mapping:
    """The top level of one file with a later one laid over it. Raises :class:`MergeError`."""
    return _mappings(base, other, ())


def extend(base: Mapping, service: Mapping) -> Mapping:
    """A service laid over the one that it extends. Raises :class:`MergeError`."""
    merged = _mappings(base, service, ("services", "x"))
    return Mapping({key: entry for key, entry in merged.entries.items() if key != "extends"}, merged.place)


def merge_resource(base: Node, other: Node, kind: str, name: str) -> Node:
    """A resource of an included file with this file's own one of the same name over it. Raises :class:`MergeError`."""
    return _nodes(base, other, (kind, name))


def with_contexts(root: Mapping, folder: str) -> Mapping:
    """``root`` with the build context that compose takes where a service names none: the project directory, whichever
    file the ``build`` stands in.
    """
    services = root.get("services")
    if not isinstance(services, Mapping):
        return root
    entries = dict(services.entries)
    for key, entry in services.entries.items():
        build = entry.node.get("build") if isinstance(entry.node, Mapping) else None
        if not isinstance(entry.node, Mapping) or not isinstance(build, Mapping) or "context" in build.entries:
            continue
        place = build.place._replace(folder=folder)
        context = Entry("context", place, Scalar(".", Interpolation((".",)), place))
        whole = Mapping({**build.entries, "context": context}, build.place)
        built = Entry("build", entry.node.entries["build"].place, whole)
        entries[key] = Entry(key, entry.place, Mapping({**entry.node.entries, "build": built}, entry.node.place))
    added = Entry("services", root.entries["services"].place, Mapping(entries, services.place))
    return Mapping({**root.entries, "services": added}, root.place)


def without(node: Mapping, resets: Iterable[ResetPath]) -> Mapping:
    """``node`` without what lies at the paths."""
    for path in resets:
        node = _without(node, path) if path else node
    return node


def _without(node: Mapping, path: Path) -> Mapping:
    entry = node.entries.get(path[0])
    if entry is None:
        return node
    entries = dict(node.entries)
    if len(path) == 1:
        del entries[path[0]]
    elif isinstance(entry.node, Mapping):
        entries[path[0]] = Entry(entry.key, entry.place, _without(entry.node, path[1:]))
    return Mapping(entries, node.place)


def _mappings(base: Mapping, other: Mapping, path: Path) -> Mapping:
    entries = dict(base.entries)
    for key, entry in other.entries.items():
        present = entries.get(key)
        if present is None:
            entries[key] = entry
        else:
            merged = _nodes(present.node, entry.node, (*path, key))
            entries[key] = Entry(key, present.place if merged is present.node else entry.place, merged)
    return Mapping(entries, other.place)


def _nodes(base: Node, other: Node, path: Path) -> Node:
    special = _special(path)
    if special is not None:
        return special(base, other, path)
    if isinstance(other, Scalar) and other.is_null:
        return base
    if isinstance(base, Mapping) and isinstance(other, Mapping):
        return _mappings(base, other, path)
    if isinstance(base, Sequence) and isinstance(other, Sequence):
        return Sequence((*base.items, *other.items), other.place)
    if isinstance(base, Scalar):
        return other
    raise MergeError(
        ComposeProblem(f"it cannot be merged with what an earlier file says for {'.'.join(path)}", other.place)
    )


def _replaced(base: Node, other: Node, path: Path) -> Node:
    return other


def _as_sequence(base: Node, other: Node, path: Path) -> Node:
    return Sequence((*items_of(base), *items_of(other)), other.place)


def _extra_hosts(base: Node, other: Node, path: Path) -> Node:
    first = items_of(base)
    known = {item.text for item in first if isinstance(item, Scalar)}
    added = [item for item in items_of(other) if not (isinstance(item, Scalar) and item.text in known)]
    return Sequence((*first, *added), other.place)


def _build(base: Node, other: Node, path: Path) -> Node:
    return _mappings(_build_mapping(base), _build_mapping(other), path)


def _build_mapping(node: Node) -> Mapping:
    if isinstance(node, Scalar) and not node.is_null:
        return Mapping({"context": Entry("context", node.place, node)}, node.place)
    return node if isinstance(node, Mapping) else Mapping({}, node.place)


def _by_name(base: Node, other: Node, path: Path) -> Node:
    return _mappings(mapping_of(base), mapping_of(other), path)


def mapping_of(node: Node) -> Mapping:
    """A list of names as a mapping without values; anything that is neither as an empty one."""
    if isinstance(node, Mapping):
        return node
    items = node.items if isinstance(node, Sequence) else ()
    named = [(item.text, item) for item in items if isinstance(item, Scalar)]
    null = Interpolation(())
    return Mapping(
        {name: Entry(name, item.place, Scalar(None, null, item.place)) for name, item in named if name}, node.place
    )


def items_of(node: Node) -> tuple[Node, ...]:
    """A list, or a mapping as a list of ``NAME=value`` (a bare ``NAME`` for a null), or one string as a list of it."""
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Scalar):
        return (node,) if node.is_string else ()
    found: list[tuple[str, Node]] = []
    for entry in node:
        values = entry.node.items if isinstance(entry.node, Sequence) else (entry.node,)
        found += [(entry.key, _assignment(entry, value)) for value in values if isinstance(value, Scalar)]
    return tuple(node for _, node in sorted(found, key=lambda each: each[0]))


def _assignment(entry: Entry, value: Scalar) -> Scalar:
    if value.is_null:
        return Scalar(entry.key, Interpolation((entry.key,)), entry.place)
    interpolation = Interpolation((f"{entry.key}=", *value.interpolation.pieces), value.interpolation.variables)
    return Scalar(f"{entry.key}={written(value.value)}", interpolation, value.place)


_SPECIAL: dict[Path, Callable[[Node, Node, Path], Node]] = {
    **dict.fromkeys(
        [
            ("annotations",),
            ("build", "args"),
            ("build", "additional_contexts"),
            ("build", "labels"),
            ("deploy", "labels"),
            ("dns",),
            ("dns_opt",),
            ("dns_search",),
            ("env_file",),
            ("label_file",),
            ("environment",),
            ("labels",),
            ("sysctls",),
            ("tmpfs",),
        ],
        _as_sequence,
    ),
    **dict.fromkeys([("command",), ("entrypoint",), ("healthcheck", "test")], _replaced),
    **dict.fromkeys([("depends_on",), ("models",), ("networks",)], _by_name),
    **dict.fromkeys([("extra_hosts",), ("build", "extra_hosts")], _extra_hosts),
    ("build",): _build,
}


def _special(path: Path) -> Callable[[Node, Node, Path], Node] | None:
    if len(path) > 2 and path[0] == "services":
        if path[2] == "ulimits" and len(path) == 4:
            return _replaced
        return _SPECIAL.get(path[2:])
    if len(path) == 3 and path[0] in ("networks", "volumes") and path[2] == "labels":
        return _as_sequence
    return None


def unique(items: tuple[Node, ...], key: Callable[[Node], str | None]) -> tuple[Node, ...]:
    """The items of a list that compose keeps unique: of those with the same key the last, at the place of the first."""
    kept: dict[str, Node] = {}
    for number, item in enumerate(items):
        kept[key(item) or f"\0{number}"] = item
    return tuple(kept.values())


def name_key(item: Node) -> str | None:
    """The name of a ``NAME=value``."""
    if not isinstance(item, Scalar):
        return None
    name, equals, _ = item.interpolation.prefix.partition("=")
    return name if equals or item.text is not None else None


def volume_key(item: Node) -> str | None:
    """Where a volume is mounted."""
    if isinstance(item, Mapping):
        target = item.get("target")
        return target.text if isinstance(target, Scalar) else None
    spec = read_volume(item.text) if isinstance(item, Scalar) and item.text else None
    return spec.target if spec else None


def port_key(item: Node) -> str | None:
    """The address on the host, the port and the protocol."""
    if isinstance(item, Scalar):
        spec = read_port(item.text) if item.text else None
        if spec is None:
            return None
        published = "-".join(map(str, dict.fromkeys(spec.published or ())))
        target = "-".join(map(str, dict.fromkeys((spec.first, spec.last))))
        return f"{spec.host_ip or '0.0.0.0'}:{published}:{target}/{spec.protocol}"
    if not isinstance(item, Mapping):
        return None
    found = [item.get(key) for key in ("host_ip", "published", "target", "protocol")]
    host, published_, target_, protocol = (each.text if isinstance(each, Scalar) else "" for each in found)
    return f"{host or '0.0.0.0'}:{published_}:{target_}/{protocol or 'tcp'}"


def path_key(item: Node) -> str | None:
    """The path of an env file."""
    if isinstance(item, Mapping):
        path = item.get("path")
        return path.text if isinstance(path, Scalar) else None
    return item.text if isinstance(item, Scalar) else None
