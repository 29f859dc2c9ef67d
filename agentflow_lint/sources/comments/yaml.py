"""Comments of YAML: what follows a ``#`` outside every scalar. PyYAML gives none out, but the places of the scalars."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agentflow_lint.sources.comments.facts import Comment, Comments, Lines, Solid, merged
from agentflow_lint.sources.yaml.reader import scalar_events

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText

_COMMENT = re.compile("(?:(?<=[ \t\r\n\x85\u2028\u2029])|\\A)#[^\r\n\x85\u2028\u2029]*")


def read(text: SourceText) -> Comments:
    """The comments up to the first thing that is no YAML, if there is one."""
    comments: list[Comment] = []
    solids: list[Solid] = []
    done = 0
    events, end = scalar_events(text)
    for event in events:
        comments += _between(text, done, event.start_mark.index)
        done = _content_end(text, event)
        block = event.style in ("|", ">")
        if block:
            comments += _in_header(text, event.start_mark.index)
        first = text.position(event.start_mark.index)[0]
        last = text.position(max(done - 1, event.start_mark.index))[0]
        if last > first:
            solids.append(Solid(Lines(first, last), first if block else last))
    comments += _between(text, done, end)
    return Comments(tuple(comments), (), merged(solids))


def _between(text: SourceText, start: int, end: int) -> list[Comment]:
    return [_comment(text, match) for match in _COMMENT.finditer(text.content, start, max(start, end))]


def _in_header(text: SourceText, start: int) -> list[Comment]:
    """The comment behind ``|`` or ``>``; anchors and tags may precede these."""
    mark = re.compile(r"[^\r\n]*").match(text.content, start)
    match = _COMMENT.search(text.content, start, mark.end() if mark else start)
    return [_comment(text, match)] if match else []


def _comment(text: SourceText, match: re.Match[str]) -> Comment:
    span = text.span(match.start(), match.end())
    return Comment(match.group(), span, not text.line(span.line)[: span.column - 1].strip())


def _content_end(text: SourceText, event: Any) -> int:
    """Where a scalar's text ends: the event of a block scalar goes on to the next token."""
    start, end = int(event.start_mark.index), int(event.end_mark.index)
    return start + len(text.content[start:end].rstrip()) if event.style in ("|", ">") else end
