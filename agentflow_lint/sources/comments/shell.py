"""Comments of shell scripts: a scan that knows quotes, backslashes and here-documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.sources.comments.facts import Comment, Comments, Lines, Solid, merged

if TYPE_CHECKING:
    from agentflow_lint.sources.text import SourceText

_PIECE = re.compile(
    r"""(?P<escape>\\(?:\r\n|[\s\S]|\Z))
    | (?P<single>'[^']*(?:'|\Z))
    | (?P<ansi>\$'(?:\\[\s\S]|[^'\\])*(?:'|\Z))
    | (?P<double>\$?"(?:\\[\s\S]|[^"\\])*(?:"|\Z))
    | (?P<parameter>\$\{[^}\s]*\}? | \$\#)
    | (?P<herestring><<<)
    | (?P<heredoc><<(?P<dash>-?)[ \t]*(?P<quote>\\?["']?)(?P<name>[\w.-]+)["']?)
    | (?P<comment>\#[^\r\n]*)
    | (?P<newline>\r\n|\n|\r)
    | (?P<blank>[ \t]+)
    | (?P<operator>[;&|()`])
    | (?P<word>[^\s\\'"$<\#;&|()`]+|[\s\S])""",
    re.VERBOSE,
)
_STARTS_WORD = {"newline", "blank", "operator", ""}


def read(text: SourceText) -> Comments:
    """The comments of a POSIX shell or bash script."""
    comments: list[Comment] = []
    solids: list[Solid] = []
    pending: list[tuple[str, bool, int]] = []
    at, before = 0, ""
    content = text.content
    while at < len(content):
        match = _PIECE.match(content, at)
        if match is None:  # cannot be: the last alternative takes anything
            break
        kind, end = match.lastgroup or "", match.end()
        kind = "heredoc" if match["heredoc"] else kind
        if kind == "comment" and before not in _STARTS_WORD:
            kind, end = "word", at + 1
        first = text.position(at)[0]
        if kind == "comment":
            span = text.span(at, end)
            comments.append(Comment(match.group(), span, not text.line(first)[: span.column - 1].strip()))
        elif kind == "heredoc":
            pending.append((match["name"], bool(match["dash"]), first))
        elif kind == "newline":
            for name, chomp, opened in pending:
                last, end = _heredoc_end(text, end, name, chomp)
                solids.append(Solid(Lines(opened, last), opened))
            pending = []
        elif kind == "escape" and match.group()[1:] in ("\n", "\r", "\r\n"):
            solids.append(Solid(Lines(first, first + 1), first + 1))
            at, before = end, "blank"
            continue
        elif kind in ("single", "double", "ansi") and (last := text.position(end - 1)[0]) > first:
            solids.append(Solid(Lines(first, last), last))
        at, before = end, kind
    joined = merged(solids)
    preamble = 1 if text.line(1).startswith("#!") or text.has_bom else 0
    return Comments(tuple(comments), tuple(solid.lines for solid in joined), joined, preamble)


def _heredoc_end(text: SourceText, start: int, name: str, chomp: bool) -> tuple[int, int]:
    """The last line of a here-document that begins at offset ``start``, and the offset behind it."""
    number = text.position(start)[0]
    for line in range(number, text.line_count + 1):
        written = text.line(line)
        if (written.lstrip("\t") if chomp else written) == name:
            return line, text.line_starts[line] if line < text.line_count else len(text.content)
    return text.line_count, len(text.content)
