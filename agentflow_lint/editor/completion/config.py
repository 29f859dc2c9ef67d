"""Keys and values of the config."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from agentflow_lint.editor.completion.import_paths import import_path_proposals
from agentflow_lint.editor.completion.proposals import Proposal
from agentflow_lint.editor.half_json import cursor_in
from agentflow_lint.framework.config_schema.lookup import NO_DEFAULT, key_facts, keys_below
from agentflow_lint.model.comment_kinds import CommentKinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.half_json import JsonCursor
    from agentflow_lint.editor.view import View
    from agentflow_lint.framework.config_schema.lookup import KeyFacts

#: Keys that take an import path among other things.
_ALSO_IMPORT_PATHS = frozenset({("authorization",), ("token_revocation",)})
_SINCE = re.compile(r" (Since [\d.]+)\.")


def config_proposals(view: View, offset: int) -> Iterator[Proposal]:
    """What may stand at the cursor in the config, by the release that the project runs."""
    cursor = cursor_in(view.text.content, offset)
    if cursor is None:
        return
    path = tuple(step for step in cursor.path if isinstance(step, str))
    if cursor.kind == "key":
        yield from _keys(view, cursor, path)
        return
    facts = key_facts(view.project.release.version, path)
    if facts is None:
        return
    yield from _values(cursor, facts)
    if path == ("env",):
        yield from _env_files(view, cursor)
    if facts.takes_import_path or path in _ALSO_IMPORT_PATHS:
        yield from import_path_proposals(view, cursor, is_agent=path == ("agent",))


def _keys(view: View, cursor: JsonCursor, path: tuple[str, ...]) -> Iterator[Proposal]:
    version = view.project.release.version
    taken = set(cursor.siblings)
    for key in keys_below(version, path):
        facts = key_facts(version, (*path, key))
        if facts is None or not facts.is_read or (key in taken and key != cursor.typed):
            continue
        since = _SINCE.search(facts.description)
        yield Proposal(
            key,
            json.dumps(key) + ("" if cursor.has_colon else ": "),
            cursor.start,
            cursor.end,
            types.CompletionItemKind.Property,
            detail=since[1] if since is not None else "",
            words=facts.description,
            rank=key != "agent",
            filter=json.dumps(key) if cursor.is_string else key,
            is_deprecated=bool(facts.deprecated),
        )


def _values(cursor: JsonCursor, facts: KeyFacts) -> Iterator[Proposal]:
    default = () if facts.default is NO_DEFAULT else (facts.default,)
    examples = () if facts.takes_import_path else facts.examples  # what there is, is offered instead
    if isinstance(cursor.path[-1], int):  # in a list, what such a list may hold
        default, examples = (
            tuple(each for value in values if isinstance(value, list) for each in value)
            for values in (default, examples)
        )
    for rank, value in (*((0, each) for each in (*facts.values, *default)), *((1, each) for each in examples)):
        if isinstance(value, str) or not cursor.is_string:
            detail = "default" if facts.default is not NO_DEFAULT and _same(value, facts.default) else ""
            yield value_proposal(cursor, value, types.CompletionItemKind.Value, detail=detail, rank=rank)


def value_proposal(
    cursor: JsonCursor, value: Any, kind: types.CompletionItemKind, *, detail: str = "", rank: int = 0, words: str = ""
) -> Proposal:
    """A value: within the quotes where there are some, so that the cursor stays there, else as a whole."""
    written = json.dumps(value)
    label = value if isinstance(value, str) else written
    if not cursor.is_string:
        return Proposal(label, written, cursor.start, cursor.end, kind, detail, words, rank, filter=label)
    return Proposal(label, written[1:-1], cursor.start + 1, cursor.inner_end, kind, detail, words, rank)


def _env_files(view: View, cursor: JsonCursor) -> Iterator[Proposal]:
    kinds = CommentKinds(view.project)
    for name in view.project.files.names():
        if kinds.of(name) == "env" and view.project.files.is_file(name):
            yield value_proposal(cursor, name, types.CompletionItemKind.File)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
