"""Edits of the config file's members: the value, the key, the member with its comma, a new member.

Indentation and blanks outside the edit stay as they are; a new member is written as its neighbours are.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.fix import Edit
from agentflow_lint.model.values import Location
from agentflow_lint.sources.json import JsonObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.model.config_file import ConfigFile, KeyPath
    from agentflow_lint.sources.json import Member
    from agentflow_lint.sources.text import Span


def with_value(config: ConfigFile, path: KeyPath, value: Any) -> Edit | None:
    """The edit that puts ``value`` where another one stands; None where there is none."""
    node = config.document.find(path) if config.document else None
    return Edit(Location(config.path, node.span), _written(value)) if node else None


def with_key(config: ConfigFile, path: KeyPath, key: str) -> Edit | None:
    """The edit that renames the key that ends ``path``; None where the object has a member of the new name."""
    parent = _object(config, path[:-1])
    span = config.document.key_span(path) if config.document else None
    if parent is None or span is None or parent.member(key) is not None:
        return None
    return Edit(Location(config.path, span), _written(key))


def with_member(config: ConfigFile, path: KeyPath, value: Any) -> Edit | None:
    """The edit that gives the member at ``path`` a value, added behind the last one of its object if it is missing."""
    edits = with_members(config, path[:-1], {str(path[-1]): value})
    return edits[0] if edits else None


def with_members(config: ConfigFile, path: KeyPath, values: Mapping[str, Any]) -> tuple[Edit, ...]:
    """The edits that give members of the object at ``path`` their values, those that are missing added behind the last.

    None where there is no such object.
    """
    parent = _object(config, path)
    if parent is None:
        return ()
    edits = [with_value(config, (*path, key), value) for key, value in values.items() if parent.member(key)]
    missing = [f"{_written(key)}: {_written(value)}" for key, value in values.items() if parent.member(key) is None]
    if missing and not parent.members:
        edits.append(Edit(Location(config.path, parent.span), f"{{{', '.join(missing)}}}"))
    elif missing:
        last = parent.members[-1]
        indent = _indentation(config, last)
        separator = ", " if indent is None else f",\n{indent}"
        end = last.value.span[2:]
        place = Location(config.path, last.value.span._replace(line=end[0], column=end[1]))
        edits.append(Edit(place, "".join(f"{separator}{member}" for member in missing)))
    return tuple(edit for edit in edits if edit is not None)


def without_member(config: ConfigFile, path: KeyPath) -> Edit | None:
    """The edit that takes the member at ``path`` out, with the comma that it no longer needs."""
    parent = _object(config, path[:-1])
    member = parent.member(str(path[-1])) if parent else None
    return _removal(config, parent, member) if parent and member else None


def without_member_at(config: ConfigFile, path: KeyPath, key_span: Span) -> Edit | None:
    """The same for the one of several equal keys that stands at ``key_span``; ``path`` is its object's."""
    parent = _object(config, path)
    members = parent.members if parent else ()
    member = next((member for member in members if member.key_span == key_span), None)
    return _removal(config, parent, member) if parent and member else None


def _removal(config: ConfigFile, parent: JsonObject, member: Member) -> Edit:
    at = parent.members.index(member)
    start, end = member.key_span[:2], member.value.span[2:]
    if at + 1 < len(parent.members):
        end = parent.members[at + 1].key_span[:2]
    elif at:
        start = parent.members[at - 1].value.span[2:]
    return Edit(
        Location(
            config.path, member.key_span._replace(line=start[0], column=start[1], end_line=end[0], end_column=end[1])
        ),
        "",
    )


def _object(config: ConfigFile, path: KeyPath) -> JsonObject | None:
    node = config.document.find(path) if config.document else None
    return node if isinstance(node, JsonObject) else None


def _indentation(config: ConfigFile, member: Member) -> str | None:
    """The blanks before a member that begins its line; None for one that does not."""
    assert config.text is not None
    before = config.text.line(member.key_span.line)[: member.key_span.column - 1]
    return before if not before.strip() else None


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
