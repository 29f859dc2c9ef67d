"""Writes files whole: whoever reads one sees the old content or the new one, never half of it."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class ChangedMeanwhileError(OSError):
    """A file no longer holds what the decision to change it was based on; ``filename`` is its path."""


def write_whole(path: str, data: bytes) -> None:
    """Replace the content of ``path``, or make the file, in one step.

    The data goes to a temporary file beside it that then takes its name, so that a crash leaves the file as it was. A
    symbolic link stays one: what it points to is replaced. The mode of the file stays, and its owner where this process
    may give it; a new file gets what the process's umask allows. A device or a pipe is written to as it is. Raises
    :class:`OSError`.
    """
    target = os.path.realpath(path)
    old = _status(target)
    if old and not stat.S_ISREG(old.st_mode):  # /dev/null, a pipe: replacing it would break it
        with open(target, "wb") as device:
            device.write(data)
        return
    temporary = _staged(target, data, old)
    try:
        os.replace(temporary, target)
    except BaseException:
        _forget(temporary)
        raise


def write_together(contents: Mapping[str, tuple[bytes | None, bytes]]) -> None:
    """Replace several files, as :func:`write_whole` does one, or none of them.

    ``contents`` maps paths to what each has to hold now (None: it must not exist) and what it is to hold. All data is
    on the disk before the first file is replaced, so what can go wrong goes wrong while every file is as it was. Raises
    :class:`ChangedMeanwhileError` and :class:`OSError`, whose ``filename`` is the file that was to be written.
    """
    staged: dict[str, str] = {}
    try:
        for path, (before, after) in contents.items():
            target = os.path.realpath(path)
            staged[target] = _staged(target, after, _status(target))
            if _content_of(target) != before:
                raise ChangedMeanwhileError(0, "it has changed meanwhile", path)
        for target in list(staged):
            os.replace(staged[target], target)
            del staged[target]
    finally:
        for temporary in staged.values():
            _forget(temporary)


def _staged(target: str, data: bytes, old: os.stat_result | None) -> str:
    """The path of a temporary file beside ``target`` that holds ``data`` and has the mode and owner for it."""
    import tempfile  # 15 ms that a run which writes nothing does not need

    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(target)}.", dir=os.path.dirname(target))
    except OSError as error:
        raise OSError(error.errno, error.strerror, target) from None
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if old and hasattr(os, "chown") and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            with contextlib.suppress(OSError):
                os.chown(temporary, old.st_uid, old.st_gid)
        os.chmod(temporary, stat.S_IMODE(old.st_mode) if old else 0o666 & ~_umask())
    except BaseException:
        _forget(temporary)
        raise
    return temporary


def _forget(temporary: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)


def _content_of(path: str) -> bytes | None:
    """What a file holds; None when there is none."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
