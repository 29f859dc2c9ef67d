"""The file system, as the linter asks it: every question about files goes through one object.

The command line asks the real one. The editor asks one that lays the open buffers over it and remembers what it has
read; see :mod:`agentflow_lint.editor.disk`.
"""

from __future__ import annotations

import os
import stat
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_T = TypeVar("_T")


class Content:
    """What a file holds. What is made of it is made once, and lives as long as the content is remembered.

    ``memory`` is that of a text that is being edited; see :class:`SourceText`.
    """

    def __init__(self, data: bytes, memory: dict[str, Any] | None = None) -> None:
        self.data = data
        self._memory = memory
        self._made: dict[Callable[..., object], object] = {}

    @cached_property
    def text(self) -> SourceText:
        """The bytes as UTF-8 text. Raises :class:`UnicodeDecodeError`."""
        return SourceText.decode(self.data, self._memory)

    def made_by(self, reader: Callable[[bytes], _T]) -> _T:
        """What ``reader``, a pure function, makes of the bytes."""
        if reader not in self._made:
            self._made[reader] = reader(self.data)
        return self._made[reader]  # type: ignore[return-value]


class TooLarge(Exception):  # noqa: N818 - an answer, not a failure
    """A file has more bytes than may be read; ``size`` says how many."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class NotRegular(Exception):  # noqa: N818 - an answer, not a failure
    """It is there and is no regular file, so reading it might never end."""


class Disk:
    """The real file system. Paths are the operating system's; what is not there is no error except where one reads."""

    def real(self, path: str) -> str:
        """The absolute path without symbolic links. Raises :class:`OSError` for a link that leads nowhere."""
        return os.path.realpath(path)

    def exists(self, path: str) -> bool:
        """Whether something is there, whatever it is; for a symbolic link, whether its target is."""
        return os.path.exists(path)

    def lexists(self, path: str) -> bool:
        """As :meth:`exists`, but a symbolic link counts by itself."""
        return os.path.lexists(path)

    def is_file(self, path: str) -> bool:
        """Whether ``path`` is a regular file."""
        return os.path.isfile(path)

    def is_dir(self, path: str) -> bool:
        """Whether ``path`` is a folder."""
        return os.path.isdir(path)

    def names(self, path: str) -> tuple[str, ...]:
        """The sorted names in a folder; empty when it cannot be listed."""
        try:
            return tuple(sorted(os.listdir(path)))
        except OSError:
            return ()

    def walk(self, path: str) -> Iterator[tuple[str, list[str], list[str]]]:
        """Each folder from ``path`` down with the names of its folders, sorted, and of its other entries.

        As :func:`os.walk`: links to folders are named and not followed, and whoever takes a name out of the list of
        folders keeps the walk out of it.
        """
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield folder, folders, names

    def read(self, path: str, limit: int) -> Content:
        """What a file holds. Raises :class:`NotRegular`, :class:`TooLarge` above ``limit`` bytes, else OSError."""
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegular
        if status.st_size > limit:
            raise TooLarge(status.st_size)
        with open(path, "rb") as stream:
            return Content(stream.read(limit + 1))

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a regular file. Raises :class:`OSError`."""
        with open(path, "rb") as stream:
            return stream.read(size)


class Overlay(Disk):
    """Contents that lie over another disk: they count instead of what is there, and are there where nothing is.

    ``contents`` maps real absolute paths to bytes.
    """

    def __init__(self, contents: Mapping[str, bytes], under: Disk) -> None:
        self._contents = contents
        self._under = under
        self._folders: dict[str, set[str]] = {}
        for path in contents:
            folder, name = os.path.split(path)
            while name and name not in self._folders.setdefault(folder, set()):
                self._folders[folder].add(name)
                folder, name = os.path.split(folder)

    def real(self, path: str) -> str:
        """As that of the disk below."""
        return self._under.real(path)

    def exists(self, path: str) -> bool:
        """As that of the disk below, and what lies over it."""
        return self._is_over(path) or self._under.exists(path)

    def lexists(self, path: str) -> bool:
        """As that of the disk below, and what lies over it."""
        return self._is_over(path) or self._under.lexists(path)

    def is_file(self, path: str) -> bool:
        """As that of the disk below, and what lies over it."""
        return os.path.realpath(path) in self._contents or self._under.is_file(path)

    def is_dir(self, path: str) -> bool:
        """As that of the disk below, and what lies over it."""
        return os.path.realpath(path) in self._folders or self._under.is_dir(path)

    def names(self, path: str) -> tuple[str, ...]:
        """As those of the disk below, and what lies over it."""
        names, more = self._under.names(path), self._folders.get(os.path.realpath(path), set())
        return names if more <= set(names) else tuple(sorted({*names, *more}))

    def walk(self, path: str) -> Iterator[tuple[str, list[str], list[str]]]:
        """As that of the disk below, and what lies over it."""
        walked = set()
        for folder, folders, names in self._under.walk(path):
            walked.add(folder)
            for name in self._folders.get(os.path.realpath(folder), ()):
                if name not in folders and name not in names:
                    (folders if self.is_dir(os.path.join(folder, name)) else names).append(name)
            folders.sort()
            yield folder, folders, names
            for name in folders:
                inner = os.path.join(folder, name)
                if not self._under.is_dir(inner):
                    yield from self.walk(inner)
        if not walked and (entries := self._folders.get(os.path.realpath(path))):
            folders = sorted(name for name in entries if self.is_dir(os.path.join(path, name)))
            yield path, folders, sorted(entries.difference(folders))
            for name in folders:
                yield from self.walk(os.path.join(path, name))

    def read(self, path: str, limit: int) -> Content:
        """As that of the disk below, and what lies over it."""
        data = self._contents.get(os.path.realpath(path))
        if data is None:
            return self._under.read(path, limit)
        if len(data) > limit:
            raise TooLarge(len(data))
        return Content(data)

    def head(self, path: str, size: int) -> bytes:
        """As that of the disk below, and what lies over it."""
        data = self._contents.get(os.path.realpath(path))
        return self._under.head(path, size) if data is None else data[:size]

    def _is_over(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real in self._contents or real in self._folders


#: The real one; it keeps nothing, so everybody may share it.
DISK = Disk()
