"""The only door to the disk: a project's files, read once, never outside the project, never without bound."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Literal

from agentflow_lint.records import record
from agentflow_lint.sources.text import START, SourceText, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    Each file is read at most once; ``unreadable`` lists what could not be.

    ``overlay`` holds what files contain instead of what the disk says, by their real absolute paths: what an editor has
    not saved, or what fixes would make of them. A path that is not on the disk is a file all the same.
    """

    def __init__(self, root: str, max_bytes: int = MAX_FILE_BYTES, overlay: Mapping[str, bytes] | None = None) -> None:
        self.root = os.path.realpath(root)
        self.overlay = overlay or {}
        self._max_bytes = max_bytes
        self._bytes: dict[str, bytes | Unreadable | Missing] = {}
        self._texts: dict[str, SourceText | Unreadable | Missing] = {}

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Every file that was asked for and could not be read, in path order."""
        found = {
            item.path: item for item in (*self._bytes.values(), *self._texts.values()) if isinstance(item, Unreadable)
        }
        return tuple(found[path] for path in sorted(found))

    def read(self, path: str) -> SourceText | Unreadable | Missing:
        """The text of a file, UTF-8 with or without a byte order mark."""
        if path not in self._texts:
            data = self.read_bytes(path)
            if isinstance(data, bytes):
                self._texts[path] = _decode(path, data)
            else:
                self._texts[path] = data
        return self._texts[path]

    def glance(self, path: str) -> SourceText | None:
        """The text of a file that may have nothing to do with the linter.

        None when it cannot be read, which is then no news: such a file is not among ``unreadable``.
        """
        if path not in self._texts:
            data = self._bytes[path] if path in self._bytes else self._load(path)
            text = _decode(path, data) if isinstance(data, bytes) else data
            if not isinstance(text, SourceText):
                return None
            self._texts[path] = text
        found = self._texts[path]
        return found if isinstance(found, SourceText) else None

    def read_bytes(self, path: str) -> bytes | Unreadable | Missing:
        """The bytes of a file."""
        if path not in self._bytes:
            self._bytes[path] = self._load(path)
        return self._bytes[path]

    def is_file(self, path: str) -> bool:
        """Whether ``path`` is a regular file inside the project."""
        real = self._inside(path)
        return real is not None and (real in self.overlay or os.path.isfile(real))

    def is_dir(self, path: str) -> bool:
        """Whether ``path`` is a folder inside the project."""
        real = self._inside(path)
        return real is not None and (os.path.isdir(real) or bool(self._overlaid_names(real)))

    def names(self, path: str = "") -> tuple[str, ...]:
        """The sorted names in a folder; empty when it cannot be listed."""
        real = self._inside(path)
        if real is None:
            return ()
        try:
            listed = os.listdir(real)
        except OSError:
            listed = []
        return tuple(sorted({*listed, *self._overlaid_names(real)}))

    def _overlaid_names(self, folder: str) -> set[str]:
        """The names that the overlay adds to a folder, given by its real path."""
        prefix = folder.rstrip(os.sep) + os.sep
        return {path[len(prefix) :].split(os.sep, 1)[0] for path in self.overlay if path.startswith(prefix)}

    def _inside(self, path: str) -> str | None:
        """The real path, or None when it leads outside the root (or nowhere: a link that points at itself)."""
        if "\0" in path:
            return None
        try:
            real = os.path.realpath(os.path.join(self.root, path))
        except (OSError, ValueError):  # ValueError: JSON can write names that the file system cannot
            return None
        if real != self.root and not real.startswith(self.root.rstrip(os.sep) + os.sep):
            return None
        return real

    def _load(self, path: str) -> bytes | Unreadable | Missing:
        real = self._inside(path)
        if real is None:
            return Unreadable(path, "outside", "leads outside the project, which is never read")
        if real in self.overlay:
            return self.overlay[real]
        try:
            status = os.stat(real)
            if not stat.S_ISREG(status.st_mode):
                return Unreadable(path, "type", "is not a regular file")
            if status.st_size > self._max_bytes:
                size = status.st_size / 1024 / 1024
                return Unreadable(
                    path, "size", f"has {size:.1f} MB, more than the {self._max_bytes // 1024 // 1024} MB limit"
                )
            with open(real, "rb") as stream:
                return stream.read(self._max_bytes + 1)
        except (FileNotFoundError, NotADirectoryError):
            return Missing(path)
        except OSError as error:
            return Unreadable(path, "permission", f"cannot be opened ({error.strerror or type(error).__name__})")


def _decode(path: str, data: bytes) -> SourceText | Unreadable:
    try:
        return SourceText.decode(data)
    except UnicodeDecodeError as error:
        # With a byte order mark the decoder counts from behind it.
        before = data.removeprefix(b"\xef\xbb\xbf")[: error.start]
        text = SourceText(before.decode("utf-8"))
        line, column = text.position(len(text.content))
        span = Span(line, column, line, column + 1)
        return Unreadable(path, "encoding", f"is not UTF-8 (byte {error.start} in line {line})", span)
