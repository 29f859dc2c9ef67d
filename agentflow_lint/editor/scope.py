"""What a client wants to be looked at: its folders, its files outside of them, and how."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agentflow_lint.check import Request
from agentflow_lint.editor.paths import path_of, uri_of
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable


@record(frozen=True)
class Folder:
    """A workspace folder: its address and path as the client gives them, and its path without symbolic links."""

    uri: str
    path: str
    real: str

    @classmethod
    def of(cls, uri: str) -> Folder | None:
        """The folder with an address; None when that is no file's."""
        path = path_of(uri)
        return None if path is None else cls(uri.rstrip("/"), path, os.path.realpath(path))


@record(frozen=True)
class Scope:
    """The folders, and the request of whose fields all but ``paths`` count."""

    folders: tuple[Folder, ...] = ()
    request: Request = Request()

    def uri_of(self, path: str) -> str:
        """The address of a file as the client spells it: below the folder through which it came."""
        for folder in self.folders:
            if path.startswith(folder.real.rstrip(os.sep) + os.sep):
                return folder.uri + uri_of(path)[len(uri_of(folder.real.rstrip(os.sep))) :]
        return uri_of(path)

    def contains(self, path: str) -> bool:
        """Whether a real path lies in one of the folders."""
        return not self.outside([path])

    def outside(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of the real ``paths`` that lie in none of the folders, sorted."""
        roots = [folder.real.rstrip(os.sep) + os.sep for folder in self.folders]
        return tuple(sorted({path for path in paths if not any(path.startswith(root) for root in roots)}))
