"""What holds of every fix.

A fixed file parses, nothing outside the change is touched, the finding is gone, no new one appears, and a second time
changes nothing.
"""

from __future__ import annotations

import ast
import json
import os
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import libcst

from agentflow_lint.check import Request, check
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.fixing import allowed
from agentflow_lint.engine.identity import fingerprint
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.fix import fix, write_fixes

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.pages import Example
    from agentflow_lint.engine.run import Report
    from agentflow_lint.fix import Fixed

CATALOGUE = load_catalogue()

#: What a mistake hides until it is mended, by the rule whose fix brings it to light: a key of the wrong name hides what
#: it says, an env file that is not found all that is in it. A server that nobody reaches needs no limit, one that
#: reloads has one process, a limit that is off is not kept by many. A requirement of an old release has the name of its
#: time, and the new name is that of a release which wants another name for the config. A database needs its tables and
#: address. Whatever keeps the server from starting hides everything that comes after the start.
BROUGHT_TO_LIGHT = {
    "AF104": {"AF115", "AF502"},
    "AF111": {"AF302"},
    "AF118": {"AF302", "AF303"},
    "AF212": {"AF217"},
    "AF217": {"AF107"},
    "AF222": {"AF407"},
    "AF223": {"AF409"},
    "AF409": {"AF407"},
    "AF501": {"AF115", "AF511"},
    "AF502": {"AF115", "AF511"},
}


def write(example: Example, folder: Path) -> None:
    for path, content in example.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def findings(report: Report) -> set[Finding]:
    assert report.crashes == ()
    return {finding for run in report.runs for finding in run.findings}


def identities(report: Report) -> set[tuple[str, str]]:
    return {(finding.code, fingerprint(finding)) for finding in findings(report)}


def assert_untouched_outside(before: bytes, after: bytes, fixed: Fixed) -> None:
    """The lines that differ are few, and newlines, encoding and byte order mark are the old ones."""
    assert before.startswith(b"\xef\xbb\xbf") == after.startswith(b"\xef\xbb\xbf")
    if b"\r\n" in before and b"\n" not in before.replace(b"\r\n", b""):
        assert b"\n" not in after.replace(b"\r\n", b"")
    elif b"\r" not in before:
        assert b"\r" not in after
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    kept = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    edited = sum(
        edit.location.span.end_line - edit.location.span.line + 1
        for run in fixed.report.runs
        for finding in run.fixed
        if finding.fix
        for edit in finding.fix.edits
    )
    assert len(old) - kept <= edited


def assert_parses(path: str, before: bytes | None, content: bytes) -> None:
    """What is fixed can be read; a module in the syntax of a later Python than the one at hand, by libcst at least."""
    name = os.path.basename(path)
    if name.endswith(".py"):
        libcst.parse_module(content)
        if is_python(before or b""):
            ast.parse(content)
    elif name.endswith(".json"):
        json.loads(content)
    elif name.endswith((".yaml", ".yml")):
        import yaml

        list(yaml.safe_load_all(content))


def is_python(content: bytes) -> bool:
    try:
        ast.parse(content)
    except SyntaxError:
        return False
    return True


def assert_fixes_well(folder: Path, unsafe: bool) -> int:
    """Fix a folder for good and return how many findings that made go away."""
    request = Request(paths=(str(folder),))
    before = check(request, CATALOGUE)
    known = identities(before)
    fixed = fix(request, unsafe, CATALOGUE)
    for file in fixed.files:
        assert_parses(file.path, file.before, file.after)
        if file.before is not None:
            assert_untouched_outside(file.before, file.after, fixed)
    mended = {finding for run in fixed.report.runs for finding in run.fixed}
    hidden = set().union(*(BROUGHT_TO_LIGHT.get(finding.code, set()) for finding in mended))
    did_not_start = any(finding.consequence is Consequence.REFUSES_TO_START for finding in mended)
    appeared = {
        (finding.code, finding.message)
        for finding in findings(fixed.report)
        if (finding.code, fingerprint(finding)) not in known and finding.code not in hidden and not did_not_start
    }
    assert appeared == set(), "fixing makes new findings"
    left = [finding for finding in findings(fixed.report) if allowed(finding.fix, unsafe)]
    assert left == [], "a finding whose fix was applied is still there"
    write_fixes(fixed.files)
    again = fix(request, unsafe, CATALOGUE)
    assert again.files == ()
    assert findings(again.report) == findings(fixed.report)
    return sum(len(run.fixed) for run in fixed.report.runs)
