"""What fixes change, as a unified diff without the secrets that stand around it."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from agentflow_lint.report.frame import shown_line
from agentflow_lint.report.words import from_working_directory
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agentflow_lint.engine.fixing import FixedFile
    from agentflow_lint.report.palette import Palette

_CONTEXT = 3


def diff_report(files: Iterable[FixedFile], working: str, palette: Palette) -> str:
    """The changes of all files, their paths as seen from ``working``.

    Lines are shown masked, as in every report: a diff for a person to read, which does not apply where it hides a
    secret.
    """
    return "".join(f"{line}\n" for file in files for line in _file(file, working, palette))


def _file(file: FixedFile, working: str, palette: Palette) -> Iterator[str]:
    path = from_working_directory(file.path, "", working)
    old = SourceText.decode(file.before or b"")
    new = SourceText.decode(file.after)
    yield palette.strong("--- /dev/null" if file.before is None else f"--- {path}")
    yield palette.strong(f"+++ {path}")
    old_lines, new_lines = _lines(old), _lines(new)
    matcher = SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
        yield palette.gutter(f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@")
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                yield from _shown(" ", path, old, range(old_from, old_to))
                continue
            yield from map(palette.bad, _shown("-", path, old, range(old_from, old_to)))
            yield from map(palette.good, _shown("+", path, new, range(new_from, new_to)))


def _lines(text: SourceText) -> Sequence[str]:
    """The lines with their newlines, so that one that changes is a change."""
    bounds = [*text.line_starts, len(text.content)]
    lines = [text.content[start:end] for start, end in pairwise(bounds)]
    return lines if lines[-1] else lines[:-1]


def _range(start: int, end: int) -> str:
    """A range of lines as unified diffs spell it: an empty one starts at the line before it."""
    if end - start == 1:
        return str(start + 1)
    return f"{start + 1 if end > start else start},{end - start}"


def _shown(sign: str, path: str, text: SourceText, numbers: range) -> Iterator[str]:
    for number in numbers:
        yield sign + shown_line(path, text, number + 1)
        if number + 1 == text.line_count and text.line(number + 1):
            yield "\\ No newline at end of file"
