"""From Python text to its form, with libcst: one parser for every Python version that a project may use.

``lower`` parses without computing positions, which would cost as much again; ``places`` computes them for the few
modules in which something has to be shown. Both run the same traversal, so references and places always agree.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

from agentflow_lint.records import once, record
from agentflow_lint.sources.python import bounds, syntax
from agentflow_lint.sources.python.form import ModuleForm
from agentflow_lint.sources.python.statements import StatementLowering
from agentflow_lint.sources.text import START, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.sources.python.parts import PartedModule
    from agentflow_lint.sources.text import SourceText


@record(frozen=True)
class SyntaxProblem:
    """The text is not Python: the interpreter would raise SyntaxError at ``span``."""

    message: str
    span: Span


@record(frozen=True)
class Unanalysable:
    """The text may be Python, but it is not analysed; ``reason`` finishes "the file ..."."""

    reason: str


@once
def lower(text: SourceText) -> ModuleForm | SyntaxProblem | Unanalysable:
    """The form of a module, or why there is none. Never raises; takes time in proportion to the text."""
    parted = _parted(text)
    if parted is not None:
        return ModuleForm(parted.body, sum(part.size for part in parted.parts))
    refused = bounds.refusal(text.content)
    if refused is not None:
        return Unanalysable(refused)
    null = text.content.find("\0")
    if null != -1:  # libcst takes one in a comment or in a string, no interpreter takes one anywhere
        return SyntaxProblem("source code cannot contain null bytes", text.span(null, null + 1))
    try:
        module = libcst.parse_module(text.content)
    except libcst.ParserSyntaxError as error:
        return _syntax_problem(text, error.message)
    except libcst.CSTValidationError:  # a letter that is newer than the Unicode of the Python that runs the linter
        return Unanalysable("has a name with a character that is too new to be analysed")
    except (RecursionError, ValueError, UnicodeError) as error:
        return Unanalysable(f"cannot be parsed ({type(error).__name__})")
    lowering = StatementLowering()
    try:
        body = lowering.block(module.body)
    except RecursionError:
        return Unanalysable("has expressions too deep to analyse")
    if lowering.problem is not None:
        message, reference = lowering.problem
        spans = places(text)
        return SyntaxProblem(message, spans[reference] if reference < len(spans) else START)
    return ModuleForm(body, len(lowering.nodes))


def span_of(text: SourceText, reference: int) -> Span:
    """The span of a reference of the form that :func:`lower` makes from the same text; the text's start without one."""
    parted = _parted(text)
    if parted is not None:
        return parted.span(reference) or START
    spans = places(text)
    return spans[reference] if reference < len(spans) else START


@once
def _parted(text: SourceText) -> PartedModule | None:
    """The module by its parts, if the text is being edited and that is possible."""
    if text.memory is None:
        return None
    from agentflow_lint.sources.python.parts import Memory, NotByParts, lower_by_parts

    try:
        return lower_by_parts(text, text.memory.setdefault("python", Memory()))
    except NotByParts:
        return None


@once
def places(text: SourceText) -> Sequence[Span]:
    """The span of every reference of a module that is lowered as a whole; empty without a form."""
    try:
        wrapper = MetadataWrapper(libcst.parse_module(text.content), unsafe_skip_copy=True)
        lowering = StatementLowering()
        lowering.block(wrapper.module.body)
        with _room_for_chains():
            ranges = wrapper.resolve(PositionProvider)
    except (libcst.ParserSyntaxError, libcst.CSTValidationError, RecursionError, ValueError):
        return ()
    spans = []
    for node in lowering.nodes:
        found = ranges[node]
        start, end = found.start, found.end
        spans.append(Span(start.line, start.column + 1, end.line, end.column + 1))
    return spans


@contextmanager
def _room_for_chains() -> Iterator[None]:
    """Positions are computed recursively, a few calls for each link of a chain that ``bounds`` lets through."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 15_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _syntax_problem(text: SourceText, message: str) -> SyntaxProblem | Unanalysable:
    """What to say when libcst does not parse: the interpreter at hand is asked too, for it may know newer syntax."""
    verdict = syntax.second_opinion(text)
    if verdict is syntax.ACCEPTED:
        return Unanalysable("uses syntax that is too new to be analysed")
    where = verdict or syntax.position_in(text, message)
    return SyntaxProblem(syntax.in_words(message), where)
