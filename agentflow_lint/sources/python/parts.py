"""Lowers an edited module statement by statement: what has not been edited since the last time is taken from then.

The interpreter at hand says where the statements at the top of a module begin and end. What it does not parse, and what
libcst does not parse part by part, is left to :func:`agentflow_lint.sources.python.lowering.lower`, which looks at the
module as a whole.
"""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from typing import TYPE_CHECKING

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

from agentflow_lint.records import record
from agentflow_lint.sources.python.statements import StatementLowering
from agentflow_lint.sources.text import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.sources.python import form
    from agentflow_lint.sources.text import SourceText

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
        lowering = _Lowering(first)
        try:
            body = lowering.block(libcst.parse_module(content).body)
        except (libcst.ParserSyntaxError, libcst.CSTValidationError, RecursionError, ValueError):
            raise NotByParts from None
        if lowering.problem is not None or len(lowering.nodes) >= _ROOM:
            raise NotByParts
        self.block: form.Block = body
        self.size = len(lowering.nodes)
        self._spans: Sequence[Span] | None = None

    def span(self, reference: int) -> Span:
        """The span of a reference, counted from the part's first line."""
        if self._spans is None:
            wrapper = MetadataWrapper(libcst.parse_module(self.content), unsafe_skip_copy=True)
            lowering = StatementLowering()
            lowering.block(wrapper.module.body)
            ranges = wrapper.resolve(PositionProvider)
            places = [ranges[node] for node in lowering.nodes]
            self._spans = [
                Span(each.start.line, each.start.column + 1, each.end.line, each.end.column + 1) for each in places
            ]
        return self._spans[reference - self.first]


class _Lowering(StatementLowering):
    """Gives references from ``first`` on."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self._first = first

    def reference(self, node: libcst.CSTNode) -> int:
        """A new reference for ``node``."""
        return self._first + super().reference(node)


class Memory:
    """The parts of a module in the version that was lowered last. One for each text that is being edited."""

    def __init__(self) -> None:
        self.parts: tuple[Part, ...] = ()


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
    pieces = _pieces(text)
    known: dict[str, list[Part]] = {}
    for each in memory.parts:
        known.setdefault(each.content, []).append(each)
    found: list[Part | None] = []
    last = 0
    for _, content in pieces:
        same = known.get(content)
        part: Part | None = same.pop(0) if same else None
        if part is not None and part.first <= last:  # statements have changed places
            part = None
        found.append(part)
        last = part.first if part is not None else last
    parts = _with_new(found, [content for _, content in pieces])
    memory.parts = parts
    return PartedModule(parts, tuple(lines for lines, _ in pieces))


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


def _pieces(text: SourceText) -> list[tuple[int, str]]:
    """The number of lines before each part, and its text: a compound statement, or simple ones in a row."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            statements = ast.parse(text.content).body
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
    starts = [0, *ends[:-1]] if ends else []
    offsets = (*text.line_starts, len(text.content))
    if ends and ends[-1] > text.line_count:
        raise NotByParts
    return [(start, text.content[offsets[start] : offsets[end]]) for start, end in zip(starts, ends, strict=True)]
