"""Which files of a project may be nginx's: what can be told by names alone."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.files import ProjectFiles

#: Names of folders that are searched for nginx files, from the root down.
_FOLDERS = re.compile(
    r"\.?(?:nginx.*|.*-nginx|docker|deploy(?:ment|ments)?|config|configs|conf|etc|infra(?:structure)?|ops|proxy|"
    r"reverse[-_]proxy|gateway|build|compose|web|frontend|production|prod|server|servers|"
    r"conf\.d|http\.d|sites-(?:enabled|available)|templates|snippets|includes)\Z",
    re.IGNORECASE,
)
#: Folders all of whose files are configurations of nginx, below one that bears its name or not.
SITES = ("conf.d", "http.d", "sites-enabled", "sites-available")
_NAMED_SO = re.compile(r"(?:.*[._-])?nginx(?:[._-][\w.-]*)?\.conf(?:\.template)?\Z|.+\.nginx\Z", re.IGNORECASE)
_CONF = re.compile(r".+\.(?:conf|template|inc)\Z", re.IGNORECASE)
_DEVELOPMENT = re.compile(
    r"(?:^|[._-])(?:dev|devel|development|local|test|tests|testing|ci|debug)(?:$|[._-])", re.IGNORECASE
)
UNUSED = re.compile(r"(?:~|\.(?:bak|orig|old|disabled|example|sample|swp|j2|erb|md|txt|sh|py))\Z", re.IGNORECASE)

MAX_FOLDERS = 100
MAX_FILES = 200
_MAX_DEPTH = 5


def nginx_paths(files: ProjectFiles) -> Iterator[str]:
    """The paths of files that may be nginx's, by their names."""
    pending = [("", False)]
    folders = found = 0
    while pending and folders < MAX_FOLDERS and found < MAX_FILES:
        folder, is_nginx = pending.pop(0)
        folders += 1
        for name in files.names(folder):
            path = posixpath.join(folder, name)
            here = is_nginx or "nginx" in name.lower()
            if _FOLDERS.match(name) and path.count("/") < _MAX_DEPTH and files.is_dir(path):
                if name.lower() not in ("templates", "snippets", "includes") or is_nginx:
                    pending.append((path, here or name in SITES))
            elif _is_candidate(name, folder, is_nginx=is_nginx) and files.is_file(path):
                found += 1
                yield path


def _is_candidate(name: str, folder: str, *, is_nginx: bool) -> bool:
    if UNUSED.search(name) or _DEVELOPMENT.search(name):
        return False
    if _NAMED_SO.match(name):
        return True
    return is_nginx and (_CONF.match(name) is not None or posixpath.basename(folder) in SITES)
