"""A look at Python text before it is parsed, to keep the parser within bounded time and stack.

The native parser overflows the stack at a few thousand open brackets and needs quadratic time for long chains
(3,000 chained calls take seconds). Real code never comes near the limits below.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Collection

#: A Python file with more characters or more tokens is not parsed: parsing takes up to ten seconds there.
MAX_CHARACTERS = 1_000_000
MAX_TOKENS = 150_000
#: Brackets, calls, attributes and prefix operators on the way to an innermost expression (CPython: 200 brackets).
MAX_DEPTH = 200
#: Blocks inside blocks (CPython: 100).
MAX_BLOCKS = 60
#: The parser's work on long chains and deep brackets, in squared chain lengths; some two to five seconds.
MAX_WORK = 4_000_000

#: Chains and nestings up to here are what ordinary code has; they cost the parser nothing worth counting.
_ORDINARY = 20
#: One bracket costs the parser as much as this many links of a chain.
_BRACKET_WORK = 48

_TOKEN = re.compile(
    r"""
    (?P<skip>\#[^\r\n]*|\\\r?\n|[0-9][\w.]*)
  | (?P<string>(?:\b[rbuftRBUFT]{1,2})?
        (?:'{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)|"{3}(?:[^\\]|\\.)*?(?:"{3}|\Z)
          |'(?:[^'\\\r\n]|\\.)*'?|"(?:[^"\\\r\n]|\\.)*"?))
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<end>[,;]|\r\n?|\n)
  | (?P<prefix>\b(?:lambda|not|else|await)\b|\*\*|[-+~]{2,}|\.)
  | (?P<infix>[-+*/%@&|^<>=]|\b(?:and|or|in|is)\b)
  | (?P<skipped>\w+)
    """,
    re.VERBOSE | re.DOTALL,
)
_INDENTATION = re.compile(r"^[ \t\f]*(?=[^\s#])", re.MULTILINE)


def refusal(content: str) -> str | None:
    """Why ``content`` must not be given to a parser, in words that finish "the file ..."; None when it may."""
    if len(content) > MAX_CHARACTERS:
        return f"has {len(content):,} characters, more than the {MAX_CHARACTERS:,} that are analysed"
    scan = _Scan()
    if not scan.run(content):
        if scan.tokens > MAX_TOKENS:
            return f"has more than {MAX_TOKENS:,} words and signs"
        return "has expressions too deep or too long to analyse"
    if _block_depth(content) > MAX_BLOCKS:
        return f"has more than {MAX_BLOCKS} blocks inside each other"
    return None


@record(frozen=True)
class Load:
    """What a text costs the parser; texts that end with a statement may be added up."""

    tokens: int
    work: int


def load_of(content: str) -> Load:
    """The load of a text that is not refused."""
    scan = _Scan()
    scan.run(content)
    return Load(scan.tokens, scan.work)


def are_bearable(loads: Collection[Load]) -> bool:
    """Whether a text that consists of texts with these loads is not refused for its length."""
    return sum(each.tokens for each in loads) <= MAX_TOKENS and sum(each.work for each in loads) <= MAX_WORK


class _Scan:
    """Counts what the parser and a recursive walk would have to do.

    ``depth`` is the number of nested expressions here, ``length`` that of the links of the current chain.
    """

    def __init__(self) -> None:
        self.work = 0
        self.tokens = 0

    def run(self, content: str, depth: int = 0) -> bool:
        """Whether the text stays within the bounds, starting ``depth`` deep (inside an f-string)."""
        base = depth
        length = 0
        outer: list[tuple[int, int]] = []
        for token in _TOKEN.finditer(content):
            self.tokens += 1
            kind = token.lastgroup
            if kind == "open":
                outer.append((base, length))
                depth += 1
                base = depth
                length = 0
                if depth > _ORDINARY:
                    self.work += _BRACKET_WORK * depth
            elif kind == "close":
                if outer:
                    self._close_chain(length)
                    depth = base
                    base, length = outer.pop()
                    length += 1
            elif kind == "end":
                if token.group() in ",;" or not outer:
                    self._close_chain(length)
                    depth = base
                    length = 0
            elif kind == "prefix":
                depth += max(1, len(token.group()) - 1) if token.group()[0] in "-+~" else 1
                length += len(token.group())
            elif kind == "infix":
                length += 1
            elif kind == "string" and not self._string(token.group(), depth):
                return False
            if depth > MAX_DEPTH or self.work > MAX_WORK or self.tokens > MAX_TOKENS:
                return False
        self._close_chain(length)
        return self.work <= MAX_WORK

    def _close_chain(self, length: int) -> None:
        if length > _ORDINARY:
            self.work += length * length

    def _string(self, literal: str, depth: int) -> bool:
        """An f-string holds expressions; its text is scanned as if it were code, which overcounts a little."""
        prefix = literal[:2].partition("'")[0].partition('"')[0].lower()
        if ("f" in prefix or "t" in prefix) and len(literal) > MAX_DEPTH and "{" in literal:
            return self.run(literal[len(prefix) :].strip("'\""), depth)
        return True


def _block_depth(content: str) -> int:
    """The depth of the deepest block, judged by the indentation of the lines."""
    widths = [0]
    deepest = 0
    for match in _INDENTATION.finditer(content):
        width = match.end() - match.start()
        while widths[-1] > width:
            widths.pop()
        if width > widths[-1]:
            widths.append(width)
            deepest = max(deepest, len(widths) - 1)
    return deepest
