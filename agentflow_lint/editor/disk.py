"""The disk as an editor sees it: open buffers over the files, and nothing read twice that has not changed.

A :class:`DiskCache` lives as long as the server and remembers contents by the file's status (inode, size, times). A
:class:`Snapshot` is one state of the open buffers over it: what one computation asks, while newer edits come in.
"""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING

from agentflow_lint.model.disk import Content, Disk, NotRegular, TooLarge
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agentflow_lint.editor.buffers import Buffer

#: A file that was changed so shortly before it was read may change again within one tick of the file system's clock.
_UNSETTLED_NANOSECONDS = 50_000_000
#: A file that no computation has asked for in so many computations is forgotten.
_FORGOTTEN_AFTER = 64

_Status = tuple[int, int, int, int, int]


class Cancelled(BaseException):
    """A newer edit makes a computation pointless. Not an Exception, so that no rule's crash is made of it."""


@record
class _Remembered:
    status: _Status
    content: Content
    asked: int


class DiskCache:
    """Contents of files by path, each as long as the file's status stays."""

    def __init__(self) -> None:
        self._files: dict[str, _Remembered] = {}
        self._folders: dict[str, tuple[_Status, tuple[str, ...]]] = {}
        self._computation = 0
        #: How many files have been read from the disk so far.
        self.reads = 0

    def read(self, path: str, limit: int) -> Content:
        """As :meth:`Disk.read`."""
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegular
        if status.st_size > limit:
            raise TooLarge(status.st_size)
        held = self._files.get(path)
        known = _status(status)
        if held is not None and held.status == known:
            held.asked = self._computation
            return held.content
        with open(path, "rb") as stream:
            data = stream.read(limit + 1)
        self.reads += 1
        content = held.content if held is not None and held.content.data == data else Content(data)
        self._files[path] = _Remembered(known if _is_settled(status) else _NEVER, content, self._computation)
        return content

    def names(self, path: str) -> tuple[str, ...]:
        """As :meth:`Disk.names`."""
        try:
            status = os.stat(path)
            held = self._folders.get(path)
            known = _status(status)
            if held is not None and held[0] == known:
                return held[1]
            names = tuple(sorted(os.listdir(path)))
        except OSError:
            self._folders.pop(path, None)
            return ()
        if _is_settled(status):
            self._folders[path] = known, names
        return names

    def next_computation(self) -> None:
        """Count one, and forget the files that none of the last ones has asked for."""
        self._computation += 1
        if self._computation % _FORGOTTEN_AFTER == 0:
            oldest = self._computation - _FORGOTTEN_AFTER
            self._files = {path: held for path, held in self._files.items() if held.asked >= oldest}
            self._folders.clear()


#: The status of a file that must be read again.
_NEVER: _Status = (0, 0, 0, 0, 0)


def _status(status: os.stat_result) -> _Status:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _is_settled(status: os.stat_result) -> bool:
    return time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > _UNSETTLED_NANOSECONDS


class Snapshot(Disk):
    """One state of the open buffers over the files.

    ``pause`` is called whenever a folder or a file is asked for; it may raise :class:`Cancelled`.
    """

    def __init__(self, cache: DiskCache, buffers: Iterable[Buffer], pause: Callable[[], None] | None = None) -> None:
        self._cache = cache
        self._pause = pause or (lambda: None)
        self._texts: dict[str, Content] = {}
        self._folders: dict[str, set[str]] = {}
        for buffer in buffers:
            for path in dict.fromkeys((buffer.path, _real(buffer.path))):
                self._texts[path] = buffer.content
                self._enter(path)

    def exists(self, path: str) -> bool:
        """As the disk's own."""
        return path in self._texts or path in self._folders or os.path.exists(path)

    def lexists(self, path: str) -> bool:
        """As the disk's own."""
        return path in self._texts or path in self._folders or os.path.lexists(path)

    def is_file(self, path: str) -> bool:
        """As the disk's own."""
        return path in self._texts or os.path.isfile(path)

    def is_dir(self, path: str) -> bool:
        """As the disk's own."""
        return path in self._folders or os.path.isdir(path)

    def names(self, path: str) -> tuple[str, ...]:
        """As the disk's own."""
        self._pause()
        names = self._cache.names(path)
        more = self._folders.get(path)
        return names if more is None or more <= set(names) else tuple(sorted({*names, *more}))

    def walk(self, path: str) -> Iterator[tuple[str, list[str], list[str]]]:
        """As the disk's own."""
        self._pause()
        folders: list[str] = []
        names: list[str] = []
        links: set[str] = set()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    (folders if entry.is_dir() else names).append(entry.name)
                    if entry.is_symlink():
                        links.add(entry.name)
        except OSError:
            if path not in self._folders:
                return
        for name in self._folders.get(path, ()):
            if name not in folders and name not in names:
                (folders if os.path.join(path, name) in self._folders else names).append(name)
        folders.sort()
        yield path, folders, names
        for name in folders:
            if name not in links:
                yield from self.walk(os.path.join(path, name))

    def read(self, path: str, limit: int) -> Content:
        """As the disk's own."""
        self._pause()
        open_text = self._texts.get(path)
        if open_text is None:
            return self._cache.read(path, limit)
        if len(open_text.data) > limit:
            raise TooLarge(len(open_text.data))
        return open_text

    def head(self, path: str, size: int) -> bytes:
        """As the disk's own."""
        open_text = self._texts.get(path)
        return super().head(path, size) if open_text is None else open_text.data[:size]

    def _enter(self, path: str) -> None:
        """Name a text in the folders above it, which need not be on disk yet."""
        while True:
            folder, name = os.path.split(path)
            held = self._folders.setdefault(folder, set())
            if not name or name in held:
                return
            held.add(name)
            path = folder


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except OSError:
        return path
