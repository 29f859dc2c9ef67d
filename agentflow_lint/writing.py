"""Writes files whole: whoever reads one sees the old content or the new one, never half of it."""

from __future__ import annotations

import contextlib
import os
import stat


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
    import tempfile  # 15 ms that a run which writes nothing does not need

    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(target)}.", dir=os.path.dirname(target))
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, stat.S_IMODE(old.st_mode) if old else 0o666 & ~_umask())
        if old and hasattr(os, "chown") and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            with contextlib.suppress(OSError):
                os.chown(temporary, old.st_uid, old.st_gid)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
