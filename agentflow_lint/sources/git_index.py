"""Reads git's index: which files it tracks (gitformat-index(5), versions 2 to 4)."""

from __future__ import annotations

#: Ten 32-bit numbers, the object's name and the flags come before a path.
_FIXED = 62
_EXTENDED = 0x4000
_LONG_NAME = 0xFFF


def read_git_index(data: bytes) -> frozenset[str] | None:
    """The paths in an index, relative to the work tree; None for what is no index of a known version, or is cut off.

    Paths that are not UTF-8 are left out. An index of a repository with SHA-256 names is not told apart by its header
    and comes out as None.
    """
    if len(data) < 12 or data[:4] != b"DIRC":
        return None
    version, count = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    if version not in (2, 3, 4):
        return None
    paths: set[str] = set()
    at, previous = 12, b""
    for _ in range(count):
        if at + _FIXED > len(data):
            return None
        flags = int.from_bytes(data[at + 60 : at + 62], "big")
        start = at + _FIXED + (2 if version > 2 and flags & _EXTENDED else 0)
        if version == 4:
            dropped, start = _offset(data, start)
            if dropped is None or dropped > len(previous):
                return None
            kept = previous[: len(previous) - dropped]
        else:
            kept = b""
        end = data.find(b"\0", start)
        if end == -1:
            return None
        path = kept + data[start:end]
        named = flags & _LONG_NAME
        if not path or (named != _LONG_NAME and named != len(path)):
            return None
        at = end + 1 if version == 4 else at + (end - at + 8) // 8 * 8
        previous = path
        try:
            paths.add(path.decode("utf-8"))
        except UnicodeDecodeError:
            continue
    return frozenset(paths)


def _offset(data: bytes, at: int) -> tuple[int | None, int]:
    """A number in the encoding of pack offsets, and where it ends."""
    if at >= len(data):
        return None, at
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        if at >= len(data) or value > 1 << 32:
            return None, at
        value = ((value + 1) << 7) | (data[at] & 0x7F)
    return value, at + 1
