r"""Edits of a server's command line: words added, taken away and replaced where they stand.

A command is written as a line (a Dockerfile's shell form, a Procfile, a script, text of compose), as a list in brackets
(the exec form, YAML, JSON) or as YAML items that begin with a dash. What stands between two words tells which::

    uvicorn app:app \          ["uvicorn", "app:app"]          - uvicorn
        --port 8000                                            - app:app  # comment
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from agentflow_lint.engine.editing.places import line_break_after, replaced, written_at
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.engine.editing.places import Written
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.command.options import Option
    from agentflow_lint.model.command.process import Process, Word
    from agentflow_lint.model.files import ProjectFiles

Form = Literal["line", "list", "items"]

_BETWEEN_ITEMS = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r?\n[ \t]*(?:#[^\r\n]*)?)*\r?\n([ \t]*-[ \t]+)\Z")
_BETWEEN_LISTED = re.compile(r"[\s\\]*,[\s\\]*\Z")
_BETWEEN_WORDS = re.compile(r"(?:[ \t]|\\[ \t]*\r?\n)+\Z")
#: Between the words of a YAML scalar that goes over several lines.
_FOLDED = re.compile(r"[ \t]*\r?\n[ \t]*\Z")
#: What needs no quotation marks in any of the languages, and is text in YAML.
_PLAIN = re.compile(r"(?:--?)?[A-Za-z][A-Za-z0-9_./=-]*\Z|[0-9]+(?:\.[0-9]+){3}\Z")
_SHELL_WORD = re.compile(r"[A-Za-z0-9_./:=@%+,-]+\Z")
_YAML = (".yml", ".yaml")


def words_added(files: ProjectFiles, process: Process, after: Word | None, words: Iterable[str]) -> Edit | None:
    """Put ``words`` behind one of the words of a command."""
    found = _placed(files, process, after)
    form = _form(files, process, after) if found else None
    added = tuple(words)
    if found is None or form is None or not all(map(_SHELL_WORD.match, added)):
        return None
    if form == "line":
        return found.edit(found.end, found.end, "".join(f" {word}" for word in added))
    shown = [_quoted(word, found) for word in added]
    if form == "list":
        return found.edit(found.end, found.end, "".join(f", {word}" for word in shown))
    line = found.text.line(found.text.position(found.start)[0])
    dash = re.match(r"[ \t]*-[ \t]+", line)
    if dash is None:
        return None
    at = line_break_after(found.text, found.end)
    return found.edit(at, at, "".join(f"\n{dash[0]}{word}" for word in shown))


def word_removed(files: ProjectFiles, process: Process, word: Word | None) -> Edit | None:
    """Take a word away, with what separates it from the word before."""
    found = _placed(files, process, word)
    before = _neighbour(process, word, -1)
    previous = _placed(files, process, before)
    if found is None or previous is None or previous.path != found.path or previous.end > found.start:
        return None
    between = found.text.content[previous.end : found.start]
    if _BETWEEN_WORDS.match(between) or _BETWEEN_LISTED.match(between):
        return found.edit(previous.end, found.end, "")
    items = _BETWEEN_ITEMS.match(between)
    rest = found.text.content[found.end : line_break_after(found.text, found.end)]
    if items is None or (rest.strip() and not rest.lstrip().startswith("#")):
        return None
    line_before = found.text.position(found.start)[0] - 1
    start = line_break_after(found.text, found.text.line_starts[line_before - 1])
    return found.edit(start, line_break_after(found.text, found.end), "")


def option_removed(files: ProjectFiles, process: Process, option: Option) -> tuple[Edit, ...]:
    """Take an option away with its value; nothing where that cannot be done."""
    words = [option.word]
    if option.value is not None and option.value in process.argv:
        words.append(option.value)
    edits = [word_removed(files, process, word) for word in words]
    made = tuple(edit for edit in edits if edit is not None)
    return made if len(made) == len(words) else ()


def word_replaced(files: ProjectFiles, process: Process, word: Word | None, new: str) -> Edit | None:
    """Put another word in the place of one that is written as it reads; its quotation marks stay."""
    if word is None or word.text is None or not _SHELL_WORD.match(new):
        return None
    return replaced(files, _location(process, word), word.text, new)


def part_replaced(files: ProjectFiles, process: Process, word: Word | None, old: str, new: str) -> Edit | None:
    """Put ``new`` in place of what a word begins with (the option of ``--option=value``)."""
    found = _placed(files, process, word)
    if found is None or not found.inner.startswith(old) or not _SHELL_WORD.match(new):
        return None
    start = found.start + len(found.quote)
    return found.edit(start, start + len(old), new)


def _location(process: Process, word: Word | None) -> Location | None:
    if word is None or word.span is None:
        return None
    return Location(word.path or process.path, word.span)


def _placed(files: ProjectFiles, process: Process, word: Word | None) -> Written | None:
    """Where a word stands, if it is written as it reads."""
    found = written_at(files, _location(process, word))
    return found if found and word and word.text and found.inner == word.text else None


def _neighbour(process: Process, word: Word | None, step: int) -> Word | None:
    """The word of the command next to one."""
    place = next((index for index, each in enumerate(process.argv) if each is word or each == word), None)
    if place is None or not 0 <= place + step < len(process.argv):
        return None
    return process.argv[place + step]


def _form(files: ProjectFiles, process: Process, word: Word | None) -> Form | None:
    """How the command is written around a word."""
    found = _placed(files, process, word)
    if found is None:
        return None
    content = found.text.content
    for step in (-1, 1):
        other = written_at(files, _location(process, _neighbour(process, word, step)))
        if other is None or other.path != found.path:
            continue
        first, second = (other, found) if step < 0 else (found, other)
        between = content[first.end : second.start] if first.end <= second.start else ""
        if _BETWEEN_LISTED.match(between):
            return "list"
        if _BETWEEN_ITEMS.match(between):
            return "items"
        if _BETWEEN_WORDS.match(between) or (found.path.endswith(_YAML) and _FOLDED.match(between)):
            return "line"
    return _form_alone(found)


def _form_alone(found: Written) -> Form | None:
    """The form of a list that holds one of the command's words only."""
    content = found.text.content
    before, after = content[: found.start].rstrip(" \t"), content[found.end :].lstrip(" \t")
    if before.endswith(("[", ",")) and after.startswith(("]", ",")):
        return "list"
    line = found.text.line_starts[found.text.position(found.start)[0] - 1]
    rest = content[found.end : line_break_after(found.text, found.end)].strip()
    if re.fullmatch(r"[ \t]*-[ \t]+", content[line : found.start]) and (not rest or rest.startswith("#")):
        return "items"
    return None


def _quoted(word: str, beside: Written) -> str:
    """A word of a list, with the quotation marks of the one beside it."""
    quote = beside.quote
    if not quote and not _PLAIN.match(word):
        quote = '"'
    return f"{quote}{word}{quote}"
