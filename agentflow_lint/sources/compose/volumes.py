"""The short form of ``volumes``: ``data:/var/lib``, ``./src:/app:ro``, ``/cache``."""

from __future__ import annotations

import posixpath
from typing import Literal

from agentflow_lint.records import record

VolumeType = Literal["volume", "bind"]


@record(frozen=True)
class VolumeSpec:
    """A mount: what lies at ``target``. ``source`` is a volume's name or a path of the host; None: anonymous."""

    type: VolumeType
    source: str | None
    target: str
    read_only: bool = False


def read_volume(text: str) -> VolumeSpec | None:
    """What a short form says; None where compose stops at it.

    A source that starts with a dot, a slash, a tilde or a drive letter is a path of the host, else a volume's name.
    """
    if not text:
        return None
    parts = [text] if len(text) < 3 else _split(text)
    if not parts or not all(parts) or len(parts) > 3:
        return None
    if len(parts) == 1:
        return VolumeSpec("volume", None, _clean(parts[0]))
    source, target = parts[:2]
    options = parts[2].split(",") if len(parts) > 2 else []
    modes = [option for option in options if option in ("ro", "rw")]
    return VolumeSpec("bind" if is_path(source) else "volume", source, _clean(target), modes[-1:] == ["ro"])


def is_path(source: str) -> bool:
    """Whether the source of a mount is a path of the host, not a volume's name."""
    return source[:1] in (".", "/", "~") or source.startswith("\\\\") or _is_drive(source[:2])


def _clean(target: str) -> str:
    cleaned = posixpath.normpath(target)
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def _is_drive(start: str) -> bool:
    return len(start) == 2 and start[1] == ":" and start[0].isalpha()


def _split(text: str) -> list[str]:
    """The sections between colons; not a drive's colon, nor what stands between the braces of ``${...}``."""
    parts = [""]
    nesting = 0
    for at, char in enumerate(text):
        if char == "$" and text[at + 1 : at + 2] == "{":
            nesting += 1
        elif char == "}" and nesting:
            nesting -= 1
        elif char == ":" and not nesting and not (len(parts[-1]) == 1 and parts[-1].isalpha()):
            parts.append("")
            continue
        parts[-1] += char
    return parts if not nesting else []
