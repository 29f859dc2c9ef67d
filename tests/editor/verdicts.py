"""What the command line says of files, and what a client has been shown, in one shape that can be compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from agentflow_lint.check import Request, check
from agentflow_lint.config_source import ConfigurationError
from agentflow_lint.editor.paths import path_of
from agentflow_lint.engine.suppressions.errors import SuppressionError
from tests.editor.mirror import characters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lsprotocol import types

    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.values import Location

#: Path, line, column, end line, end column, code, severity, deployment, message, related places.
Verdict = tuple[Any, ...]

_SEVERITIES = {1: "error", 2: "warning", 3: "info"}
#: What a failure of the linter's own configuration comes to, whatever it is.
FAILED = [("the run ends here",)]


def of_fresh_run(root: Path, catalogue: Catalogue) -> list[Verdict]:
    """What a run that remembers nothing says of the files in a folder."""
    try:
        report = check(Request(paths=(str(root),)), catalogue)
    except (ConfigurationError, SuppressionError):
        return FAILED
    assert not report.crashes, report.crashes
    found = []
    for run in report.runs:
        files = run.project.files
        for each in run.findings:
            related = tuple(
                (step.location.path, *_places(files, step.location)[:2], step.message) for step in each.related
            )
            message = f"{each.message}\nHelp: {each.help}"
            places = _places(files, each.location)
            found.append(
                (each.location.path, *places, each.code, each.severity.value, each.deployment, message, related)
            )
    return sorted(found, key=repr)


def _places(files: ProjectFiles, location: Location) -> tuple[int, int, int, int]:
    """A span as a client can name it: a line's end is no character."""
    text = files.glance(location.path)
    line, column, end_line, end_column = location.span
    if text is None:
        return 1, 1, 1, 1
    return line, min(column, len(text.line(line)) + 1), end_line, min(end_column, len(text.line(end_line)) + 1)


def of_command_line(root: Path) -> list[Verdict]:
    """What a process of its own says: less of each finding, because JSON holds less."""
    done = subprocess.run(
        [sys.executable, "-m", "agentflow_lint", "check", str(root), "--output-format", "json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == 2:
        return FAILED
    found = json.loads(done.stdout)["diagnostics"]
    prefix = os.path.relpath(root).replace(os.sep, "/")
    return sorted(
        (
            (
                os.path.relpath(each["path"], prefix),
                *(each[key] for key in ("line", "column", "end_line", "end_column", "code", "severity", "deployment")),
            )
            for each in found
        ),
        key=repr,
    )


def shown(
    published: Mapping[str, list[types.Diagnostic]], root: Path, texts: Mapping[str, str], encoding: str
) -> list[Verdict]:
    """What a client has been shown. ``texts`` are those that it has; it reads all others from the disk."""

    def text_of(path: str) -> str:
        return texts[path] if path in texts else (root / path).read_bytes().decode("utf-8").removeprefix("\ufeff")

    def place(path: str, at: types.Position) -> tuple[int, int]:
        try:
            return characters(text_of(path), at.line, at.character, encoding)
        except (FileNotFoundError, UnicodeDecodeError):  # findings about such files are at their first character
            assert (at.line, at.character) == (0, 0)
            return 1, 1

    found = []
    for uri, diagnostics in published.items():
        path = relative(uri, root)
        for each in diagnostics:
            if each.code in ("configuration", "suppression"):
                return FAILED
            related = tuple(
                (step_path, *place(step_path, step.location.range.start), step.message)
                for step in each.related_information or ()
                for step_path in [relative(step.location.uri, root)]
            )
            deployment = each.data["deployment"] if isinstance(each.data, dict) else None
            severity = _SEVERITIES[int(each.severity or 0)]
            start, end = place(path, each.range.start), place(path, each.range.end)
            found.append((path, *start, *end, each.code, severity, deployment, each.message, related))
    return sorted(found, key=repr)


def relative(uri: str, root: Path) -> str:
    """The path below ``root`` of an address."""
    path = path_of(uri)
    assert path is not None
    return os.path.relpath(path, root).replace(os.sep, "/")
