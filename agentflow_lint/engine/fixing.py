"""Applies the fixes of findings to the text of files: one pass, in memory, nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Applicability, edited_bytes
from agentflow_lint.model.files import Missing
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.fix import Edit, Fix
    from agentflow_lint.model.files import ProjectFiles


class DivergingFixesError(Exception):
    """Fixes undo one another; ``codes`` are the rules whose fixes were still at it in the last pass."""

    def __init__(self, passes: int, codes: tuple[str, ...]) -> None:
        super().__init__(f"the fixes of {', '.join(codes)} do not come to an end in {passes} passes")
        self.codes = codes


@record(frozen=True)
class FixedFile:
    """A file that fixes change: its real absolute path, what the disk holds (None: there is no such file), and what
    it is to hold.
    """

    path: str
    before: bytes | None
    after: bytes


@record(frozen=True)
class Pass:
    """What one pass comes to: the new bytes of each file that changes, whose findings it fixes, and whose wait.

    ``postponed`` fixes overlap with one that was applied; another run over the result decides whether they still apply.
    """

    contents: Mapping[str, bytes]
    fixed: tuple[Finding, ...]
    postponed: tuple[Finding, ...]


def allowed(fix: Fix | None, unsafe: bool) -> bool:
    """Whether a fix may be applied: safe ones always, unsafe ones with ``unsafe``, suggestions never."""
    if fix is None:
        return False
    return fix.applicability is Applicability.SAFE or (unsafe and fix.applicability is Applicability.UNSAFE)


def apply_fixes(files: ProjectFiles, findings: Iterable[Finding], unsafe: bool = False) -> Pass:
    """Apply the allowed fixes of ``findings`` to the texts of ``files``, the first come first.

    A fix is applied as a whole or not at all. Two findings with the same edits (one mistake that two deployments see)
    are fixed together. A fix of a file that cannot be read is postponed.
    """
    taken: dict[str, list[Edit]] = {}
    applied: set[tuple[Edit, ...]] = set()
    fixed: list[Finding] = []
    postponed: list[Finding] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not allowed(fix, unsafe):
            continue
        if fix.edits not in applied:
            if any(_collides(edit, taken.get(edit.location.path, ())) for edit in fix.edits):
                postponed.append(finding)
                continue
            if any(_text(files, edit.location.path) is None for edit in fix.edits):
                postponed.append(finding)
                continue
            applied.add(fix.edits)
            for edit in fix.edits:
                taken.setdefault(edit.location.path, []).append(edit)
        fixed.append(finding)
    contents = {}
    for path, edits in taken.items():
        text = _text(files, path)
        assert text is not None
        contents[path] = edited_bytes(text, edits)
    return Pass(contents, tuple(fixed), tuple(postponed))


def _text(files: ProjectFiles, path: str) -> SourceText | None:
    """The text that an edit of ``path`` starts from; None when the file is there and cannot be read."""
    found = files.read(path)
    if isinstance(found, Missing):
        return SourceText("")
    return found if isinstance(found, SourceText) else None


def _collides(edit: Edit, others: Iterable[Edit]) -> bool:
    """Whether an edit touches what another one does; two that meet at one point may, unless both insert there."""
    span = edit.location.span
    start, end = span[:2], span[2:]
    for other in others:
        other_start, other_end = other.location.span[:2], other.location.span[2:]
        if start < other_end and other_start < end:
            return True
        if (start == end and other_start <= start <= other_end) or (
            other_start == other_end and start <= other_start <= end
        ):
            return True
    return False
