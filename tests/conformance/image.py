"""What the generated Dockerfile's ``COPY . .`` would bring, and the environment its final stage sets."""

from __future__ import annotations

import fnmatch
import re
import shlex
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WORKDIR = "/app"

#: Of the image's own installation, not of the project.
_NOT_OURS = ("PATH",)


def unpack(project: Path, image: Path) -> dict[str, str]:
    """Copy what the build context would hold into ``image``; returns the environment of the image's process.

    This is a reading of the two files that is independent of the linter's: only what the framework's generator
    writes, and it stops on anything else.
    """
    ignored = [
        line.strip().rstrip("/")
        for line in (project / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert not [pattern for pattern in ignored if pattern.startswith("!") or "**" in pattern], ignored
    image.mkdir(parents=True)
    for path in sorted(project.rglob("*")):
        relative = path.relative_to(project)
        above = [part.as_posix() for part in (relative, *relative.parents)]
        if path.is_file() and not any(_matches(name, pattern) for name in above for pattern in ignored):
            (image / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, image / relative)
    return environment((project / "Dockerfile").read_text(encoding="utf-8"), image)


def environment(dockerfile: str, image: Path) -> dict[str, str]:
    """The ENV of the final stage, with the image's work folder standing for ``/app``."""
    final = dockerfile[[found.start() for found in re.finditer(r"^FROM ", dockerfile, re.MULTILINE)][-1] :]
    assert re.search(r"^COPY (--chown=\S+ )?\. \.$", final, re.MULTILINE), "the generated Dockerfile has changed"
    values: dict[str, str] = {}
    for found in re.finditer(r"^ENV (.+)$", final, re.MULTILINE):
        for pair in shlex.split(found.group(1)):
            name, _, value = pair.partition("=")
            if name not in _NOT_OURS:
                values[name] = str(image) if value == _WORKDIR else value
    return values


def _matches(path: str, pattern: str) -> bool:
    """Docker's matching, for patterns without ``**``: anchored at the root, a ``*`` never crosses a slash."""
    parts, wanted = path.split("/"), pattern.strip("/").split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))
