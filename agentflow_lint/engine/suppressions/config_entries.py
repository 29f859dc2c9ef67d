"""Entries for ``[[tool.agentflow-lint.ignore]]``, written into a configuration that stays as it is otherwise."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.engine.suppressions.errors import CannotAddError
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.text import START, SourceText
from agentflow_lint.sources.toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agentflow_lint.sources.text import Span
    from agentflow_lint.sources.toml import TomlDocument

KEY = "ignore"
Entry = tuple[tuple[str, str], ...]
"""The keys of an entry with their values, in order."""


@record(frozen=True)
class ConfigTarget:
    """A configuration that takes entries: its absolute path, its text (None: to be made), the keys of our table."""

    file: str
    content: str | None = None
    prefix: tuple[str, ...] = ()


def add_entries(target: ConfigTarget, path: str, entries: Sequence[Entry]) -> Edit:
    """The edit that adds ``entries`` to a configuration, for edits at ``path``. Raises :class:`CannotAddError`."""
    if target.content is None:
        return Edit(Location(path, START), _tables(entries, target.prefix).lstrip("\n"))
    text = SourceText(target.content)
    document = read_toml(text)
    keys = (*target.prefix, KEY)
    edit = _edit(path, text, document, keys, entries)
    after = read_toml(SourceText(apply_edits(text, [edit])))
    if after.problem is not None or after.data != _with(document.data, keys, entries):
        raise CannotAddError(target.file, KEY, "; ".join(f"{{ {_inline(each)} }}" for each in entries))
    return edit


def escaped_glob(path: str) -> str:
    """The glob that means ``path`` and nothing else."""
    return "./" + re.sub(r"[*?\[]", r"[\g<0>]", path)


def _edit(path: str, text: SourceText, document: TomlDocument, keys: tuple[str, ...], entries: Sequence[Entry]) -> Edit:
    span = document.statement_span(keys)
    is_array = text.content.startswith("[", text.offset(*document.span(keys)[:2]))
    if span == document.span(keys) or not is_array:  # no statement of its own: there is none, or there are tables
        end = text.span(len(text.content), len(text.content))
        written = _tables(entries, keys[:-1])
        if not text.content:
            return Edit(Location(path, end), written.lstrip("\n"))
        return Edit(Location(path, end), written if text.content.endswith("\n") else f"\n{written}")
    items = document.item_spans(keys)
    at = items[-1][2:] if items else _behind_bracket(document.span(keys))
    written = ",".join(f"\n    {{ {_inline(each)} }}" for each in entries)
    inserted = f",{written}" if items else f"{written},\n"
    return Edit(Location(path, _point(at)), inserted)


def _behind_bracket(span: Span) -> tuple[int, int]:
    return span.line, span.column + 1


def _point(at: tuple[int, int]) -> Span:
    return START._replace(line=at[0], column=at[1], end_line=at[0], end_column=at[1])


def _tables(entries: Sequence[Entry], prefix: tuple[str, ...]) -> str:
    header = f"[[{'.'.join((*prefix, KEY))}]]"
    return "".join(
        "\n".join(("", header, *(f"{key} = {_quoted(value)}" for key, value in each), "")) for each in entries
    )


def _inline(entry: Entry) -> str:
    return ", ".join(f"{key} = {_quoted(value)}" for key, value in entry)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _with(data: Mapping[str, Any], keys: tuple[str, ...], entries: Sequence[Entry]) -> dict[str, Any]:
    """What the document has to say afterwards."""
    changed = dict(data)
    table = changed
    for key in keys[:-1]:
        table[key] = dict(table.get(key, {}))
        table = table[key]
    table[keys[-1]] = [*table.get(keys[-1], []), *(dict(each) for each in entries)]
    return changed
