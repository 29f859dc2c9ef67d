"""The fix that deletes an entry of the configuration, leaving the rest of the file as it is."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.fix import Applicability, Edit, Fix, apply_edits
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText
from agentflow_lint.sources.toml import TomlDocument, read_toml

if TYPE_CHECKING:
    from agentflow_lint.engine.suppressions.configured import ConfiguredIgnore
    from agentflow_lint.sources.text import Span

_HEADER = re.compile(r"[ \t]*\[")


def removal_of_entry(path: str, entry: ConfiguredIgnore) -> Fix | None:
    """Delete an entry from its file, which findings know by ``path``; None where no edit is sure to do just that."""
    text = SourceText(entry.content)
    document = read_toml(text)
    keys = _keys(document, entry)
    if keys is None:
        return None
    span = _span(text, document, keys)
    edit = Edit(Location(path, span), "")
    after = read_toml(SourceText(apply_edits(text, [edit])))
    if after.problem is not None or _normal(after.data) != _normal(_without(document.data, keys)):
        return None
    return Fix(f"Delete the entry for {entry.selector}", Applicability.SAFE, (edit,))


def _keys(document: TomlDocument, entry: ConfiguredIgnore) -> tuple[str | int, ...] | None:
    """The path of an entry in its document."""
    for prefix in ((), ("tool", "agentflow-lint")):
        table: Any = document.data
        for key in prefix:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        group = table.get(entry.key) if isinstance(table, dict) else None
        if entry.key == "per-file-ignores" and isinstance(group, dict):
            group = group.get(entry.path)
            prefix = (*prefix, entry.key, entry.path)
        else:
            prefix = (*prefix, entry.key)
        if isinstance(group, list) and entry.index < len(group):
            return (*prefix, entry.index)
    return None


def _without(data: Any, keys: tuple[str | int, ...]) -> Any:
    changed = deepcopy(dict(data))
    group: Any = changed
    for key in keys[:-1]:
        group = group[key]
    del group[keys[-1]]
    return changed


def _normal(value: Any) -> Any:
    """``value`` without empty lists and tables, which say the same as none here."""
    if isinstance(value, dict):
        inner = {key: _normal(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if each not in ({}, [])}
    return [_normal(each) for each in value] if isinstance(value, list) else value


def _span(text: SourceText, document: TomlDocument, keys: tuple[str | int, ...]) -> Span:
    items = document.item_spans(keys[:-1])
    if not items:
        return _table_span(text, document.span(keys))
    if len(items) == 1:
        return _lines(text, document.statement_span(keys[:-1]))
    index = keys[-1]
    assert isinstance(index, int)
    start, end = text.offset(*items[index][:2]), text.offset(*items[index][2:])
    if index + 1 < len(items):
        return text.span(start, text.offset(*items[index + 1][:2]))
    return text.span(text.offset(*items[index - 1][2:]), end)


def _table_span(text: SourceText, header: Span) -> Span:
    """From a table's header to its last statement, with the blank lines behind it."""
    last = header.line
    for number in range(header.line + 1, text.line_count + 1):
        line = text.line(number)
        if _HEADER.match(line):
            break
        if line.strip() and not line.lstrip().startswith("#"):
            last = number
    while last < text.line_count and not text.line(last + 1).strip():
        last += 1
    end = text.line_starts[last] if last < text.line_count else len(text.content)
    start = text.line_starts[header.line - 1]
    while end == len(text.content) and start and not text.line(text.position(start - 1)[0]).strip():
        start = text.line_starts[text.position(start - 1)[0] - 1]  # blank lines that were before the last table
    return text.span(start, end)


def _lines(text: SourceText, span: Span) -> Span:
    end = text.line_starts[span.end_line] if span.end_line < text.line_count else len(text.content)
    return text.span(text.line_starts[span.line - 1], end)
