"""The server on the wire: what the client says becomes states of the session, and what comes of them goes back."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from agentflow_lint import __version__
from agentflow_lint.editor import garbage
from agentflow_lint.editor.analysis import ALL_CHANGED, Analysis, Changes
from agentflow_lint.editor.buffers import Buffers
from agentflow_lint.editor.features import FEATURES
from agentflow_lint.editor.paths import path_of
from agentflow_lint.editor.positions import Encoding
from agentflow_lint.editor.publishing import Publisher
from agentflow_lint.editor.scope import Folder, Scope
from agentflow_lint.editor.session import Session
from agentflow_lint.editor.settings import SECTION, Settings, SettingsError, read_settings
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.runner import crash_of
from agentflow_lint.model.files import MAX_FILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agentflow_lint.check import Request

#: What the client is asked to watch. Any file may count: a COPY in a Dockerfile can name it.
_WATCHED = "**/*"
#: Paths in whose files nobody looks, though they change all the time: git's own, but for its index, and caches.
_NEVER_READ = re.compile(
    r"/(?:\.git/(?!index$)|__pycache__/|\.(?:mypy|pytest|ruff)_cache/|node_modules/|site-packages/|\.idea/|\.vscode/)"
)


class Server(LanguageServer):
    """The language server. ``session`` and ``publisher`` are there from ``initialize`` on.

    ``request`` holds the options that it was started with, ``parse`` reads such options from the client's settings.
    """

    session: Session
    publisher: Publisher

    def __init__(self, request: Request, parse: Callable[[list[str]], Request]) -> None:
        super().__init__("agentflow-lint", __version__, max_workers=4)
        self.settings = Settings(request)
        #: Called after the diagnostics of each analysis are published.
        self.after_analysis: list[Callable[[], None]] = []
        self._started_with = request
        self._initial: Any = None
        self._parse = parse
        self._folders: dict[str, Folder] = {}
        self._told: set[str] = set()
        self._watches = False
        self._register()

    @property
    def can_pull(self) -> bool:
        """Whether the client asks for diagnostics, and asks again when it is told to."""
        document, workspace = self.client_capabilities.text_document, self.client_capabilities.workspace
        refresh = workspace.diagnostics if workspace is not None else None
        pulls = document is not None and document.diagnostic is not None
        return pulls and refresh is not None and bool(refresh.refresh_support)

    def tell(self, message: str, kind: types.MessageType = types.MessageType.Error) -> None:
        """Show a message and log it; the same one only once."""
        self.window_log_message(types.LogMessageParams(kind, message))
        if message not in self._told:
            self._told.add(message)
            self.window_show_message(types.ShowMessageParams(kind, message))

    def _register(self) -> None:
        """The handlers of the life cycle, and those that keep the texts: ours instead of those of pygls.

        pygls also ends a line at a form feed and at other characters that the protocol does not end one at, and gives
        positions beyond the text's end in the client's units.
        """
        handlers: dict[str, Callable[[Any], object]] = {
            types.INITIALIZE: self._initialize,
            types.INITIALIZED: self._initialized,
            types.SHUTDOWN: self._shut_down,
            types.TEXT_DOCUMENT_DID_SAVE: self._saved,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: self._watched,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: self._configured,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._folders_changed,
        }
        for method, handler in handlers.items():
            self.feature(method)(partial(handler))  # pygls sets attributes, which a bound method has none of
        builtin = self.protocol.fm.add_builtin_feature
        builtin(types.TEXT_DOCUMENT_DID_OPEN, self._opened)
        builtin(types.TEXT_DOCUMENT_DID_CHANGE, self._changed)
        builtin(types.TEXT_DOCUMENT_DID_CLOSE, self._closed)

    # --- life cycle ------------------------------------------------------------------------------------------------

    def _initialize(self, params: types.InitializeParams) -> None:
        encoding = Encoding(str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)))
        self.session = Session(Buffers(encoding), load_catalogue, self._publish, self._report_crash)
        self.publisher = Publisher(
            self.text_document_publish_diagnostics,
            (lambda: self.workspace_diagnostic_refresh(None)) if self.can_pull else None,
        )
        uris = [folder.uri for folder in params.workspace_folders or ()]
        if not uris and params.root_uri:
            uris = [params.root_uri]
        self._enter_folders(uris)
        self._initial = params.initialization_options
        self._apply(self._initial)
        for register in FEATURES:
            register(self)

    async def _initialized(self, _params: types.InitializedParams) -> None:
        self.session.changed(ALL_CHANGED)
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        registrations = []
        if watched is not None and watched.dynamic_registration:
            registrations.append(
                types.Registration(
                    "agentflow-lint.files",
                    types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_WATCHED)]),
                )
            )
        configuration = workspace.did_change_configuration if workspace is not None else None
        if configuration is not None and configuration.dynamic_registration:
            registrations.append(
                types.Registration(
                    "agentflow-lint.settings",
                    types.WORKSPACE_DID_CHANGE_CONFIGURATION,
                    types.DidChangeConfigurationRegistrationOptions(SECTION),
                )
            )
        if registrations:
            await self.client_register_capability_async(types.RegistrationParams(registrations))
        if workspace is not None and workspace.configuration:
            await self._fetch_settings()

    def _shut_down(self, _params: None) -> None:
        self.session.close()

    # --- what changes ------------------------------------------------------------------------------------------------

    def _opened(self, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        path = path_of(document.uri)
        on_disk = _bytes_at(path)
        if path is not None and self.session.buffers.open(document.uri, document.version, document.text, on_disk):
            self.session.changed(self._between_disk_and(document.uri, path, on_disk))

    def _changed(self, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        if self.session.buffers.change(document.uri, document.version, params.content_changes):
            path = path_of(document.uri) or ""
            self.session.changed(Changes(contents=frozenset({os.path.realpath(path)})))

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        path = path_of(uri)
        if path is not None:
            changes = self._between_disk_and(uri, path, _bytes_at(path))
            if self.session.buffers.close(uri):
                self.session.changed(changes)

    def _between_disk_and(self, uri: str, path: str, on_disk: bytes | None) -> Changes:
        """What changes when an open text takes the place of a file, or the file that of the text."""
        buffer = self.session.buffers.get(uri)
        if (
            buffer is not None
            and buffer.content.data == on_disk
            and self.session.scope.contains(os.path.realpath(path))
        ):
            return Changes()
        return Changes(others=frozenset({os.path.realpath(path)}))

    def _saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A client that watches nothing saves now and then, at least."""
        del params
        if not self._watches:
            self.session.changed(ALL_CHANGED)

    def _watched(self, params: types.DidChangeWatchedFilesParams) -> None:
        """What has happened on the disk. What is open counts as it is open; some folders hold nothing of interest."""
        self._watches = True
        is_open = {os.path.realpath(buffer.path) for buffer in self.session.buffers.all()}
        changes = Changes()
        for event in params.changes:
            path = path_of(event.uri)
            if path is None or _NEVER_READ.search(path.replace(os.sep, "/")):
                continue
            real = os.path.realpath(path)
            if event.type != types.FileChangeType.Changed:
                changes |= Changes(others=frozenset({real}))
            elif real not in is_open:
                changes |= Changes(contents=frozenset({real}))
        if changes != Changes():
            self.session.changed(changes)

    def _folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            self._folders.pop(folder.uri, None)
        self._enter_folders([folder.uri for folder in params.event.added])
        self.session.changed(ALL_CHANGED)

    async def _configured(self, params: types.DidChangeConfigurationParams) -> None:
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.configuration:
            await self._fetch_settings()
        else:
            self._apply(params.settings)
            self.session.changed(ALL_CHANGED)

    # --- settings and folders ----------------------------------------------------------------------------------------

    async def _fetch_settings(self) -> None:
        """Ask the client for its settings. One that has none leaves the initialization options."""
        params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
        answer = await self.workspace_configuration_async(params)
        before = self.settings
        self._apply(answer[0] if answer and answer[0] is not None else self._initial)
        if self.settings != before:
            self.session.changed(ALL_CHANGED)

    def _apply(self, given: Any) -> None:
        """Take settings over; those that cannot be used leave the ones before."""
        try:
            self.settings = read_settings(given, self._started_with, self._parse)
        except SettingsError as error:
            self.tell(f"agentflow-lint: {error}")
        self._rescope()

    def _enter_folders(self, uris: Iterable[str]) -> None:
        for uri in uris:
            folder = Folder.of(uri)
            if folder is not None:
                self._folders[uri] = folder
        self._rescope()

    def _rescope(self) -> None:
        self.session.scope = Scope(tuple(self._folders.values()), self.settings.request)

    # --- what comes back ---------------------------------------------------------------------------------------------

    def _publish(self, analysis: Analysis) -> None:
        self.publisher.publish(
            analysis.diagnostics, {buffer.uri: buffer.version for buffer in self.session.buffers.all()}
        )
        is_open = {buffer.path for buffer in self.session.buffers.all()}
        for failure in analysis.failures:
            if failure.path is None or not (failure.path in is_open or os.path.exists(failure.path)):
                self.tell(f"agentflow-lint: {failure.message}")
        for checked in analysis.shown:
            for crash in checked.run.crashes:
                frames = "\n".join(f"  {frame}" for frame in crash.frames)
                rule = crash.code or "the model"
                self.tell(
                    f"agentflow-lint: bug: {rule} crashed ({crash.error}); please report it with these lines:\n{frames}"
                )

        for call in self.after_analysis:
            call()

    def _report_crash(self, error: Exception) -> None:
        crash = crash_of(None, None, error)
        frames = "\n".join(f"  {frame}" for frame in crash.frames)
        self.tell(f"agentflow-lint: {crash.error}; this is a bug, please report it with these lines:\n{frames}")


def _bytes_at(path: str | None) -> bytes | None:
    """What a file holds, if it is one and not too large."""
    try:
        if path is None or not os.path.isfile(path):
            return None
        with open(path, "rb") as stream:
            return stream.read(MAX_FILE_BYTES)
    except OSError:
        return None


def serve(request: Request, parse: Callable[[list[str]], Request]) -> None:
    """Serve a client on standard input and output until it leaves."""
    server = Server(request, parse)
    garbage.register(server)
    server.start_io()
