"""A rule's page: the documentation of the rule and its test cases in one Markdown file.

The page has fixed sections. In "Fires" and "Does not fire" the fenced blocks under one heading are an example: each
block's ``title`` is the path of a file, and the block titled ``findings`` (or ``undecided``) says what the rule has to
say about those files, one verdict per line. The test suite holds every page to that.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import field
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIRES = "Fires"
DOES_NOT_FIRE = "Does not fire"

#: The sections of every page, in this order.
SECTIONS = (
    "Why it matters",
    "What the server does",
    FIRES,
    DOES_NOT_FIRE,
    "Fix",
    "Options",
    "References",
)

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`]*)$")
_INFO = re.compile(r"^(?P<language>[\w.+-]*)(?P<attributes>(?:\s+\w+=\"[^\"]*\")*)\s*$")
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")
_ATTRIBUTES = frozenset({"title", "newline", "encoding", "fixed"})
_FIXED = ("safe", "unsafe")
_NEWLINES = ("", "none", "crlf")
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "latin-1")


class PageError(Exception):
    """A page that has not the prescribed form; the message names its file, the line and what is wrong."""


@record(frozen=True)
class Block:
    """A fenced block: its attributes, its lines joined by line feeds, and the line of its fence."""

    attributes: Mapping[str, str]
    content: str
    line: int

    @property
    def title(self) -> str:
        """The file's path, or ``findings`` or ``undecided``."""
        return self.attributes.get("title", "")


@record(frozen=True)
class Example:
    """A project to lint.

    ``files`` maps paths to exact bytes; ``findings`` and ``undecided`` are the expected verdicts, line by line as the
    page gives them. ``fixed`` maps "safe" and "unsafe" to the files that the rule's fixes change and their new bytes.
    """

    name: str
    fires: bool
    files: Mapping[str, bytes]
    findings: tuple[str, ...]
    undecided: tuple[str, ...]
    line: int
    fixed: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)


@record(frozen=True)
class Page:
    """One page: the code and name of its title, its introduction, its sections' text, and its examples."""

    code: str
    name: str
    introduction: str
    sections: Mapping[str, str]
    examples: tuple[Example, ...]


def read_page(text: str, path: str) -> Page:
    """Parse a page; ``path`` is for messages. Raises :class:`PageError` where the form is not kept."""
    return _PageReader(text.splitlines(), path).read()


@record
class _Part:
    """What stands under one heading."""

    level: int
    title: str
    line: int
    prose: list[str]
    blocks: list[Block]
    lines: list[str]


