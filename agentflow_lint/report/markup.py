"""The Markdown of the rules' pages as HTML: as much of it as the pages use, and nothing of it unescaped.

Paragraphs, headings, bullet lists, tables, blocks of code, code in lines, bold and links to the web.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\[(?P<text>[^\]\[]+)\]\((?P<url>https?://[^\s)]+)\)|\*\*(?P<bold>[^*]+)\*\*")
_FENCE = re.compile(r"`{3,}")
_HEADING = re.compile(r"#{1,6} +(.*)")
_ITEM = re.compile(r"[-*] +(.*)")
_INDENTED = re.compile(r" {4}(.*)")
_RULER = re.compile(r"\|[ :|-]+\|")


def as_html(markdown: str) -> str:
    """A page's section as HTML blocks."""
    return "\n".join(_Blocks(markdown.splitlines()))


def code_spans(text: str) -> str:
    """A sentence in which backticks enclose code, and nothing else is markup."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def inline(text: str) -> str:
    """The markup within a line."""
    done = 0
    parts = []
    for found in _INLINE.finditer(text):
        parts.append(escape(text[done : found.start()]))
        done = found.end()
        if found["code"]:
            parts.append(f"<code>{escape(found['code'])}</code>")
        elif found["url"]:
            parts.append(f'<a href="{escape(found["url"])}">{inline(found["text"])}</a>')
        else:
            parts.append(f"<strong>{inline(found['bold'])}</strong>")
    return "".join([*parts, escape(text[done:])])


class _Blocks:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self.at += 1
            elif fence := _FENCE.match(line):
                yield self.fenced(fence[0])
            elif heading := _HEADING.fullmatch(line):
                self.at += 1
                yield f"<h5>{inline(heading[1])}</h5>"
            elif _ITEM.match(line):
                yield self.items()
            elif _INDENTED.match(line):
                yield self.indented()
            elif line.startswith("|"):
                yield self.table()
            else:
                yield f"<p>{inline(' '.join(self.taken(self.is_prose)))}</p>"

    def taken(self, wanted: Callable[[str], object]) -> list[str]:
        """The lines from here that are wanted: at least the first, stripped."""
        start = self.at
        self.at += 1
        while self.at < len(self.lines) and wanted(self.lines[self.at]):
            self.at += 1
        return [line.strip() for line in self.lines[start : self.at]]

    def is_prose(self, line: str) -> bool:
        return bool(line.strip()) and not (
            _FENCE.match(line) or _HEADING.fullmatch(line) or _ITEM.match(line) or line.startswith("|")
        )

    def fenced(self, fence: str) -> str:
        start = self.at + 1
        self.at = start
        while self.at < len(self.lines) and not self.lines[self.at].startswith(fence):
            self.at += 1
        self.at += 1
        return _block(self.lines[start : self.at - 1])

    def indented(self) -> str:
        start = self.at
        while self.at < len(self.lines) and (_INDENTED.match(self.lines[self.at]) or not self.lines[self.at].strip()):
            self.at += 1
        return _block([line[4:] for line in self.lines[start : self.at]])

    def items(self) -> str:
        """A list; what is indented below an item belongs to it."""
        items: list[str] = []
        while self.at < len(self.lines) and (item := _ITEM.match(self.lines[self.at])):
            rest = self.taken(lambda line: line.startswith(" ") and line.strip())[1:]
            items.append(" ".join([item[1], *rest]))
        return f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in items)}</ul>"

    def table(self) -> str:
        head, *rows = [row for row in self.taken(lambda line: line.startswith("|")) if not _RULER.fullmatch(row)]
        body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in rows)
        return f"<table><thead><tr>{_cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: str, tag: str) -> str:
    cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]
    return "".join(f"<{tag}>{inline(cell)}</{tag}>" for cell in cells)


def _block(lines: list[str]) -> str:
    return "<pre><code>{}</code></pre>".format(escape("\n".join(lines).rstrip("\n")))
