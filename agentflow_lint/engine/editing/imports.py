"""Edits of Python import statements: another module, a name that moves to a statement of its own, a new import."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.places import indentation, line_break_after
from agentflow_lint.engine.fix import Edit
from agentflow_lint.model.values import Location
from agentflow_lint.records import once, record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agentflow_lint.model.files import ProjectFiles

_LAYOUT = (tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


@record(frozen=True)
class ImportedName:
    """One name of an import, from offset ``start`` to ``end`` of the file with its ``as``."""

    name: str
    alias: str | None
    start: int
    end: int

    @property
    def text(self) -> str:
        """The name as an import writes it."""
        return self.name if self.alias is None else f"{self.name} as {self.alias}"


@record(frozen=True)
class ImportStatement:
    """``from module import names``, or ``import names`` with no ``module``; offsets of the file.

    ``names`` is empty for a star import. ``has_comments`` says that there are some inside.
    """

    path: str
    text: SourceText
    start: int
    end: int
    module: str | None
    module_start: int
    module_end: int
    names: tuple[ImportedName, ...]
    has_comments: bool


def import_at(files: ProjectFiles, location: Location) -> ImportStatement | None:
    """The import statement that a place lies in; None for a relative one and for what is none."""
    text = files.read(location.path)
    if not isinstance(text, SourceText) or not 0 < location.span.line <= text.line_count:
        return None
    offset = text.offset(location.span.line, location.span.column)
    for found in import_statements(location.path, text):
        if found.start <= offset < found.end:
            return found
    return None


def import_statements(path: str, text: SourceText) -> tuple[ImportStatement, ...]:
    """The import statements of a file in order, wherever they stand; those before what cannot be tokenized."""
    return _import_statements(text, path)


@once
def _import_statements(text: SourceText, path: str) -> tuple[ImportStatement, ...]:
    return tuple(_read(text, path))


def _read(text: SourceText, path: str) -> Iterator[ImportStatement]:
    # tokenize counts lines by "\n": a lone carriage return would shift every place behind it.
    if "\r" in text.content.replace("\r\n", ""):
        return
    statement: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.content, newline="").readline):
            if token.type == tokenize.NEWLINE or token.string == ";" or token.type == tokenize.ENDMARKER:
                yield from _parsed(path, text, statement)
                statement = []
            elif statement or (token.type not in _LAYOUT):
                if token.string == ":" and statement and statement[0].string not in ("from", "import"):
                    statement = []  # the statement behind ``if x:`` on the same line
                else:
                    statement.append(token)
    except (tokenize.TokenError, SyntaxError):
        return


def _parsed(path: str, text: SourceText, tokens: list[tokenize.TokenInfo]) -> Iterator[ImportStatement]:
    if not tokens or tokens[0].string not in ("from", "import"):
        return
    last_word = max(index for index, token in enumerate(tokens) if token.type not in _LAYOUT)
    has_comments = any(token.type == tokenize.COMMENT for token in tokens[:last_word])
    words = [token for token in tokens if token.type not in _LAYOUT and token.string not in ("(", ")")]
    at = 1
    module: tuple[str, int, int] | None = None

    def offset(place: tuple[int, int]) -> int:
        return text.offset(place[0], place[1] + 1)

    def dotted(at: int) -> int:
        """The index behind the dotted name that begins at ``at``."""
        if at < len(words) and words[at].type == tokenize.NAME:
            at += 1
            while at + 1 < len(words) and words[at].string == "." and words[at + 1].type == tokenize.NAME:
                at += 2
        return at

    if words[0].string == "from":
        end = dotted(at)
        if end == at or end >= len(words) or words[end].string != "import":
            return
        module = (
            "".join(word.string for word in words[at:end]), offset(words[at].start), offset(words[end - 1].end)
        )  # fmt: skip
        at = end + 1
    names: list[ImportedName] = []
    while at < len(words) and words[at].string != "*":
        end = dotted(at)
        if end == at:
            return
        name = "".join(word.string for word in words[at:end])
        alias = None
        last = end - 1
        if end + 1 < len(words) and words[end].string == "as":
            alias, last = words[end + 1].string, end + 1
        names.append(ImportedName(name, alias, offset(words[at].start), offset(words[last].end)))
        at = last + 1
        if at < len(words) and words[at].string != ",":
            return
        at += 1
    yield ImportStatement(
        path=path,
        text=text,
        start=offset(tokens[0].start),
        end=offset(tokens[last_word].end),
        module=module[0] if module else None,
        module_start=module[1] if module else 0,
        module_end=module[2] if module else 0,
        names=tuple(names),
        has_comments=has_comments,
    )


def names_moved(statement: ImportStatement, homes: Mapping[str, str]) -> tuple[Edit, ...]:
    """Import each name from where ``homes`` says; names that it does not have stay.

    Nothing where the statement would have to be written anew and has comments inside, or shares its lines.
    """
    if statement.module is None or not statement.names:
        return ()
    modules = {homes.get(each.name, statement.module) for each in statement.names}
    if len(modules) == 1:
        return (_edit(statement, statement.module_start, statement.module_end, modules.pop()),)
    if statement.has_comments or not _has_lines_of_its_own(statement):
        return ()
    moved = [each for each in statement.names if each.name in homes]
    lines = _lines(moved, homes.__getitem__)
    separator = f"\n{indentation(statement.text, statement.start)}"
    if len(moved) == len(statement.names):
        return (_edit(statement, statement.start, statement.end, separator.join(lines)),)
    first, last = statement.names[0].start, statement.names[-1].end
    end = line_break_after(statement.text, statement.end)
    return (
        _edit(statement, first, last, _without(statement, moved)),
        _edit(statement, end, end, separator.join(["", *lines])),
    )


def names_replaced(statement: ImportStatement, name: ImportedName, text: str) -> Edit:
    """Put other names in the place of one."""
    return _edit(statement, name.start, name.end, text)


def _lines(names: list[ImportedName], home: Callable[[str], str]) -> list[str]:
    by_module: dict[str, list[str]] = {}
    for each in names:
        by_module.setdefault(home(each.name), []).append(each.text)
    return [f"from {module} import {', '.join(texts)}" for module, texts in by_module.items()]


def _without(statement: ImportStatement, moved: list[ImportedName]) -> str:
    """The names as they are written, without some of them; each of the others keeps the comma before it."""
    content, names = statement.text.content, statement.names
    text = ""
    for before, each in zip((None, *names), names, strict=False):
        if each in moved:
            continue
        if before is not None and text:
            text += content[before.end : each.start]
        text += content[each.start : each.end]
    return text.replace("\r\n", "\n")


def _has_lines_of_its_own(statement: ImportStatement) -> bool:
    content = statement.text.content
    before = content[statement.text.line_starts[statement.text.position(statement.start)[0] - 1] : statement.start]
    after = content[statement.end : line_break_after(statement.text, statement.end)].strip()
    return not before.strip() and (not after or after.startswith("#"))


def _edit(statement: ImportStatement, start: int, end: int, text: str) -> Edit:
    return Edit(Location(statement.path, statement.text.span(start, end)), text)
