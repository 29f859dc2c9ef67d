"""Edits of whole lines of an env file: a new one at its end, one that goes.

Read back with python-dotenv's parser: every other statement means what it meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.model.values import Location
from agentflow_lint.sources.dotenv import evaluate, read_env
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agentflow_lint.model.project import Project
    from agentflow_lint.sources.dotenv import EnvBinding


def with_lines(project: Project, path: str, variables: Mapping[str, str]) -> Edit | None:
    """The edit that adds ``NAME=value`` for each of ``variables`` behind the last line; None where that cannot be.

    A file that ends without a newline goes on doing so. Values are written as they are: they need no quotes.
    """
    text = project.files.read(path)
    if not isinstance(text, SourceText):
        return None
    lines = "\n".join(f"{name}={value}" for name, value in variables.items())
    begun = bool(text.line(text.line_count))
    end = text.position(len(text.content))
    edit = Edit(Location(path, Span(*end, *end)), f"\n{lines}" if begun else f"{lines}\n")
    before, after = read_env(text), read_env(SourceText(apply_edits(text, [edit]), text.has_bom))
    added = [(each.name, each.value) for each in after.bindings[len(before.bindings) :]]
    kept = _said(after.bindings[: len(before.bindings)]) == _said(before.bindings)
    if not kept or added != list(variables.items()) or len(after.problems) != len(before.problems):
        return None
    return edit


def without_binding(project: Project, path: str, binding: EnvBinding) -> Edit | None:
    """The edit that takes the lines of a statement out; None where another statement would mean something else."""
    text = project.files.read(path)
    if not isinstance(text, SourceText):
        return None
    span = binding.span
    if span.end_line < text.line_count:
        place = Span(span.line, 1, span.end_line + 1, 1)
    else:  # the newline before it goes, as there is none behind
        start = (span.line - 1, len(text.line(span.line - 1)) + 1) if span.line > 1 else (1, 1)
        place = Span(*start, *text.position(len(text.content)))
    edit = Edit(Location(path, place), "")
    before, after = read_env(text), read_env(SourceText(apply_edits(text, [edit]), text.has_bom))
    others = [each for each in before.bindings if each is not binding]
    if _said(others) != _said(after.bindings) or len(after.problems) != len(before.problems):
        return None
    values = evaluate(before, {})
    if any(values[name] != value for name, value in evaluate(after, {}).items() if name != binding.name):
        return None
    return edit


def _said(bindings: Iterable[EnvBinding]) -> list[tuple[str, str | None]]:
    return [(each.name, each.value) for each in bindings]
