"""Reads an nginx configuration file as nginx does (src/core/ngx_conf_file.c), directive by directive.

Which directives exist, and where, is not judged: modules bring their own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from agentflow_lint.records import once, record
from agentflow_lint.sources.nginx.facts import Argument, Directive, NginxFile, Problem
from agentflow_lint.sources.nginx.tokens import Token, tokens

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText, Span

#: A longer file is not read: hand-written ones are a hundred times shorter.
MAX_CHARACTERS = 256 * 1024
#: Blocks in blocks beyond this are not read; http, server, location, location, if is five.
MAX_DEPTH = 50


@record
class _Block:
    """A block that is being read: its directive (None for the file), and what is in it so far."""

    head: Directive | None
    directives: list[Directive]


@lru_cache(maxsize=64)  # one deployment after the other asks for the same files
@once
def read_nginx(text: SourceText) -> NginxFile:
    """The directives of a file; never raises.

    The first thing that nginx would refuse ends it, as a problem.
    """
    if len(text.content) > MAX_CHARACTERS:
        message = f"it has more than {MAX_CHARACTERS} characters, which are not read"
        return NginxFile((), Problem(message, text.span(0, 0)))
    blocks = [_Block(None, [])]
    words: list[Token] = []
    problem: Problem | None = None
    try:
        for token in tokens(text.content):
            problem = _take(token, blocks, words, text)
            if problem is not None:
                break
    except ValueError as error:
        end = len(text.content)
        start = words[0].start if words else end
        problem = Problem(str(error), text.span(start, words[0].end if words else end))
    if problem is None:
        problem = _at_end(blocks, words, text)
    while len(blocks) > 1:
        _close(blocks)
    return NginxFile(tuple(blocks[0].directives), problem)


def _take(token: Token, blocks: list[_Block], words: list[Token], text: SourceText) -> Problem | None:
    """Add one token to what is being read; the problem, if it has no place there."""
    span = text.span(token.start, token.end)
    if token.kind in ("word", "quoted"):
        words.append(token)
        return None
    if token.kind == "open":
        first_line = text.span(token.start, min(token.end, token.start + 1))
        return Problem('unexpected end of file, expecting ";" or "}" or a closing quote', first_line)
    if token.kind == "}":
        if words:
            return Problem(f'directive "{words[0].text[:40]}" is not terminated by ";"', _span(words, text))
        if len(blocks) == 1:
            return Problem('unexpected "}"', span)
        _close(blocks)
        return None
    if not words:
        return Problem(f'unexpected "{token.kind}"', span)
    directive = _directive(words, text)
    words.clear()
    if token.kind == ";":
        blocks[-1].directives.append(directive)
        return None
    if len(blocks) > MAX_DEPTH:
        return Problem(f"it nests more than {MAX_DEPTH} blocks, which are not read", directive.span)
    blocks.append(_Block(directive, []))
    return None


def _at_end(blocks: list[_Block], words: list[Token], text: SourceText) -> Problem | None:
    if words:
        return Problem('unexpected end of file, expecting ";" or "{"', _span(words, text))
    head = blocks[-1].head
    return Problem('unexpected end of file, expecting "}"', head.span) if head else None


def _close(blocks: list[_Block]) -> None:
    closed = blocks.pop()
    head = closed.head
    if head is not None:
        blocks[-1].directives.append(
            Directive(head.name, head.arguments, head.span, head.name_span, tuple(closed.directives))
        )


def _directive(words: list[Token], text: SourceText) -> Directive:
    name, *rest = words
    arguments = tuple(Argument(word.text, text.span(word.start, word.end), word.kind == "quoted") for word in rest)
    return Directive(name.text, arguments, _span(words, text), text.span(name.start, name.end))


def _span(words: list[Token], text: SourceText) -> Span:
    return text.span(words[0].start, words[-1].end)
