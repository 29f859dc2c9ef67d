"""The only door to the disk: a project's files, read once, never outside the project, never without bound."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, TypeVar

from agentflow_lint.model.disk import DISK, Content, Disk, NotRegular, TooLarge
from agentflow_lint.records import record
from agentflow_lint.sources.text import START, SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

#: A file above this many bytes is not read (it gets a finding instead). Hand-written project files are far smaller.
MAX_FILE_BYTES = 4 * 1024 * 1024


@record(frozen=True)
class Unreadable:
    """A file that is there and could not be read, in words that finish "the file ...".

    ``span`` is the place of the first byte that is not UTF-8; the file's start for every other kind.
    """

    path: str
    kind: Literal["permission", "encoding", "size", "outside", "type"]
    reason: str
    span: Span = START


@record(frozen=True)
class Missing:
    """There is no such file."""

    path: str


class ProjectFiles:
    """Read access to the files below one project root.

    Paths are relative to the root, with forward slashes. Whatever resolves outside the root, symbolic links
    included, is :class:`Unreadable`; only regular files are opened, so a pipe or a device cannot hang the run.
    Each file is read at most once, and each question answered once: what one run sees does not change on its way.
    ``unreadable`` lists what could not be read.
    """

    def __init__(self, root: str, max_bytes: int = MAX_FILE_BYTES, disk: Disk = DISK) -> None:
        self.root = disk.real(root)
        self.disk = disk
        self._max_bytes = max_bytes
        self._contents: dict[str, Content | Unreadable | Missing] = {}
        self._texts: dict[str, SourceText | Unreadable | Missing] = {}
        self._real: dict[str, str | None] = {}
        self._files: dict[str, bool] = {}
        self._dirs: dict[str, bool] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._asked: set[str] = set()

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Every file that was asked for and could not be read, in path order."""
        found = {
            item.path: item
            for item in (*self._contents.values(), *self._texts.values())
            if isinstance(item, Unreadable)
        }
        return tuple(found[path] for path in sorted(found))

    @property
    def texts(self) -> dict[str, SourceText]:
        """Every file whose text has been read so far, in path order."""
        return {path: text for path, text in sorted(self._texts.items()) if isinstance(text, SourceText)}

    def read(self, path: str) -> SourceText | Unreadable | Missing:
        """The text of a file, UTF-8 with or without a byte order mark."""
        if path not in self._texts:
            self._texts[path] = _decoded(path, self._content(path))
        return self._texts[path]

    def glance(self, path: str) -> SourceText | None:
        """The text of a file that may have nothing to do with the linter.

        None when it cannot be read, which is then no news: such a file is not among ``unreadable``.
        """
        if path not in self._texts:
            held = self._contents[path] if path in self._contents else self._load(path)
            text = _decoded(path, held)
            if not isinstance(text, SourceText):
                return None
            self._texts[path] = text
        found = self._texts[path]
        return found if isinstance(found, SourceText) else None

    def read_bytes(self, path: str) -> bytes | Unreadable | Missing:
        """The bytes of a file."""
        held = self._content(path)
        return held.data if isinstance(held, Content) else held

    def made_by(self, reader: Callable[[bytes], _T], path: str, max_bytes: int) -> _T | None:
        """What ``reader`` makes of the bytes of a file of at most so many; None when it cannot be read."""
        held = self._load(path, max_bytes)
        return held.made_by(reader) if isinstance(held, Content) else None

    def has_asked_for(self, real: str) -> bool:
        """Whether the content of the file with this real path has been asked for."""
        return real in self._asked

    def is_file(self, path: str) -> bool:
        """Whether ``path`` is a regular file inside the project."""
        if path not in self._files:
            real = self._inside(path)
            self._files[path] = real is not None and self.disk.is_file(real)
        return self._files[path]

    def is_dir(self, path: str) -> bool:
        """Whether ``path`` is a folder inside the project."""
        if path not in self._dirs:
            real = self._inside(path)
            self._dirs[path] = real is not None and self.disk.is_dir(real)
        return self._dirs[path]

    def names(self, path: str = "") -> tuple[str, ...]:
        """The sorted names in a folder; empty when it cannot be listed."""
        if path not in self._names:
            real = self._inside(path)
            self._names[path] = () if real is None else self.disk.names(real)
        return self._names[path]

    def _inside(self, path: str) -> str | None:
        """The real path, or None when it leads outside the root (or nowhere: a link that points at itself)."""
        if path not in self._real:
            self._real[path] = self._resolved(path)
        return self._real[path]

    def _resolved(self, path: str) -> str | None:
        if "\0" in path:
            return None
        try:
            real = self.disk.real(os.path.join(self.root, path))
        except (OSError, ValueError):  # ValueError: JSON can write names that the file system cannot
            return None
        if real != self.root and not real.startswith(self.root.rstrip(os.sep) + os.sep):
            return None
        return real

    def _content(self, path: str) -> Content | Unreadable | Missing:
        if path not in self._contents:
            self._contents[path] = self._load(path)
        return self._contents[path]

    def _load(self, path: str, max_bytes: int | None = None) -> Content | Unreadable | Missing:
        real = self._inside(path)
        if real is None:
            return Unreadable(path, "outside", "leads outside the project, which is never read")
        self._asked.add(real)
        limit = max_bytes or self._max_bytes
        try:
            return self.disk.read(real, limit)
        except NotRegular:
            return Unreadable(path, "type", "is not a regular file")
        except TooLarge as found:
            size = found.size / 1024 / 1024
            return Unreadable(path, "size", f"has {size:.1f} MB, more than the {limit // 1024 // 1024} MB limit")
        except (FileNotFoundError, NotADirectoryError):
            return Missing(path)
        except OSError as error:
            return Unreadable(path, "permission", f"cannot be opened ({error.strerror or type(error).__name__})")


def _decoded(path: str, held: Content | Unreadable | Missing) -> SourceText | Unreadable | Missing:
    if not isinstance(held, Content):
        return held
    data = held.data
    try:
        return held.text
    except UnicodeDecodeError as error:
        # With a byte order mark the decoder counts from behind it.
        before = data.removeprefix(b"\xef\xbb\xbf")[: error.start]
        text = SourceText(before.decode("utf-8"))
        line, column = text.position(len(text.content))
        span = Span(line, column, line, column + 1)
        return Unreadable(path, "encoding", f"is not UTF-8 (byte {error.start} in line {line})", span)
