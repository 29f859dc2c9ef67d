"""Which projects a run is about.

A project is a folder that holds ``10xgraph.json`` or ``agentflow.json``. A path given to the linter may be such a
folder, a folder above many, or any file of one; the whole project is always analysed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.model.config_file import CONFIG_NAMES
from agentflow_lint.model.disk import DISK, Disk
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Folders that never hold a project of one's own: version control, caches, installed packages, build output.
SKIPPED_FOLDERS = frozenset(
    {
        ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", ".mypy_cache", ".pytest_cache", ".ruff_cache",
        "__pycache__", "node_modules", "site-packages", ".eggs", ".idea", ".vscode",
    }
)  # fmt: skip


@record(frozen=True)
class Discovery:
    """The project roots found (absolute, sorted), and the paths below or above which none was found."""

    roots: tuple[str, ...]
    empty: tuple[str, ...]


def discover(paths: Iterable[str], exclude: Iterable[str] = (), disk: Disk = DISK) -> Discovery:
    """Find the projects of ``disk`` for ``paths``; ``exclude`` are names of folders not to walk into.

    Raises :class:`FileNotFoundError` for a path that does not exist.
    """
    skipped = SKIPPED_FOLDERS | set(exclude)
    roots: set[str] = set()
    empty: list[str] = []
    for path in paths:
        if not disk.lexists(path):
            raise FileNotFoundError(path)
        found = set(_roots_for(os.path.abspath(path), skipped, disk))
        roots |= found
        if not found:
            empty.append(path)
    return Discovery(tuple(sorted(roots)), tuple(empty))


def _roots_for(path: str, skipped: frozenset[str], disk: Disk) -> Iterator[str]:
    is_dir = disk.is_dir(path)
    folder = path if is_dir else os.path.dirname(path)
    below = list(_walk(folder, skipped, disk)) if is_dir else []
    if below:
        yield from below
        return
    owner = _nearest_above(folder, disk)
    if owner:
        yield owner
    elif not is_dir:
        yield from _walk(folder, skipped, disk)


def _walk(folder: str, skipped: frozenset[str], disk: Disk) -> Iterator[str]:
    for current, folders, names in disk.walk(folder):
        folders[:] = [name for name in folders if name not in skipped and not _is_environment(current, name, disk)]
        if any(name in names for name in CONFIG_NAMES):
            yield current


def _is_environment(folder: str, name: str, disk: Disk) -> bool:
    """Whether a folder is a virtual environment, whatever its name."""
    return disk.exists(os.path.join(folder, name, "pyvenv.cfg"))


def _nearest_above(folder: str, disk: Disk) -> str | None:
    """The nearest folder, from here upwards, with a config; the search stops at the repository's root."""
    while True:
        if any(disk.is_file(os.path.join(folder, name)) for name in CONFIG_NAMES):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder or disk.exists(os.path.join(folder, ".git")):
            return None
        folder = parent
