"""New keys in the mappings of a YAML file: of a compose service, of a pod.

A key is put in front of the first one, or of a named one, on a line of its own with the same indentation; mappings in
braces are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span
from agentflow_lint.sources.yaml import YamlMapping, YamlSequence, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.yaml import YamlNode

_MOST_NODES = 20_000


def service_key_added(files: ProjectFiles, path: str, service: str, line: str) -> Edit | None:
    """Put ``key: value`` in front of the first key of a compose service that this file describes."""
    text = files.read(path)
    if not isinstance(text, SourceText):
        return None
    documents = read_yaml(text).documents
    node = documents[0].root.at("services", service) if len(documents) == 1 and documents[0].root else None
    return _in_front(path, text, node, None, line)


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


def _in_front(path: str, text: SourceText, node: YamlNode | None, key: str | None, line: str) -> Edit | None:
    if not isinstance(node, YamlMapping) or not node.written or node.entry(line.partition(":")[0]) is not None:
        return None
    entry = next((each for each in node.written if key in (None, each.key)), None)
    if entry is None:
        return None
    start = entry.key_span
    before = text.line(start.line)[: start.column - 1]
    if before.strip(" "):
        return None
    return Edit(Location(path, Span(start.line, start.column, start.line, start.column)), f"{line}\n{before}")


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
