"""The symbols of the config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.editor.symbols.facts import ConfigKey, ConfigValue, VariableRead
from agentflow_lint.framework.config_checks.placeholders import placeholders, references
from agentflow_lint.sources.json import JsonArray, JsonObject, JsonScalar, read_json
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.symbols.facts import Symbol
    from agentflow_lint.editor.view import View
    from agentflow_lint.model.config_file import KeyPath
    from agentflow_lint.sources.json import JsonNode


def config_symbols(view: View) -> Iterator[Symbol]:
    """Keys, values, and the variables that values take. None where the file is no JSON."""
    document = read_json(view.text)
    if document.root is None:
        return
    yield from _below(document.root, ())
    data = document.data
    if not isinstance(data, dict):
        return
    expanded = {each.path for each in placeholders(view.project.release.version, data) if each.expanded}
    for path in expanded:
        node = document.find(path)
        if isinstance(node, JsonScalar) and isinstance(node.value, str):
            yield from _references(view, node)


def _below(root: JsonNode, above: KeyPath) -> Iterator[Symbol]:
    todo: list[tuple[KeyPath, JsonNode]] = [(above, root)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, JsonObject):
            for member in node.members:
                yield ConfigKey((*path, member.key), member.key_span)
                todo.append(((*path, member.key), member.value))
        elif isinstance(node, JsonArray):
            todo.extend(((*path, index), item) for index, item in enumerate(node.items))
        else:
            yield ConfigValue(path, node.span, node.value)


def _references(view: View, node: JsonScalar) -> Iterator[VariableRead]:
    """Where they are written; escapes in a string are as rare as they are unlikely to hide a name."""
    written = view.text.line(node.line)[node.column - 1 : node.end_column - 1]
    start = 0
    for text, name in references(str(node.value)):
        at = written.find(text, start)
        if at >= 0 and name.isidentifier():
            start = at + len(text)
            yield VariableRead(name, Span(node.line, node.column + at, node.line, node.column + start))
