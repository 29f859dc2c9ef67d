"""Which findings a suppression comment reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.engine.selection import is_family
from agentflow_lint.engine.suppressions.directives import (
    DISABLE,
    ENABLE,
    IGNORE,
    IGNORE_FILE,
    Directive,
    Malformed,
    Named,
    read_directives,
)
from agentflow_lint.engine.suppressions.marker import MARKER, has_marker
from agentflow_lint.records import record
from agentflow_lint.sources.comments import Comments, Lines, read_comments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.sources.comments import CommentKind
    from agentflow_lint.sources.text import SourceText, Span

#: How far a suppression reaches; of several that reach a finding the narrowest counts as used.
AT_LINE, AROUND, RANGE, FILE = range(4)


@record(frozen=True)
class Suppression:
    """One rule in one suppression comment.

    ``code`` is the rule's, ``name`` its spelling in the comment; ``end`` is the ``enable`` that ends a range.
    """

    code: str
    name: Named
    directive: Directive
    targets: tuple[Lines, ...] = ()
    end: Suppression | None = None

    @property
    def position(self) -> Span:
        """Where it is named."""
        return self.name.span

    def reach(self, span: Span) -> int | None:
        """How narrowly it covers a finding at ``span``, 0 being the narrowest; None when it does not."""
        if self.directive.verb == IGNORE_FILE:
            return FILE
        if any(lines.first <= span.line <= lines.last for lines in self.targets):
            return RANGE if self.directive.verb == DISABLE else AT_LINE
        if self.directive.verb == IGNORE and span.line <= self.directive.span.line <= _last_line(span):
            return AROUND
        return None


@record(frozen=True)
class FileSuppressions:
    """The suppressions of one file, and what is wrong with some of them."""

    suppressions: tuple[Suppression, ...] = ()
    malformed: tuple[Malformed, ...] = ()


def read_suppressions(
    text: SourceText, kind: Callable[[], CommentKind | None], catalogue: Catalogue
) -> FileSuppressions:
    """The suppressions in a file of the ``kind`` that is asked for if it may have some; never raises."""
    if not has_marker(text.content):
        return FileSuppressions()
    language = kind()
    comments = read_comments(text, language) if language else Comments()
    malformed: list[Malformed] = []
    single: list[Suppression] = []
    bounds: list[Suppression] = []
    for comment in comments.comments:
        for directive in read_directives(comment):
            if isinstance(directive, Malformed):
                malformed.append(directive)
                continue
            if directive.verb != IGNORE and not comment.alone:
                malformed.append(Malformed(f"'{directive.verb}' must stand on a line of its own", directive.span))
                continue
            named = list(_known(directive, catalogue, malformed))
            if directive.verb in (DISABLE, ENABLE):
                bounds += named
            else:
                targets = _targets(directive, comments) if directive.verb == IGNORE else ()
                single += [Suppression(each.code, each.name, directive, targets) for each in named]
    found = sorted((*single, *_ranges(bounds, malformed)), key=lambda each: each.position)
    return FileSuppressions(tuple(found), tuple(sorted(malformed, key=lambda each: each.span)))


def _known(directive: Directive, catalogue: Catalogue, malformed: list[Malformed]) -> Iterator[Suppression]:
    for name in directive.names:
        rule = catalogue.find(name.text)
        if rule is not None:
            yield Suppression(rule.code, name, directive)
        elif is_family(catalogue, name.text):
            malformed.append(Malformed(f"'{name.text}' is a family of rules; a comment names each rule", name.span))
        else:
            unknown = UnknownNameError("rule", name.text, catalogue.known_names)
            malformed.append(Malformed(str(unknown), name.span))


def _targets(directive: Directive, comments: Comments) -> tuple[Lines, ...]:
    """The lines that an ``ignore`` is about: its own, or those below a comment that stands alone."""
    line = directive.span.line
    if not directive.comment.alone:
        return (Lines(line, line), *_starting_or_ending(line, comments))
    alone = {each.span.line for each in comments.comments if each.alone}
    while line in alone:
        line += 1
    below = [each for each in _blocks(comments) if each.first == line]
    return (Lines(line, line), *below)


def _starting_or_ending(line: int, comments: Comments) -> Iterator[Lines]:
    """What a comment at the end of a line of several may be about: a whole statement, from its first or last line."""
    yield from (each for each in comments.statements if line in (each.first, each.last))
    solid = comments.solid_at(line)
    if solid is not None:
        yield solid.lines


def _blocks(comments: Comments) -> Iterator[Lines]:
    yield from comments.statements
    yield from (solid.lines for solid in comments.solids)


def _ranges(bounds: Iterable[Suppression], malformed: list[Malformed]) -> Iterator[Suppression]:
    """Each ``disable`` with its ``enable``, rule by rule."""
    opened: dict[str, Suppression] = {}
    for each in bounds:
        name, line = each.name, each.directive.span.line
        if each.directive.verb == DISABLE:
            if each.code in opened:
                before = opened[each.code].directive.span.line
                malformed.append(Malformed(f"'{name.text}' is already disabled since line {before}", name.span))
            else:
                opened[each.code] = each
        elif each.code in opened:
            start = opened.pop(each.code)
            yield Suppression(
                start.code, start.name, start.directive, (Lines(start.directive.span.line, line),), end=each
            )
        else:
            malformed.append(Malformed(f"'{name.text}' is enabled, but no 'disable' above names it", name.span))
    for each in opened.values():
        message = (
            f"'{each.name.text}' is disabled and never enabled again; end the range with "
            f"'# {MARKER} enable[{each.name.text}]', or write ignore-file[{each.name.text}]"
        )
        malformed.append(Malformed(message, each.name.span))


def _last_line(span: Span) -> int:
    """The last line that a span has a character on."""
    return span.end_line - 1 if span.end_column == 1 and span.end_line > span.line else span.end_line
