"""Globs of file paths in the configuration, as gitignore and ruff read them."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache


def matches(glob: str, path: str) -> bool:
    """Whether ``glob`` means the file ``path`` (relative, with forward slashes) or a folder that it lies in.

    ``*`` and ``?`` stop at a slash, ``**`` does not, ``[ab]`` and ``[!a]`` are classes. A glob without a slash means
    the name of a file or folder anywhere; one with a slash starts at the configuration's folder.
    """
    cleaned = posixpath.normpath(glob.lstrip("/")) if glob.strip("/") else glob
    anywhere = "/" not in glob.rstrip("/")
    pattern = _compiled(cleaned)
    parts = path.split("/")
    above = ["/".join(parts[:size]) for size in range(len(parts), 0, -1)]
    return any(pattern.fullmatch(posixpath.basename(each) if anywhere else each) for each in above)


def is_literal(glob: str) -> bool:
    """Whether a glob is a plain path."""
    return not any(char in glob for char in "*?[")


@lru_cache(maxsize=256)
def _compiled(glob: str) -> re.Pattern[str]:
    pieces = []
    for match in re.finditer(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^\]]*\]|[\s\S]", glob):
        token = match.group()
        if token == "**/":
            pieces.append("(?:.*/)?")
        elif token == "/**":
            pieces.append("/.*")
        elif token[0] == "*":
            pieces.append(".*" if len(token) > 1 else "[^/]*")
        elif token == "?":
            pieces.append("[^/]")
        elif token[0] == "[" and len(token) > 1:
            negated = token[1] == "!"
            inside = token[1 + negated : -1].replace("\\", "\\\\").replace("^", "\\^")
            inside = inside.replace("[", "\\[").replace("]", "\\]").replace("&&", "&\\&").replace("--", "-\\-")
            pieces.append(f"[{'^/' if negated else ''}{inside}]")
        else:
            pieces.append(re.escape(token))
    try:
        return re.compile("".join(pieces), re.DOTALL)
    except re.error:  # a class such as [z-a]: nothing is named so
        return re.compile(re.escape(glob), re.DOTALL)
