"""Fixes as the reports show them: what would be written where, unless that would show a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.fix import Applicability, newline_of
from agentflow_lint.framework.secrets import HIDDEN
from agentflow_lint.model.files import Unreadable
from agentflow_lint.records import record
from agentflow_lint.report.masking import is_env_file, masked_line
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.project import Project

#: How each kind of fix is asked for.
ASKED_FOR = {
    Applicability.SAFE: "safe; --fix",
    Applicability.UNSAFE: "unsafe; --fix --unsafe-fixes",
    Applicability.SUGGESTION: "suggestion; by hand",
}

#: What is shorter occurs everywhere.
_SHORTEST = 3
#: What a header such as Connection is set to is a reference, and no secret.
_NGINX_VARIABLE = re.compile(r"\$\w+;")
_WORD = re.compile(rf"[^\s\"'=:,]{{{_SHORTEST},}}")


@record(frozen=True)
class Replacement:
    """An edit with its text as the file will hold it: with the file's own newlines."""

    edit: Edit
    text: str


def replacements(project: Project, finding: Finding) -> tuple[Replacement, ...] | None:
    """The edits of a finding's fix, in their order.

    None when a text among them repeats what is hidden when the files that the finding names are shown, or when a file
    that is edited cannot be read: half of a fix is worse than none.
    """
    edits = finding.fix.edits if finding.fix else ()
    texts: dict[str, SourceText] = {}
    for edit in edits:
        text = project.files.read(edit.location.path)
        if isinstance(text, Unreadable):
            return None
        texts[edit.location.path] = text if isinstance(text, SourceText) else SourceText("")
    named = {finding.location.path, *(related.location.path for related in finding.related), *texts}
    for path in sorted(named):
        text = project.files.read(path)
        if isinstance(text, SourceText) and any(_repeats_a_secret(edit.text, path, text) for edit in edits):
            return None
    return tuple(Replacement(edit, edit.text.replace("\n", newline_of(texts[edit.location.path]))) for edit in edits)


def fixable(findings: Iterable[Finding]) -> tuple[int, int]:
    """How many findings ``--fix`` removes, and how many more ``--unsafe-fixes`` does."""
    kinds = [finding.fix.applicability for finding in findings if finding.fix]
    return kinds.count(Applicability.SAFE), kinds.count(Applicability.UNSAFE)


def _repeats_a_secret(written: str, path: str, text: SourceText) -> bool:
    """Whether ``written`` holds what is hidden in some line of the file at ``path``."""
    words = set(_WORD.findall(written))
    for number in range(1, text.line_count + 1) if words else ():
        line = text.line(number)
        if any(word in line for word in words):
            shown = masked_line(text, number, assignments_only=is_env_file(path))
            if any(secret in written for secret in _hidden_in(line, shown)):
                return True
    return False


def _hidden_in(line: str, shown: str | None) -> Iterator[str]:
    """The parts of a line that are hidden where it is shown; those of a line that is not shown are its words."""
    if shown is None:
        yield from _WORD.findall(line)
        return
    first, *kept = shown.split(HIDDEN)
    done = len(first)
    for number, part in enumerate(kept, 1):
        end = len(line) if number == len(kept) and not part else line.find(part, done)
        hidden = line[done:end].strip()
        if len(hidden) >= _SHORTEST and hidden != HIDDEN and not _NGINX_VARIABLE.fullmatch(hidden):
            yield hidden
        done = end + len(part)
