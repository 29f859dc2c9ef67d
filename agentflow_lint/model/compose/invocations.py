"""Which compose files the project's own scripts and instructions name together: ``compose -f a.yml -f b.yml``."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.files import ProjectFiles

#: Where commands are written down: by name in the root, and whatever lies in these folders.
_NAMES = re.compile(
    r"Makefile|[Jj]ustfile|Taskfile\.ya?ml|README(?:\.\w+)?|DEPLOY\w*\.md|package\.json|.+\.(?:sh|bash|mk)", re.ASCII
)
_FOLDERS = ("scripts", "bin", "deploy", "docs", ".github/workflows")
_MOST_FILES = 100
#: What lies beyond this many bytes of one file is not searched.
_LONGEST = 200_000

_COMMAND = re.compile(r"docker[ -]compose((?:[ \t]+(?:\\\r?\n[ \t]*)?(?:-f|--file)[ =][^\s;&|]+){2,})")
_FILE = re.compile(r"(?:-f|--file)[ =][\"']?([^\s;&|\"'`]+)")


def invocations(files: ProjectFiles) -> tuple[tuple[str, ...], ...]:
    """The files that are named together, in their order, each sequence once; only those that are all there."""
    found: dict[tuple[str, ...], None] = {}
    for path in _paths(files):
        data = files.read_bytes(path)
        if isinstance(data, (Missing, Unreadable)):
            continue
        # Nothing depends on the whole of such a file, so its encoding is no matter to report.
        for match in _COMMAND.finditer(data[:_LONGEST].decode("utf-8", "replace")):
            named = tuple(posixpath.normpath(each) for each in _FILE.findall(match[1]))
            if all(files.is_file(each) for each in named):
                found[named] = None
    return tuple(found)


def _paths(files: ProjectFiles) -> Iterator[str]:
    yield from [name for name in files.names() if _NAMES.fullmatch(name) and files.is_file(name)][:_MOST_FILES]
    for folder in _FOLDERS:
        for name in files.names(folder)[:_MOST_FILES]:
            path = posixpath.join(folder, name)
            if name.endswith((".sh", ".bash", ".md", ".yml", ".yaml")) and files.is_file(path):
                yield path
