"""What lies around a command when it starts: the project files that it may read, by the paths that it sees.

A command of an image sees the image's file system, one of a Procfile the project's own.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Protocol

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.values import ABSENT, Absent, Known, Origin, Unknown, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.sources.text import SourceText

#: Where a shell looks for a program that is named without a folder, unless PATH says otherwise.
_PROGRAM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


class Surroundings(Protocol):
    """The files that a command sees."""

    @property
    def files(self) -> ProjectFiles:
        """The project's files."""
        ...

    def project_path(self, path: str, folder: Value[str]) -> Value[str]:
        """The project file at ``path``, which is relative to ``folder`` unless it is absolute.

        ``folder`` is what the command has changed into, itself relative to where it starts; absent for that place.
        Absent when nothing of the project lies there.
        """
        ...


@record(frozen=True)
class ProjectFolder:
    """The surroundings of a command that is started in the project's root."""

    files: ProjectFiles

    def project_path(self, path: str, folder: Value[str]) -> Value[str]:
        """See :class:`Surroundings`."""
        if isinstance(folder, Unknown):
            return folder
        inside = posixpath.normpath(posixpath.join(folder.value if isinstance(folder, Known) else "", path))
        if inside.startswith(("/", "../")) or not self.files.is_file(inside):
            return ABSENT
        return Known(inside, Origin("the project's folder"))


@record(frozen=True)
class FoundText:
    """A project file that a command reads."""

    path: str
    text: SourceText


def find_text(surroundings: Surroundings, path: str, folder: Value[str]) -> FoundText | Unknown | Absent:
    """The file of the project that a command names."""
    found = surroundings.project_path(path, folder)
    if not isinstance(found, Known):
        return found
    text = surroundings.files.read(found.value)
    if isinstance(text, Missing):
        return ABSENT
    if isinstance(text, Unreadable):
        return Unknown(f"{found.value} {text.reason}")
    return FoundText(found.value, text)


def find_program(surroundings: Surroundings, name: str, folder: Value[str]) -> FoundText | Unknown | Absent:
    """The file of the project that is run as a program: by its path, or by its name from one of the usual folders."""
    if "/" in name:
        return find_text(surroundings, name, folder)
    doubt: Unknown | Absent = ABSENT
    for place in _PROGRAM_FOLDERS:
        found = find_text(surroundings, f"{place}/{name}", folder)
        if isinstance(found, FoundText):
            return found
        doubt = found if isinstance(found, Unknown) else doubt
    return doubt
