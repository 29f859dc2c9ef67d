"""Edits of what installs distributions: an extra of a requirement, and a requirement beside another one.

Requirements stand in requirements files, in the lists of pyproject.toml and on the command line of ``pip install``. A
project with a lock file is left alone: its tool has to write that anew.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.places import indentation, line_break_after, written_at
from agentflow_lint.sources.requirements import lock_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.engine.editing.places import Written
    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.values import Location

_NAME = re.compile(r"(?P<quote>[\"']?)(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[(?P<extras>[^\]]*)\])?")
_FILE = re.compile(r"(?:.*[._-])?requirements(?:[._-].*)?\.(?:txt|in)\Z|.*/requirements/[^/]*\.(?:txt|in)\Z")
_BLANK = (" ", "\t")


def extra_added(files: ProjectFiles, requirement: Location, distribution: str, extra: str) -> Edit | None:
    """Add an extra to a requirement on ``distribution``."""
    found = _editable(files, requirement)
    match = _NAME.match(found.raw) if found else None
    if found is None or match is None or _canonical(match["name"]) != _canonical(distribution):
        return None
    end = found.start + match.end("name")
    if match["extras"] is not None:
        at = found.start + match.end("extras")
        return found.edit(at, at, f",{extra}" if match["extras"].strip() else extra)
    if _is_command(found) and not match["quote"]:
        raw = found.raw[: match.end("name")] + f"[{extra}]" + found.raw[match.end("name") :]
        return None if '"' in raw or "'" in raw else found.edit(found.start, found.end, f'"{raw}"')
    return found.edit(end, end, f"[{extra}]")


def requirements_added(files: ProjectFiles, beside: Location, requirements: Sequence[str]) -> Edit | None:
    """Add requirements beside another one: in front of it in a list, behind it in a file or a command."""
    found = _editable(files, beside)
    if found is None:
        return None
    content, text = found.text.content, found.text
    if _is_command(found):
        if content[found.start - 1 : found.start] not in _BLANK or not re.match(r"\s|\Z|[;&|]", content[found.end :]):
            return None
        shown = [f'"{each}"' if re.search(r"[^A-Za-z0-9._=-]", each) else each for each in requirements]
        return found.edit(found.end, found.end, "".join(f" {each}" for each in shown))
    if posixpath.basename(found.path) == "pyproject.toml":
        quote = found.quote
        if not quote or any(quote in each for each in requirements):
            return None
        line = text.line_starts[text.position(found.start)[0] - 1]
        own_line = not content[line : found.start].strip()
        separator = f",\n{indentation(text, found.start)}" if own_line else ", "
        return found.edit(
            found.start, found.start, "".join(f"{quote}{each}{quote}{separator}" for each in requirements)
        )
    end = line_break_after(text, found.end)
    if content[found.end : end].rstrip().endswith("\\"):
        return None
    return found.edit(end, end, "".join(f"\n{each}" for each in requirements))


def _editable(files: ProjectFiles, at: Location) -> Written | None:
    """What stands there, where a person writes it."""
    name = posixpath.basename(at.path)
    if lock_kind(name) is not None:
        return None
    if name == "pyproject.toml" and any(lock_kind(each) is not None for each in files.names()):
        return None
    found = written_at(files, at)
    if found is None or not found.raw or "\n" in found.raw or "\r" in found.raw or "$" in found.raw:
        return None
    return found


def _is_command(found: Written) -> bool:
    return not _FILE.match(found.path) and posixpath.basename(found.path) != "pyproject.toml"


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
