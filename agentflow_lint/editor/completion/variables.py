"""Variables and their values in env files, Dockerfiles, compose files and manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.editor.completion.cursor import variable_cursor
from agentflow_lint.editor.completion.proposals import Proposal
from agentflow_lint.editor.symbols.code import reads_of
from agentflow_lint.framework.setting_words import first_release_with, kind_in_words, known_values, meaning
from agentflow_lint.model.comment_kinds import CommentKinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.completion.cursor import VariableCursor
    from agentflow_lint.editor.view import View
    from agentflow_lint.framework.facts import Setting

#: What the default of settings is that somebody has to narrow: a rule reports whoever writes it.
_WILDCARD = "*"
#: YAML takes them for something else than text.
_NO_TEXT = frozenset({"true", "false"})


def variable_proposals(view: View, offset: int) -> Iterator[Proposal]:
    """The variables that the cursor's place does not set yet, or the values of the one that it does."""
    cursor = variable_cursor(view.text, offset, CommentKinds(view.project).of(view.path))
    if cursor is None:
        return
    if cursor.kind == "name":
        yield from _names(view, cursor)
    else:
        setting = view.project.release.settings.get(cursor.name.upper())
        if setting is not None:
            yield from _values(cursor, setting)


def _names(view: View, cursor: VariableCursor) -> Iterator[Proposal]:
    release = view.project.release
    taken = {name.upper() for name in cursor.taken}
    reads = {read.name: read for deployment in view.deployments for read in reads_of(deployment)}
    for name in sorted(set(reads) - set(release.settings)):
        if name.upper() not in taken:
            read = reads[name]
            detail = "required" if read.required else f"read by {read.by or 'the code'}"
            yield _name(cursor, name, detail, "", rank=0 if read.required else 1)
    for name in sorted(release.settings):
        if name not in taken:
            setting = release.settings[name]
            since = first_release_with(name)
            detail = kind_in_words(setting) + (f", since {since}" if since else "")
            yield _name(cursor, name, detail, meaning(name, release.version), rank=2)


def _name(cursor: VariableCursor, name: str, detail: str, words: str, rank: int) -> Proposal:
    kind = types.CompletionItemKind.Variable
    text = name + cursor.follows
    return Proposal(name, text, cursor.start, cursor.end, kind, detail, words, rank, filter=name)


def _values(cursor: VariableCursor, setting: Setting) -> Iterator[Proposal]:
    default = "" if setting.default is None else str(setting.default)
    default = default.lower() if isinstance(setting.default, bool) else default
    for value in dict.fromkeys((*known_values(setting), *([default] if default not in ("", _WILDCARD) else []))):
        needs_quotes = cursor.quotes and (value in _NO_TEXT or not _is_plain(value))
        text = f'"{value}"' if needs_quotes else value
        detail = "default" if value == default else ""
        kind = types.CompletionItemKind.Value
        yield Proposal(value, text, cursor.start, cursor.end, kind, detail, filter=value)


def _is_plain(value: str) -> bool:
    """Whether YAML takes a text for the text that it is, and nothing else."""
    return value[:1].isalpha() or value[:1] == "/"
