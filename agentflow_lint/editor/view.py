"""What a feature gets to answer a request about one file: its project, its text, and the way between positions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from agentflow_lint.editor.paths import path_of
from agentflow_lint.editor.positions import offset_at, range_of
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.check import ConfiguredProject
    from agentflow_lint.editor.analysis import State
    from agentflow_lint.editor.buffers import Buffer
    from agentflow_lint.editor.positions import Encoding
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project
    from agentflow_lint.model.values import Location
    from agentflow_lint.sources.text import SourceText, Span


@record(frozen=True, eq=False)
class View:
    """A file of a project in one state of the workspace. ``path`` is relative to the project, with forward slashes.

    Ask it in the worker thread only, which is where :meth:`agentflow_lint.editor.session.Session.ask` calls questions.
    """

    uri: str
    path: str
    configured: ConfiguredProject
    state: State
    encoding: Encoding

    @classmethod
    def of(cls, state: State, uri: str, encoding: Encoding) -> View | None:
        """The view of the file with an address; None when it belongs to no project."""
        path = path_of(uri)
        if path is None:
            return None
        real = os.path.realpath(path)
        configured = state.project_of(real)
        if configured is None:
            return None
        relative = os.path.relpath(real, configured.project.root).replace(os.sep, "/")
        return cls(uri, relative, configured, state, encoding)

    @property
    def project(self) -> Project:
        """The project as it is with the open buffers saved."""
        return self.configured.project

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """Its deployments that are looked at."""
        names = self.configured.deployments
        if names is None:
            return self.project.deployments
        return tuple(each for each in self.project.all_deployments if each.name in names)

    @property
    def text(self) -> SourceText:
        """The text of the file, without a byte order mark; empty when it cannot be read."""
        return self.text_of(self.path)

    def text_of(self, path: str) -> SourceText:
        """The text of any file of the project; empty when it cannot be read."""
        return self.state.text_at(self.absolute(path))

    def exists(self, path: str) -> bool:
        """Whether a file of the project is there, saved or not."""
        return self.state.disk.is_file(self.absolute(path))

    def position(self, position: types.Position) -> tuple[int, int]:
        """The line and column (from 1, in characters) of a client's position in the file."""
        buffer = self._buffer(self.path)
        if buffer is None or not buffer.shows_mark:
            return self.text.position(offset_at(self.text, position, self.encoding))
        return self.text.position(max(0, offset_at(buffer.text, position, self.encoding) - 1))

    def offset(self, position: types.Position) -> int:
        """The offset in :attr:`text` of a client's position in the file."""
        return self.text.offset(*self.position(position))

    def range(self, span: Span, path: str | None = None) -> types.Range:
        """A span of the file, or of the file ``path`` of the project, as the client counts."""
        path = path or self.path
        buffer = self._buffer(path)
        shown_mark = buffer is not None and buffer.shows_mark
        return range_of(self.text_of(path), span, self.encoding, shown_mark=shown_mark)

    def location(self, location: Location) -> types.Location:
        """A place in the project as the client names it."""
        return types.Location(self.uri_of(location.path), self.range(location.span, location.path))

    def uri_of(self, path: str) -> str:
        """The address of a file of the project: that under which it is open, if it is."""
        buffer = self._buffer(path)
        return buffer.uri if buffer is not None else self.state.scope.uri_of(self.absolute(path))

    def version_of(self, path: str) -> int | None:
        """The version of a file of the project that is open; None for one that is not."""
        buffer = self._buffer(path)
        return buffer.version if buffer is not None else None

    def absolute(self, path: str) -> str:
        """The absolute path of a file of the project, without symbolic links."""
        return os.path.normpath(os.path.join(self.project.root, path))

    def _buffer(self, path: str) -> Buffer | None:
        return self.state.buffer_at(self.absolute(path))
