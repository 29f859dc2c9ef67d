"""A fix: edits of files that make a finding go away, and how far they may be trusted."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.model.values import Location
    from agentflow_lint.sources.text import SourceText


class Applicability(str, Enum):
    """How far a fix may be trusted.

    ``SAFE`` changes no meaning beyond the defect (``--fix``); ``UNSAFE`` may, and a person should look at it
    (``--unsafe-fixes``); ``SUGGESTION`` has a gap that only a person can fill, so it is shown and never applied.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    SUGGESTION = "suggestion"


@record(frozen=True)
class Edit:
    """``text`` in place of what ``location`` spans, in characters.

    An empty span inserts; a path that does not exist becomes a new file, whose edit starts at its first character.
    Newlines in ``text`` are line feeds: whoever applies the edit writes them as the file does.
    """

    location: Location
    text: str


@record(frozen=True)
class Fix:
    """Edits that belong together: all of them are applied, or none. ``description`` is an imperative sentence."""

    description: str
    applicability: Applicability
    edits: tuple[Edit, ...]


def fix_of(description: str, applicability: Applicability, *edits: Edit | None) -> Fix | None:
    """The fix of these edits; None where one of them cannot be made, or nothing would change."""
    made = tuple(dict.fromkeys(edit for edit in edits if edit is not None))
    return Fix(description, applicability, made) if made and None not in edits else None


class OverlappingEditsError(ValueError):
    """Two edits touch the same characters."""


def apply_edits(text: SourceText, edits: Iterable[Edit]) -> str:
    """The content of a file after ``edits``, all of which are edits of it.

    Inserted line feeds become the file's own newlines (those of its first line). Several insertions at one place are
    made in the given order, and before a replacement that starts there. Raises :class:`OverlappingEditsError`.
    """
    newline = newline_of(text)
    placed = sorted(
        (
            (text.offset(*span[:2]), text.offset(*span[2:]), edit.text)
            for edit in edits
            for span in [edit.location.span]
        ),
        key=lambda each: each[:2],
    )
    parts: list[str] = []
    done = 0
    for start, end, replacement in placed:
        if start < done:
            raise OverlappingEditsError(f"characters {start} to {done} are edited twice")
        parts += [text.content[done:start], replacement.replace("\n", newline)]
        done = end
    return "".join([*parts, text.content[done:]])


def _placed(text: SourceText, edit: Edit) -> tuple[int, int, str]:
    """The two character offsets between which an edit puts its text."""
    span = edit.location.span
    return text.offset(span.line, span.column), text.offset(span.end_line, span.end_column), edit.text


def edited_bytes(text: SourceText, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file after ``edits``, with the byte order mark that it has. Raises as :func:`apply_edits`."""
    return b"\xef\xbb\xbf" * text.has_bom + apply_edits(text, edits).encode()


def newline_of(text: SourceText) -> str:
    r"""How the first line of a file ends: ``\n`` (also for a file of one line), ``\r\n`` or ``\r``."""
    if text.line_count < 2:
        return "\n"
    end = text.line_starts[1]
    return "\r\n" if text.content[:end].endswith("\r\n") else text.content[end - 1]
