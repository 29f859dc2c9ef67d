"""Which projects a run is about.

A project is a folder that holds ``10xgraph.json`` or ``agentflow.json``. A path given to the linter may be such a
folder, a folder above many, or any file of one; the whole project is always analysed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.model.config_file import CONFIG_NAMES
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

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


def discover(paths: Iterable[str], exclude: Iterable[str] = (), overlay: Collection[str] = ()) -> Discovery:
    """Find the projects for ``paths``; ``exclude`` are names of folders not to walk into.

    ``overlay`` are the real paths of files that count as existing, such as what an editor has not saved.
    Raises :class:`FileNotFoundError` for a path that does not exist.
    """
    skipped = SKIPPED_FOLDERS | set(exclude)
    roots: set[str] = set()
    empty: list[str] = []
    for path in paths:
        if not os.path.lexists(path) and os.path.realpath(path) not in overlay:
            raise FileNotFoundError(path)
        found = set(_roots_for(os.path.abspath(path), skipped, overlay))
        roots |= found
        if not found:
            empty.append(path)
    return Discovery(tuple(sorted(roots)), tuple(empty))


def _roots_for(path: str, skipped: frozenset[str], overlay: Collection[str]) -> Iterator[str]:
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    below = [*_walk(folder, skipped), *_overlaid(folder, skipped, overlay)] if os.path.isdir(path) else []
    if below:
        yield from below
        return
    owner = _nearest_above(folder, overlay)
    if owner:
        yield owner
    elif not os.path.isdir(path):
        yield from _walk(folder, skipped)
        yield from _overlaid(folder, skipped, overlay)


def _overlaid(folder: str, skipped: frozenset[str], overlay: Collection[str]) -> Iterator[str]:
    """The folders below ``folder`` whose config is in the overlay."""
    prefix = os.path.realpath(folder).rstrip(os.sep) + os.sep
    for path in overlay:
        if path.startswith(prefix) and os.path.basename(path) in CONFIG_NAMES:
            inner = os.path.dirname(path[len(prefix) :])
            if skipped.isdisjoint(inner.split(os.sep)):
                yield os.path.join(folder, inner) if inner else folder


def _walk(folder: str, skipped: frozenset[str]) -> Iterator[str]:
    for current, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in skipped and not _is_environment(current, name))
        if any(name in names for name in CONFIG_NAMES):
            yield current


def _is_environment(folder: str, name: str) -> bool:
    """Whether a folder is a virtual environment, whatever its name."""
    return os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))


def _nearest_above(folder: str, overlay: Collection[str]) -> str | None:
    """The nearest folder, from here upwards, with a config; the search stops at the repository's root."""
    while True:
        if any(_is_file(os.path.join(folder, name), overlay) for name in CONFIG_NAMES):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = parent


def _is_file(path: str, overlay: Collection[str]) -> bool:
    return os.path.isfile(path) or (bool(overlay) and os.path.realpath(path) in overlay)
