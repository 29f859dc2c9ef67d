"""Lowers an edited module statement by statement: what has not been edited since the last time is taken from then.

The interpreter at hand says where the statements at the top of a module begin and end; only the lines between the first
and the last statement that have changed are given to it. What it does not parse, and what libcst does not parse part by
part, is left to :func:`agentflow_lint.sources.python.lowering.lower`, which looks at the module as a whole.
"""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from typing import TYPE_CHECKING

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

from agentflow_lint.records import record
from agentflow_lint.sources.python import bounds
from agentflow_lint.sources.python.statements import StatementLowering
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.sources.python import form

#: The references of a part lie within so many from its first; the first ones of two new parts lie so far apart that
#: many more fit between them. References are in the order of the text, as those of a module lowered as a whole.
_ROOM = 1 << 20
_APART = 1 << 40

_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import, ast.ImportFrom, ast.Pass, ast.Delete)


class NotByParts(Exception):  # noqa: N818 - an answer, not a failure
    """The module has to be looked at as a whole."""


class Part:
    """Statements at the top of a module, and what they come to. ``first`` is their first reference."""

    def __init__(self, content: str, first: int) -> None:
        """Raises :class:`NotByParts`."""
        self.content = content
        self.first = first
        self.load = bounds.load_of(content)
        try:
            module, lowering, body = _parsed(content, first)
        except (libcst.ParserSyntaxError, libcst.CSTValidationError, RecursionError, ValueError):
            raise NotByParts from None
        if lowering.problem is not None or len(lowering.nodes) >= _ROOM:
            raise NotByParts
        self.block: form.Block = body
        self.size = len(lowering.nodes)
        self._parsed: tuple[libcst.Module, _Lowering] | None = (module, lowering)
        self._spans: Sequence[Span] | None = None

    def span(self, reference: int) -> Span:
        """The span of a reference, counted from the part's first line."""
        if self._spans is None:
            module, lowering = self._parsed or _parsed(self.content, self.first)[:2]
            ranges = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
            places = [ranges[node] for node in lowering.nodes]
            self._spans = [
                Span(each.start.line, each.start.column + 1, each.end.line, each.end.column + 1) for each in places
            ]
            self._parsed = None
        return self._spans[reference - self.first]

    def grow_old(self) -> None:
        """Keep no more than is needed: a part that is not being edited is hardly asked for the first span."""
        self._parsed = None


