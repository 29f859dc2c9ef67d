"""New keys in the mappings of a YAML file: of a compose service, of a pod.

A key is put in front of the first one, or of a named one, on a line of its own with the same indentation; mappings in
braces are left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span
from agentflow_lint.sources.yaml import YamlMapping, YamlSequence, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.yaml import YamlNode

_MOST_NODES = 20_000
_INDENT = 2


def service_key_added(files: ProjectFiles, path: str, service: str, line: str) -> Edit | None:
    """Put ``key: value`` in front of the first key of a compose service that this file describes."""
    text = files.read(path)
    if not isinstance(text, SourceText):
        return None
    documents = read_yaml(text).documents
    node = documents[0].root.at("services", service) if len(documents) == 1 and documents[0].root else None
    return _in_front(path, text, node, None, line)


def service_environment_added(files: ProjectFiles, path: str, service: str, names: Iterable[str]) -> Edit | None:
    """Pass variables on to a compose service from where compose is run, which refuses to run without them.

    They go in front of the first entry of its ``environment``, as that is written, or into a new one.
    """
    text = files.read(path)
    if not isinstance(text, SourceText):
        return None
    documents = read_yaml(text).documents
    node = documents[0].root.at("services", service) if len(documents) == 1 and documents[0].root else None
    if not isinstance(node, YamlMapping) or not node.written:
        return None
    present = node.get("environment")
    mapped = [f"{name}: ${{{name}:?}}" for name in names]
    if present is None:
        inner = " " * (node.written[0].key_span.column - 1 + _INDENT)
        return _in_front(path, text, node, None, "\n".join(["environment:", *(f"{inner}{each}" for each in mapped)]))
    if isinstance(present, YamlMapping):
        return _in_front(path, text, present, None, *mapped)
    if not isinstance(present, YamlSequence) or not present.items:
        return None
    first = present.items[0].span
    before = re.fullmatch(r"( *)- +", text.line(first.line)[: first.column - 1])
    if before is None:
        return None
    listed = "".join(f"{name}=${{{name}:?}}\n{before[0]}" for name in names)
    return Edit(Location(path, Span(first.line, first.column, first.line, first.column)), listed)


def pod_key_added(files: ProjectFiles, anchor: Location, line: str) -> Edit | None:
    """Put ``key: value`` in front of ``containers`` of the one pod in the manifest around ``anchor``."""
    text = files.read(anchor.path)
    if not isinstance(text, SourceText):
        return None
    found = [
        node
        for document in read_yaml(text).documents
        if document.root and document.root.span.line <= anchor.span.line <= document.root.span.end_line
        for node in _mappings(document.root)
        if node.entry("containers")
    ]
    return _in_front(anchor.path, text, found[0], "containers", line) if len(found) == 1 else None


def _in_front(path: str, text: SourceText, node: YamlNode | None, key: str | None, *lines: str) -> Edit | None:
    if not isinstance(node, YamlMapping) or not node.written:
        return None
    if any(node.entry(line.partition(":")[0]) is not None for line in lines):
        return None
    entry = next((each for each in node.written if key in (None, each.key)), None)
    if entry is None:
        return None
    start = entry.key_span
    before = text.line(start.line)[: start.column - 1]
    if before.strip(" "):
        return None
    place = Location(path, Span(start.line, start.column, start.line, start.column))
    return Edit(place, "".join(f"{line}\n{before}" for line in lines))


def _mappings(root: YamlNode) -> Iterator[YamlMapping]:
    waiting: list[YamlNode] = [root]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, YamlMapping):
            yield node
            waiting += [entry.value for entry in node.written]
        elif isinstance(node, YamlSequence):
            waiting += node.items
