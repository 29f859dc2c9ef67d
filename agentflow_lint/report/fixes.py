"""Fixes as the reports show them: what would be written where, unless that would show a secret."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Applicability, apply_edits, newline_of
from agentflow_lint.records import record
from agentflow_lint.report.masking import is_env_file, masked_line
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.fix import Edit, Fix
    from agentflow_lint.model.project import Project

#: How each kind of fix is asked for.
ASKED_FOR = {
    Applicability.SAFE: "safe; --fix",
    Applicability.UNSAFE: "unsafe; --fix --unsafe-fixes",
    Applicability.SUGGESTION: "suggestion; by hand",
}


@record(frozen=True)
class Replacement:
    """An edit with its text as the file will hold it: with the file's own newlines."""

    edit: Edit
    text: str


def replacements(project: Project, fix: Fix) -> tuple[Replacement, ...] | None:
    """The edits of a fix, in their order.

    None when a text among them holds what would be masked in a source line, or a file that is edited cannot be read:
    half of a fix is worse than none.
    """
    by_path: dict[str, list[Edit]] = defaultdict(list)
    for edit in fix.edits:
        by_path[edit.location.path].append(edit)
    texts: dict[str, SourceText] = {}
    for path, edits in by_path.items():
        text = project.files.read(path)
        texts[path] = text if isinstance(text, SourceText) else SourceText("")
        if not isinstance(text, SourceText) and project.files.is_file(path):
            return None
        if any(_shows_a_secret(texts[path], edit) for edit in edits):
            return None
    return tuple(
        Replacement(edit, edit.text.replace("\n", newline_of(texts[edit.location.path]))) for edit in fix.edits
    )


def fixable(findings: Iterable[Finding]) -> tuple[int, int]:
    """How many findings ``--fix`` removes, and how many more ``--unsafe-fixes`` does."""
    kinds = [finding.fix.applicability for finding in findings if finding.fix]
    return kinds.count(Applicability.SAFE), kinds.count(Applicability.UNSAFE)


def _shows_a_secret(text: SourceText, edit: Edit) -> bool:
    """Whether some line of the new text would not be shown as it is where it comes to stand."""
    edited = SourceText(apply_edits(text, [edit]))
    written = SourceText(edit.text)
    env_file = is_env_file(edit.location.path)
    for number in range(written.line_count):
        part = written.line(number + 1).strip()
        shown = masked_line(edited, edit.location.span.line + number, assignments_only=env_file)
        if part and part not in (shown or ""):
            return True
    return False