class _PageReader:
    def __init__(self, lines: Sequence[str], path: str) -> None:
        self.lines = lines
        self.path = path

    def read(self) -> Page:
        parts = list(self.parts())
        if not parts or parts[0].level != 1:
            raise self.error(1, "the page does not start with '# CODE name'")
        head, *rest = parts
        title = re.fullmatch(r"([A-Z]+\d{3}) ([a-z0-9-]+)", head.title)
        if not title:
            raise self.error(head.line, f"the title '{head.title}' is not 'CODE name'")
        introduction = "\n".join(head.prose).strip()
        if not introduction or head.blocks:
            raise self.error(head.line, "the title is followed by one paragraph that says what the rule decides")
        found = tuple(part.title for part in rest if part.level == 2)
        if found != SECTIONS:
            raise self.error(head.line, f"the sections are {', '.join(found)}; they must be {', '.join(SECTIONS)}")
        return Page(title[1], title[2], introduction, self.sections(rest), tuple(self.examples(rest)))

    def parts(self) -> Iterator[_Part]:
        part: _Part | None = None
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            number += 1
            heading = re.match(r"(#{1,6})\s+(.*?)\s*$", line)
            if heading:
                if part:
                    yield part
                part = _Part(len(heading[1]), heading[2], number, [], [], [])
                continue
            if part is None:
                if line.strip():
                    raise self.error(number, "text before the title")
                continue
            part.lines.append(line)
            if fence := _FENCE.match(line):
                block, number = self.block(fence, number)
                part.blocks.append(block)
                part.lines += self.lines[block.line : number]
            else:
                part.prose.append(line)
        if part:
            yield part

    def block(self, fence: re.Match[str], start: int) -> tuple[Block, int]:
        """The block whose fence is line ``start``, and the number of the line that closes it."""
        info = _INFO.match(fence["info"].strip())
        if not info:
            raise self.error(start, f'the info string `{fence["info"]}` is not a language and key="value" pairs')
        attributes = dict(_ATTRIBUTE.findall(info["attributes"]))
        for key in attributes:
            if key not in _ATTRIBUTES:
                raise self.error(start, f"unknown attribute {key}")
        closing = re.compile(rf"`{{{len(fence['ticks'])},}}\s*$")
        for end in range(start, len(self.lines)):
            if closing.match(self.lines[end]):
                return Block(attributes, "\n".join(self.lines[start:end]), start), end + 1
        raise self.error(start, "the block is not closed")

    def sections(self, parts: Sequence[_Part]) -> dict[str, str]:
        """Each section's Markdown, subsections included."""
        texts: dict[str, list[str]] = {}
        for part in parts:
            if part.level == 2:
                current = texts[part.title] = []
            else:
                current.append(f"{'#' * part.level} {part.title}")
            current += part.lines
        joined = {title: "\n".join(lines).strip() for title, lines in texts.items()}
        for part in parts:
            if part.level == 2 and not joined[part.title]:
                raise self.error(part.line, f"the section {part.title} is empty")
        return joined

    def examples(self, parts: Sequence[_Part]) -> Iterator[Example]:
        section = ""
        counted = dict.fromkeys((FIRES, DOES_NOT_FIRE), 0)
        for part in parts:
            if part.level == 2:
                section = part.title
            if section not in counted or not part.blocks:
                continue
            counted[section] += 1
            yield self.example(part, section == FIRES)
        for title, count in counted.items():
            if not count:
                raise self.error(1, f"the section {title} has no example")

    def example(self, part: _Part, fires: bool) -> Example:
        files: dict[str, bytes] = {}
        fixed: dict[str, dict[str, bytes]] = {}
        verdicts: dict[str, tuple[str, ...]] = {}
        for block in part.blocks:
            if not block.title:
                raise self.error(block.line, "a block of an example needs a title")
            if applicability := block.attributes.get("fixed"):
                self.add_fixed(fixed, applicability, block, fires)
                continue
            if block.title in files or block.title in verdicts:
                raise self.error(block.line, f"a second block is titled {block.title}")
            if block.title in ("findings", "undecided"):
                verdicts[block.title] = tuple(line.strip() for line in block.content.splitlines() if line.strip())
            else:
                files[self.checked_path(block)] = self.content(block)
        findings = verdicts.get("findings", ())
        if not files:
            raise self.error(part.line, "the example has no file")
        if fires and not findings:
            raise self.error(part.line, "an example that fires needs a block titled findings that is not empty")
        if not fires and "findings" in verdicts:
            raise self.error(part.line, "an example that does not fire has no findings")
        return Example(part.title, fires, files, findings, verdicts.get("undecided", ()), part.line, fixed)

    def add_fixed(self, fixed: dict[str, dict[str, bytes]], applicability: str, block: Block, fires: bool) -> None:
        """Take a block that shows a file after the fixes of one applicability."""
        if applicability not in _FIXED:
            raise self.error(block.line, f"fixed is {' or '.join(_FIXED)}, not {applicability}")
        if not fires:
            raise self.error(block.line, "an example that does not fire has nothing to fix")
        of_this_kind = fixed.setdefault(applicability, {})
        if block.title in of_this_kind:
            raise self.error(block.line, f"a second block is titled {block.title}")
        of_this_kind[self.checked_path(block)] = self.content(block)

    def checked_path(self, block: Block) -> str:
        path = block.title
        if posixpath.normpath(path) != path or path.startswith(("/", "../")) or path in (".", ".."):
            raise self.error(block.line, f"'{path}' is not a path inside the example")
        return path

    def content(self, block: Block) -> bytes:
        newline = block.attributes.get("newline", "")
        encoding = block.attributes.get("encoding", "utf-8")
        if newline not in _NEWLINES:
            raise self.error(block.line, f"newline is none or crlf, not {newline}")
        if encoding not in _ENCODINGS:
            raise self.error(block.line, f"encoding is one of {', '.join(_ENCODINGS)}, not {encoding}")
        text = block.content + ("\n" if newline != "none" and block.content else "")
        try:
            return (text.replace("\n", "\r\n") if newline == "crlf" else text).encode(encoding)
        except UnicodeEncodeError as error:
            raise self.error(block.line, f"the block holds what {encoding} cannot encode") from error

    def error(self, line: int, message: str) -> PageError:
        return PageError(f"{self.path}:{line}: {message}")
