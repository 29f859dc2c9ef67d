"""New keys in the mappings of a YAML file: of a compose service, of a pod.

A key is put in front of the first one, or of a named one, on a line of its own with the same indentation; mappings in
braces are left alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.yaml import YamlMapping, YamlNode

_MOST_NODES = 20_000
_INDENT = 2


def service_key_added(files: ProjectFiles, path: str, service: str, line: str) -> Edit | None:
    """Put ``key: value`` in front of the first key of a compose service that this file describes."""
    text = files.read(path)
    if not isinstance(text, SourceText):
        return None
    return _in_front(path, text, _service(text, service), None, line)


def service_environment_added(
    files: ProjectFiles, path: str, service: str, variables: Mapping[str, str]
) -> Edit | None:
    """Give a compose service variables; ``${NAME:?}`` takes one from where compose is run, and refuses to run without.

    They go in front of the first entry of its ``environment``, as that is written, or into a new one. None where
    anything else would change with it, such as a service that shares these variables.
    """
    text = files.read(path)
    if not isinstance(text, SourceText):
        return None
    edit = _environment(path, text, service, variables)
    return edit if edit is not None and _adds_only(text, edit, service, variables) else None


def _environment(path: str, text: SourceText, service: str, variables: Mapping[str, str]) -> Edit | None:
    from agentflow_lint.sources.yaml import YamlMapping, YamlSequence

    node = _service(text, service)
    if not isinstance(node, YamlMapping) or not node.written:
        return None
    present = node.get("environment")
    mapped = [f"{name}: {value if value.startswith('${') else json.dumps(value)}" for name, value in variables.items()]
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
    listed = "".join(f"{name}={value}\n{before[0]}" for name, value in variables.items())
    return Edit(Location(path, Span(first.line, first.column, first.line, first.column)), listed)


def _adds_only(text: SourceText, edit: Edit, service: str, variables: Mapping[str, str]) -> bool:
    """Whether the edited text says what the text says, and the variables of the service besides."""
    from agentflow_lint.engine.editing.yaml_values import facts

    before, after = (
        Counter((_without_indexes(path), value) for path, value, _ in facts(each))
        for each in (text, SourceText(apply_edits(text, [edit]), text.has_bom))
    )
    place = ("services", service, "environment")
    expected = (
        Counter(((*place, name), value) for name, value in variables.items()),
        Counter((place, value) for value in variables.values()),
    )
    return not before - after and after - before in expected


def _without_indexes(path: object) -> object:
    """The keys of a path: an entry in front of the others moves the rest of its list."""
    return tuple(step for step in path if not isinstance(step, int)) if isinstance(path, tuple) else path


def _service(text: SourceText, service: str) -> YamlNode | None:
    from agentflow_lint.sources.yaml import read_yaml

    documents = read_yaml(text).documents
    return documents[0].root.at("services", service) if len(documents) == 1 and documents[0].root else None


def pod_key_added(files: ProjectFiles, anchor: Location, line: str) -> Edit | None:
    """Put ``key: value`` in front of ``containers`` of the one pod in the manifest around ``anchor``."""
    from agentflow_lint.sources.yaml import read_yaml

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
    from agentflow_lint.sources.yaml import YamlMapping

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
    from agentflow_lint.sources.yaml import YamlMapping, YamlSequence

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
