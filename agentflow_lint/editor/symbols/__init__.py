"""Which symbols a file has, and which are at a position: what hover, definition and inlay hints are about.

facts      the kinds of symbols
variables  in env files, Dockerfiles, compose files, manifests and gunicorn's configuration
config     in the config
code       in the project's Python
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.editor.symbols.facts import (
    ConfigKey,
    ConfigValue,
    FileName,
    RuleName,
    SettingVariable,
    Symbol,
    VariableRead,
)
from agentflow_lint.model.config_file import CONFIG_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.editor.view import View

__all__ = [
    "ConfigKey",
    "ConfigValue",
    "FileName",
    "RuleName",
    "SettingVariable",
    "Symbol",
    "VariableRead",
    "rule_names",
    "symbols_at",
    "symbols_of",
]


def symbols_of(view: View, *, code: bool = True) -> tuple[Symbol, ...]:
    """All symbols of the view's file in the order of their places.

    Without ``code`` those of Python are left out: finding them takes the evaluation of what is served, which is too
    much for what a client asks for after every edit.
    """
    return tuple(sorted(_found(view, code), key=lambda each: (each.span, type(each).__name__)))


def symbols_at(view: View, line: int, column: int) -> tuple[Symbol, ...]:
    """The symbols around a position (from 1), or right before it, the innermost first."""
    here = [each for each in symbols_of(view) if each.span[:2] <= (line, column) <= each.span[2:]]
    # Of two that touch there, the one that begins there is meant.
    here = [each for each in here if (line, column) < each.span[2:] or not _begins(here, line, column)]
    return tuple(sorted(here, key=lambda each: (each.span[0] - each.span[2], each.span[3] - each.span[1])))


def rule_names(view: View) -> Iterator[RuleName]:
    """The codes and names between the brackets of the file's suppression comments."""
    from agentflow_lint.engine.suppressions.directives import Directive, read_directives
    from agentflow_lint.engine.suppressions.marker import has_marker
    from agentflow_lint.model.comment_kinds import CommentKinds
    from agentflow_lint.sources.comments import read_comments

    kind = CommentKinds(view.project).of(view.path) if has_marker(view.text.content) else None
    if kind is None:
        return
    for comment in read_comments(view.text, kind).comments:
        for directive in read_directives(comment):
            if isinstance(directive, Directive):
                yield from (RuleName(each.text, each.span) for each in directive.names if each.text)


def _begins(symbols: list[Symbol], line: int, column: int) -> bool:
    return any(each.span[:2] == (line, column) for each in symbols)


def _found(view: View, code: bool) -> Iterator[Symbol]:
    yield from rule_names(view)
    if view.path in CONFIG_NAMES:
        from agentflow_lint.editor.symbols.config import config_symbols

        yield from config_symbols(view)
    elif view.path.endswith(".py"):
        if code:
            from agentflow_lint.editor.symbols.code import code_symbols

            yield from code_symbols(view)
    else:
        from agentflow_lint.editor.symbols.variables import variable_symbols

        yield from variable_symbols(view)
