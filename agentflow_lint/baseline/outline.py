"""What the line of a finding looks like, without anything that may be secret.

A baseline is committed, so nothing that stands in it may help to guess a value. The outline is made of names only: what
stands before the first ``=`` or ``:`` of a line, an instruction of a Dockerfile, the identifiers of a line of Python.
Values, literals and comments are left out before anything is hashed.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from agentflow_lint.report.masking import is_env_file, masked_line
from agentflow_lint.sources.text import START

if TYPE_CHECKING:
    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.model.files import ProjectFiles

_STRING = re.compile(r"[A-Za-z]{0,2}(?:\"\"\".*?(?:\"\"\"|$)|'''.*?(?:'''|$)|\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?)")
_NAME = re.compile(r"[\s\-\[{\"']*(?P<name>[A-Za-z_][\w.-]*)[\"']?[ \t]*[=:]")
_INSTRUCTION = re.compile(r"[ \t]*(?P<name>[A-Z]{3,11})[ \t]")


def outline(files: ProjectFiles, finding: Finding) -> str:
    """16 hexadecimal digits that stand for the names on the finding's line; equal for lines that look alike."""
    return sha256(f"agentflow-lint/outline/1\0{names_on_line(files, finding)}".encode()).hexdigest()[:16]


def names_on_line(files: ProjectFiles, finding: Finding) -> str:
    """The names on the finding's line, from left to right; empty for a finding about a whole file."""
    text = files.glance(finding.location.path)
    if text is None or finding.location.span == START:
        return ""
    path = finding.location.path
    line = masked_line(text, finding.location.span.line, assignments_only=is_env_file(path)) or ""
    if path.endswith(".py"):
        code = _STRING.sub('""', line).partition("#")[0]
        return " ".join(re.findall(r"[^\W\d]\w*", code))
    named = _NAME.match(line) or _INSTRUCTION.match(line)
    return named["name"] if named else ""
