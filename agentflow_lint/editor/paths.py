"""File addresses (``file:///...``) and paths."""

from __future__ import annotations

import os
import sys
from urllib.parse import quote, unquote_to_bytes, urlsplit

from pygls.uris import from_fs_path, to_fs_path


def path_of(uri: str) -> str | None:
    """The path of a file's address; None for an address of something else, such as a buffer without a file."""
    if not uri.startswith("file:"):
        return None
    if sys.platform == "win32":
        return to_fs_path(uri)
    path = os.fsdecode(unquote_to_bytes(urlsplit(uri).path))  # a file's name need not be UTF-8
    return os.path.normpath(path) if path.startswith("/") and "\0" not in path else None


def uri_of(path: str) -> str:
    """The address of an absolute path."""
    if sys.platform == "win32":
        return str(from_fs_path(path))
    return "file://" + quote(os.fsencode(path))
