"""Where and how a text fails to be Python.

libcst says what it expected and roughly where; the interpreter that runs the linter knows the exact place, and
sometimes newer syntax, so both are asked. Only a text that neither accepts is called a syntax error.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Final

from agentflow_lint.sources.text import START, Span

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText

ACCEPTED: Final = Span(0, 0, 0, 0)
"""What :func:`second_opinion` answers for a text that the running interpreter parses."""

_PLACE = re.compile(r"error at (\d+):(\d+)")
_EXPECTED = re.compile(r"expected (?:one of )?(.*)$", re.DOTALL)


def second_opinion(text: SourceText) -> Span | None:
    """The place of the error as the running interpreter sees it, ACCEPTED, or None when it cannot tell."""
    import ast

    content = text.content
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(content)
    except SyntaxError as error:
        return _span(text, error)
    except (ValueError, MemoryError, RecursionError):
        return None
    return ACCEPTED


def position_in(text: SourceText, message: str) -> Span:
    """The place that libcst names in its message (the token after the offending one); the start without one."""
    found = _PLACE.search(message)
    if found is None:
        return START
    line = min(max(1, int(found.group(1))), text.line_count)
    column = min(int(found.group(2)), len(text.line(line))) + 1
    return Span(line, column, line, column)


def in_words(message: str) -> str:
    """The parser's message without its own name for it, its position and its long lists."""
    kind, _, rest = message.partition(": ")
    if kind == "tokenizer error":
        return rest
    expected = _EXPECTED.search(message)
    if expected is not None and ", " not in expected.group(1):
        return f"expected {expected.group(1).replace('INDENT', 'an indented block')}"
    return "invalid syntax"


def _span(text: SourceText, error: SyntaxError) -> Span:
    if error.lineno is None:
        return START
    line = min(max(1, error.lineno), text.line_count)
    length = len(text.line(line))
    column = min(max(1, error.offset or 1), length + 1)
    end_line, end_column = error.end_lineno or line, error.end_offset or column
    if (end_line, end_column) < (line, column) or end_line > text.line_count:
        end_line, end_column = line, column
    return Span(line, column, end_line, min(end_column, len(text.line(end_line)) + 1))