class _Lowering(StatementLowering):
    """Gives references from ``first`` on."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self._first = first

    def reference(self, node: libcst.CSTNode) -> int:
        """A new reference for ``node``."""
        return self._first + super().reference(node)


def _parsed(content: str, first: int) -> tuple[libcst.Module, _Lowering, form.Block]:
    """A text, its lowering with references from ``first`` on, and what that makes of it. Raises what libcst raises."""
    module, lowering = libcst.parse_module(content), _Lowering(first)
    return module, lowering, lowering.block(module.body)


@record(frozen=True, eq=False)
class _Placed:
    """A part, and the blank lines and comments before it that are not of its text."""

    blank: str
    part: Part


class Memory:
    """A module in the version that was lowered last. One for each text that is being edited."""

    def __init__(self) -> None:
        self.placed: tuple[_Placed, ...] = ()
        #: What stands behind the last part.
        self.rest = ""


@record(frozen=True, eq=False)
class PartedModule:
    """A module by its parts: each with the number of lines before it."""

    parts: tuple[Part, ...]
    lines_before: tuple[int, ...]

    @property
    def body(self) -> form.Block:
        """All statements."""
        return tuple(statement for part in self.parts for statement in part.block)

    def span(self, reference: int) -> Span | None:
        """The span of a reference; that of the first one for 0."""
        with_references = [number for number, part in enumerate(self.parts) if part.size]
        if not with_references:
            return None
        if reference == 0:
            number = with_references[0]
            reference = self.parts[number].first
        else:
            firsts = [self.parts[number].first for number in with_references]
            number = with_references[max(0, bisect_right(firsts, reference) - 1)]
        part, lines = self.parts[number], self.lines_before[number]
        if not 0 <= reference - part.first < part.size:
            return None
        span = part.span(reference)
        return Span(span.line + lines, span.column, span.end_line + lines, span.end_column)


def lower_by_parts(text: SourceText, memory: Memory) -> PartedModule:
    """The module; ``memory`` holds its parts afterwards. Raises :class:`NotByParts`."""
    content = text.content
    if len(content) > bounds.MAX_CHARACTERS or "\0" in content:
        raise NotByParts
    before, start = _unchanged_before(content, memory)
    after, end = _unchanged_after(content, start, memory.placed[before:], memory.rest)
    try:
        pieces, rest = _pieces(content[start:end])
    except NotByParts:
        if not before and not after:
            raise
        before, after = 0, 0
        pieces, rest = _pieces(content)
    edited = memory.placed[before : len(memory.placed) - after]
    kept_before, kept_after = memory.placed[:before], memory.placed[len(memory.placed) - after :] if after else ()
    found = [
        *(each.part for each in kept_before),
        *_taken_over(pieces, [each.part for each in edited]),
        *(each.part for each in kept_after),
    ]
    contents = [each.part.content for each in kept_before] + pieces + [each.part.content for each in kept_after]
    parts = _with_new(found, contents)
    blanks = [each.blank for each in kept_before] + [""] * len(pieces)
    if kept_after:
        blanks += [rest, *(each.blank for each in kept_after[1:])]
        rest = memory.rest
    if not bounds.are_bearable([*(part.load for part in parts), bounds.load_of("".join((*blanks, rest)))]):
        raise NotByParts
    for part in found:
        if part is not None:
            part.grow_old()
    memory.placed = tuple(_Placed(blank, part) for blank, part in zip(blanks, parts, strict=True))
    memory.rest = rest
    return PartedModule(parts, tuple(_lines_before(text, memory.placed)))


def _unchanged_before(content: str, memory: Memory) -> tuple[int, int]:
    """How many parts are as they were, from the first on, and the offset behind them."""
    offset = 0
    for number, each in enumerate(memory.placed):
        end = offset + len(each.blank) + len(each.part.content)
        is_same = content.startswith(each.blank, offset) and content.startswith(
            each.part.content, offset + len(each.blank)
        )
        if not is_same or (end < len(content) and content[end - 1] != "\n"):
            return number, offset
        offset = end
    return len(memory.placed), offset


def _unchanged_after(content: str, start: int, placed: Sequence[_Placed], rest: str) -> tuple[int, int]:
    """How many of the parts are as they were, from the last on, and the offset of the first; nothing before ``start``.

    The offset is that of its text, whatever stands before, and the content's end where there are none.
    """
    end = len(content) - len(rest)
    found, first = 0, len(content)
    if end < start or not content.endswith(rest):
        return found, first
    for each in reversed(placed):
        begin = end - len(each.part.content)
        starts_line = begin == 0 or content[begin - 1 : begin] == "\n"
        if begin < start or not starts_line or not content.startswith(each.part.content, begin):
            break
        found, first = found + 1, begin
        end = begin - len(each.blank)
        if end < start or not content.startswith(each.blank, end):
            break
    return found, first


def _taken_over(contents: Sequence[str], before: Sequence[Part]) -> list[Part | None]:
    """For each content the part of it that there was before; None for what is new, or has changed places."""
    known: dict[str, list[Part]] = {}
    for each in before:
        known.setdefault(each.content, []).append(each)
    found: list[Part | None] = []
    last = 0
    for content in contents:
        same = known.get(content)
        part: Part | None = same.pop(0) if same else None
        if part is not None and part.first <= last:
            part = None
        found.append(part)
        last = part.first if part is not None else last
    return found


def _lines_before(text: SourceText, placed: Sequence[_Placed]) -> Iterator[int]:
    offset = 0
    for each in placed:
        offset += len(each.blank)
        yield bisect_right(text.line_starts, offset) - 1
        offset += len(each.part.content)


def _with_new(found: list[Part | None], contents: list[str]) -> tuple[Part, ...]:
    """The parts with those made that are missing; all of them made anew where there is no room between two."""
    parts: list[Part] = []
    number = 0
    while number < len(found):
        known = found[number]
        if known is not None:
            parts.append(known)
            number += 1
            continue
        until = next((later for later in range(number, len(found)) if found[later] is not None), len(found))
        missing = until - number
        start = parts[-1].first if parts else 0
        after = found[until] if until < len(found) else None
        step = _APART if after is None else (after.first - start) // (missing + 1)
        if step < 2 * _ROOM:
            return tuple(Part(content, (index + 1) * _APART) for index, content in enumerate(contents))
        parts += [Part(contents[number + index], start + (index + 1) * step) for index in range(missing)]
        number = until
    return tuple(parts)


def _pieces(content: str) -> tuple[list[str], str]:
    """The text of each part: a compound statement, or simple ones in a row, with the comments before; and the rest."""
    if bounds.refusal(content) is not None:
        raise NotByParts
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            statements = ast.parse(content).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise NotByParts from None
    ends: list[int] = []
    was_simple = False
    for statement in statements:
        last = statement.end_lineno
        if last is None:
            raise NotByParts
        is_simple = isinstance(statement, _SIMPLE)
        if ends and (statement.lineno <= ends[-1] or (is_simple and was_simple)):
            ends[-1] = max(last, ends[-1])
        else:
            ends.append(last)
        was_simple = is_simple
    text = SourceText(content)
    if not ends:
        return [], content
    if ends[-1] > text.line_count:
        raise NotByParts
    offsets = (*text.line_starts, len(content))
    starts = [0, *ends[:-1]]
    pieces = [content[offsets[start] : offsets[end]] for start, end in zip(starts, ends, strict=True)]
    return pieces, content[offsets[ends[-1]] :]
