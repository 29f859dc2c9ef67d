"""The lists of a service whose entries have a short and a long form: commands, ports and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from agentflow_lint.sources.compose.facts import ComposeCommand, ComposeMount, PublishedPort
from agentflow_lint.sources.compose.interpolation import Interpolation, Undetermined
from agentflow_lint.sources.compose.merging import name_key, port_key, unique, volume_key
from agentflow_lint.sources.compose.nodes import ComposeProblem, Mapping, Scalar, Sequence
from agentflow_lint.sources.compose.ports import port_range, read_port
from agentflow_lint.sources.compose.volumes import read_volume
from agentflow_lint.sources.compose.words import split_words

if TYPE_CHECKING:
    from agentflow_lint.sources.compose.facts import VolumeKind
    from agentflow_lint.sources.compose.nodes import Node

Ports: TypeAlias = "tuple[tuple[PublishedPort, ...], ComposeProblem | None]"
Mounts: TypeAlias = "tuple[tuple[ComposeMount, ...], ComposeProblem | None]"

_KINDS: dict[str, VolumeKind] = {"volume": "volume", "bind": "bind", "tmpfs": "tmpfs"}


def read_command(node: Node) -> ComposeCommand | ComposeProblem:
    """The words of a ``command`` or ``entrypoint``."""
    if isinstance(node, Sequence):
        words = tuple(item for item in node.items if isinstance(item, Scalar))
        if len(words) < len(node.items):
            return ComposeProblem("it is a string or a list of strings", node.place)
        return ComposeCommand(words, "list", node.place)
    if isinstance(node, Mapping):
        return ComposeProblem("it is a string or a list of strings", node.place)
    return _split(node)


def _split(node: Scalar) -> ComposeCommand | ComposeProblem:
    """A string's words. A piece that is not known stays inside one word, though it may hold several."""
    unknown: list[Undetermined] = []
    line = ""
    for piece in node.interpolation.pieces:
        if isinstance(piece, Undetermined):
            line += f"\0{len(unknown)}\0"
            unknown.append(piece)
        else:
            line += piece.replace("\0", "")
    split = split_words(line)
    if split.is_broken:
        return ComposeProblem("a quote or a parenthesis is not closed", node.place)
    words = tuple(node.part(each.start, each.end, _pieces(each.text, unknown)) for each in split.words)
    dropped = None
    if split.dropped_at is not None:
        dropped = node.part(split.dropped_at, len(line), ()).place
    return ComposeCommand(words, "string", node.place, dropped)


def _pieces(text: str, unknown: list[Undetermined]) -> tuple[str | Undetermined, ...]:
    parts = text.split("\0")
    pieces = [unknown[int(part)] if number % 2 else part for number, part in enumerate(parts)]
    return tuple(piece for piece in pieces if piece != "")


def read_ports(items: tuple[Node, ...], *, exposed: bool = False) -> Ports:
    """The entries of ``ports``, or of ``expose``, each address once."""
    found: list[PublishedPort] = []
    for item in unique(items, port_key):
        port = _long_port(item) if isinstance(item, Mapping) else _short_port(item, exposed)
        if port is None:
            return (), ComposeProblem("a port is none that compose takes", item.place)
        found.append(port)
    return tuple(found), None


def _short_port(item: Node, exposed: bool) -> PublishedPort | None:
    if not isinstance(item, Scalar):
        return None
    if item.text is None:
        return PublishedPort(item.place, reason=item.interpolation.reason or "")
    spec = read_port(item.text)
    if spec is None or (exposed and spec.published):
        return None
    return PublishedPort(item.place, spec.first, spec.last, spec.published, spec.host_ip, spec.protocol)


def _long_port(item: Mapping) -> PublishedPort | None:
    found = [item.get(key) for key in ("target", "published", "host_ip", "protocol")]
    target, published, host_ip, protocol = (each if isinstance(each, Scalar) else None for each in found)
    if target is None:
        return None
    unknown = next((each for each in (target, published) if each and each.text is None), None)
    if unknown is not None:
        return PublishedPort(item.place, reason=unknown.interpolation.reason or "")
    inside = port_range(target.text or "")
    outside = port_range(published.text) if published and published.text else None
    if inside is None or (published and published.text and outside is None):
        return None
    address = (host_ip.text if host_ip else None) or ""
    return PublishedPort(item.place, *inside, outside, address, (protocol.text if protocol else None) or "tcp")


def read_mounts(volumes: tuple[Node, ...], tmpfs: tuple[Node, ...]) -> Mounts:
    """The entries of ``volumes`` and ``tmpfs``, each target once."""
    found: list[ComposeMount] = []
    for item in unique(volumes, volume_key):
        mount = _long_mount(item) if isinstance(item, Mapping) else _short_mount(item)
        if mount is None:
            return (), ComposeProblem("a volume is none that compose takes", item.place)
        found.append(mount)
    folders = [item for item in unique(tmpfs, name_key) if isinstance(item, Scalar)]
    found += [ComposeMount("tmpfs", _known(each, (each.text or "").partition(":")[0]), each.place) for each in folders]
    return tuple(found), None


def _short_mount(item: Node) -> ComposeMount | None:
    if not isinstance(item, Scalar):
        return None
    if item.text is None:
        return _unknown_mount(item)
    spec = read_volume(item.text)
    if spec is None:
        return None
    source = None if spec.source is None else _known(item, spec.source)
    return ComposeMount(spec.type, _known(item, spec.target), item.place, source, spec.read_only)


def _unknown_mount(item: Scalar) -> ComposeMount:
    """A short form with a piece that is not known: ``${DATA_DIR}:/data`` still tells its target."""
    target: list[str | Undetermined] = []
    for piece in item.interpolation.pieces:
        before, colon, after = piece.partition(":") if isinstance(piece, str) else ("", "", "")
        target = [after] if colon else [*target, piece if isinstance(piece, Undetermined) else before]
    known = target[0].partition(":") if len(target) == 1 and isinstance(target[0], str) else None
    pieces = (known[0],) if known and known[0].startswith("/") else item.interpolation.pieces
    read_only = known is not None and "ro" in known[2].split(",")
    return ComposeMount("other", Scalar("", Interpolation(tuple(pieces)), item.place), item.place, item, read_only)


def _long_mount(item: Mapping) -> ComposeMount | None:
    found = [item.get(key) for key in ("type", "source", "target", "read_only")]
    kind, source, target, read_only = (each if isinstance(each, Scalar) else None for each in found)
    if target is None or kind is None:
        return None
    is_read_only = read_only is not None and read_only.text == "true"
    return ComposeMount(_KINDS.get(kind.text or "", "other"), target, item.place, source, is_read_only)


def _known(item: Scalar, text: str) -> Scalar:
    return Scalar(text, Interpolation((text,) if text else ()), item.place)
