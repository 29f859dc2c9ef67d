"""What stands at a place of a file, and edits that replace it where it reads exactly as the model says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Edit
from agentflow_lint.model.values import Location
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from agentflow_lint.model.files import ProjectFiles

_QUOTES = ("'", '"')
_VARIABLE = re.compile(r"\$|environ|getenv")


@record(frozen=True)
class Written:
    """A stretch of a file: ``raw`` is ``text.content[start:end]``."""

    path: str
    text: SourceText
    start: int
    end: int

    @property
    def raw(self) -> str:
        """The characters as they stand in the file."""
        return self.text.content[self.start : self.end]

    @property
    def quote(self) -> str:
        """The quotation mark around it, "" where there is none."""
        raw = self.raw
        return raw[0] if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in _QUOTES else ""

    @property
    def inner(self) -> str:
        """What is between the quotation marks, escapes as they are written."""
        mark = len(self.quote)
        return self.raw[mark : len(self.raw) - mark]

    def edit(self, start: int, end: int, text: str) -> Edit:
        """The edit that puts ``text`` between two offsets of the file."""
        return Edit(Location(self.path, self.text.span(start, end)), text)


def written_at(files: ProjectFiles, location: Location | None) -> Written | None:
    """What stands at a place; None where the file cannot be read or has no such place."""
    text = files.read(location.path) if location else None
    if location is None or not isinstance(text, SourceText):
        return None
    span = location.span
    if not (0 < span.line <= span.end_line <= text.line_count):
        return None
    start, end = text.offset(span.line, span.column), text.offset(span.end_line, span.end_column)
    return Written(location.path, text, start, end) if 0 <= start <= end <= len(text.content) else None


def replaced(files: ProjectFiles, location: Location | None, old: str, new: str) -> Edit | None:
    """Put ``new`` in place of a value, between its quotation marks, where it is written exactly as ``old``."""
    found = written_at(files, location)
    if found is None or found.inner != old or not old:
        return None
    start = found.start + len(found.quote)
    return found.edit(start, start + len(old), new)


def replaced_within(files: ProjectFiles, location: Location | None, old: str, new: str) -> Edit | None:
    """Put ``new`` in place of the one ``old`` (in any case) of a value.

    None where a variable stands in front of it: then it may be a default that does not count.
    """
    found = written_at(files, location)
    matches = list(re.finditer(re.escape(old), found.raw, re.IGNORECASE)) if found and old else []
    if found is None or len(matches) != 1 or _VARIABLE.search(found.raw[: matches[0].start()]):
        return None
    return found.edit(found.start + matches[0].start(), found.start + matches[0].end(), new)


def replaced_once(files: ProjectFiles, location: Location | None, old: str, new: str) -> Edit | None:
    """Put ``new`` in place of the one ``old`` of a value, which is all that the edit then shows of it."""
    found = written_at(files, location)
    if found is None or not old or found.raw.count(old) != 1:
        return None
    start = found.start + found.raw.index(old)
    return found.edit(start, start + len(old), new)


def line_break_after(text: SourceText, offset: int) -> int:
    """The offset of the end of the line that ``offset`` is in, before its newline."""
    line, _ = text.position(offset)
    return text.line_starts[line - 1] + len(text.line(line))


def indentation(text: SourceText, offset: int) -> str:
    """The blanks that the line of ``offset`` begins with."""
    line, _ = text.position(offset)
    found = re.match(r"[ \t]*", text.line(line))
    return found[0] if found else ""
