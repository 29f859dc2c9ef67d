"""The fix that takes rules out of a suppression comment, or the whole comment with its last rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Applicability, Edit, Fix
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agentflow_lint.engine.suppressions.directives import Directive, Named
    from agentflow_lint.engine.suppressions.scopes import Suppression
    from agentflow_lint.sources.text import SourceText, Span

_BLANKS = " \t"


def removal_of_names(path: str, text: SourceText, suppressions: Sequence[Suppression]) -> Fix:
    """Take ``suppressions``, all of one comment, out of it; where they begin ranges, out of what ends these too."""
    leaving: dict[Directive, list[Named]] = {}
    for each in suppressions:
        leaving.setdefault(each.directive, []).append(each.name)
        if each.end is not None:
            leaving.setdefault(each.end.directive, []).append(each.end.name)
    names = ", ".join(each.name.text for each in suppressions)
    edits = tuple(Edit(Location(path, span), new) for span, new in _changes(text, leaving.items()))
    return Fix(f"Delete {names} from the suppression", Applicability.SAFE, edits)


def _changes(text: SourceText, leaving: Iterable[tuple[Directive, list[Named]]]) -> Iterator[tuple[Span, str]]:
    for directive, names in leaving:
        staying = [each.text for each in directive.names if each not in names]
        if staying:
            yield directive.bracket, ", ".join(staying)
        else:
            yield _deleted(text, directive), ""


def _deleted(text: SourceText, directive: Directive) -> Span:
    """What goes with a directive: its whole line, its comment with the blanks before it, or only itself."""
    comment = directive.comment
    start, end = text.offset(*directive.span[:2]), text.offset(*directive.span[2:])
    first, last = text.offset(*comment.span[:2]), text.offset(*comment.span[2:])
    before, after = text.content[first:start], text.content[end:last]
    if not before.strip(" \t#") and not after.strip():
        if comment.alone:
            return _line(text, comment.span.line)
        start, end = first, last
    elif not before.strip(" \t#"):  # another comment follows
        return text.span(start, end + len(after) - len(after.lstrip()))
    while text.content[start - 1 : start] and text.content[start - 1] in _BLANKS:
        start -= 1
    return text.span(start, end)


def _line(text: SourceText, number: int) -> Span:
    start = text.line_starts[number - 1]
    if number < text.line_count:
        return text.span(start, text.line_starts[number])
    before = text.content[:start]
    newline = len(before) - len(before.removesuffix("\n").removesuffix("\r")) if start else 0
    return text.span(start - newline, len(text.content))
