"""A language client over a real server's standard input and output, and what it has been told."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.io_ import run_async
from pygls.lsp.client import LanguageClient

from agentflow_lint.check import Request
from agentflow_lint.cli.server import _parsed
from agentflow_lint.editor.server import Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

#: A server that says nothing for so many seconds has failed; nothing is measured by it.
PATIENCE = 30


def uri(path: Path) -> str:
    """The address of a file, as clients write it."""
    return path.as_uri()


class _Pipe:
    """One direction of the wire, within one event loop."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader()

    def write(self, data: bytes) -> None:
        """Hand on what is written."""
        self.reader.feed_data(data)

    def close(self) -> None:
        """Say that this was all."""
        self.reader.feed_eof()


@dataclass
class Editor:
    """A client, and what the server has told it: the last diagnostics and their version by address, and messages."""

    wire: LanguageClient
    result: types.InitializeResult
    published: dict[str, list[types.Diagnostic]] = field(default_factory=dict)
    versions: dict[str, int | None] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    registered: list[types.Registration] = field(default_factory=list)
    refreshed: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    #: The server, where it runs in this event loop.
    server: Server | None = None
    there: _Pipe = field(default_factory=lambda: _Pipe())

    def open(self, path: Path, text: str | None = None, version: int = 1) -> None:
        """Open a file with its own text, or another one."""
        content = path.read_text(encoding="utf-8") if text is None else text
        item = types.TextDocumentItem(uri(path), path.suffix.lstrip(".") or "plaintext", version, content)
        self.wire.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, path: Path, version: int, text: str, at: tuple[int, int, int, int] | None = None) -> None:
        """Replace the range ``at`` (line and unit from 0 to line and unit), or everything."""
        change: types.TextDocumentContentChangeEvent
        if at is None:
            change = types.TextDocumentContentChangeWholeDocument(text)
        else:
            place = types.Range(types.Position(*at[:2]), types.Position(*at[2:]))
            change = types.TextDocumentContentChangePartial(range=place, text=text)
        document = types.VersionedTextDocumentIdentifier(version=version, uri=uri(path))
        self.wire.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, path: Path) -> None:
        """Close a text."""
        document = types.TextDocumentIdentifier(uri(path))
        self.wire.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def tell_of(self, *events: tuple[Path, types.FileChangeType]) -> None:
        """Report changes on the disk, as a client's watcher does."""
        changes = [types.FileEvent(uri(path), kind) for path, kind in events]
        self.wire.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))

    def pending(self) -> bool:
        """Whether the server, in this event loop, has not read all that was sent."""
        return bool(self.there.reader._buffer)  # type: ignore[attr-defined]

    def codes(self, path: Path) -> set[str]:
        """The codes of what is published for a file."""
        return {str(each.code) for each in self.published.get(uri(path), ())}

    def at(self, path: Path, code: str) -> types.Diagnostic:
        """The one published diagnostic of a code in a file."""
        (found,) = (each for each in self.published.get(uri(path), ()) if each.code == code)
        return found

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until the server has told enough, and then for the rest of what it says at once."""
        while not is_so():
            await asyncio.wait_for(self.news.wait(), PATIENCE)
            self.news.clear()
        with suppress(JsonRpcException):  # there is no such request, and the answer to it comes last
            await asyncio.wait_for(self.wire.protocol.send_request_async("tests/isThereMore", None), PATIENCE)

    async def until_version(self, path: Path, version: int) -> None:
        """Wait for the diagnostics of a version of a text."""
        await self.until(lambda: self.versions.get(uri(path)) == version)


@asynccontextmanager
async def connected(
    *folders: Path,
    capabilities: types.ClientCapabilities | None = None,
    settings: dict[str, Any] | None = None,
    process: bool = False,
) -> AsyncIterator[Editor]:
    """A server with these workspace folders, shut down in the end.

    It runs in this event loop, or as a ``process`` of its own, which must then exit with 0. What is said is the same.
    """
    wire = LanguageClient("tests", "1")
    editor = Editor(wire, types.InitializeResult(types.ServerCapabilities()))
    _listen(wire, editor)
    async with _process(wire) if process else _here(editor):
        editor.result = await wire.initialize_async(
            types.InitializeParams(
                capabilities=capabilities or types.ClientCapabilities(),
                workspace_folders=[types.WorkspaceFolder(uri(folder), folder.name) for folder in folders] or None,
                initialization_options=settings,
            )
        )
        wire.initialized(types.InitializedParams())
        yield editor
        await wire.shutdown_async(None)


@asynccontextmanager
async def _process(wire: LanguageClient) -> AsyncIterator[None]:
    await wire.start_io(sys.executable, "-m", "agentflow_lint", "server")
    process = wire._server
    assert process is not None
    try:
        yield
        wire.exit(None)
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    finally:
        if process.returncode is None:
            process.kill()
        await wire.stop()


@asynccontextmanager
async def _here(editor: Editor) -> AsyncIterator[None]:
    wire, server = editor.wire, Server(Request(), _parsed)
    editor.server = server
    there, back = editor.there, _Pipe()
    wire.protocol.set_writer(there)
    server.protocol.set_writer(back)
    reading = [
        asyncio.ensure_future(run_async(Event(), pipe.reader, end.protocol))
        for pipe, end in ((there, server), (back, wire))
    ]
    try:
        yield
    finally:
        there.close()
        back.close()
        await asyncio.gather(*reading)


def _listen(wire: LanguageClient, editor: Editor) -> None:
    def published(params: types.PublishDiagnosticsParams) -> None:
        editor.published[params.uri] = list(params.diagnostics)
        editor.versions[params.uri] = params.version
        editor.news.set()

    def told(params: types.LogMessageParams | types.ShowMessageParams) -> None:
        editor.messages.append(params.message)
        editor.news.set()

    def registered(params: types.RegistrationParams) -> None:
        editor.registered += params.registrations
        editor.news.set()

    def refresh(*_nothing: object) -> None:
        editor.refreshed += 1
        editor.news.set()

    def configuration(params: types.ConfigurationParams) -> list[Any]:
        return [editor.settings.get(item.section or "") for item in params.items]

    handlers: dict[str, Callable[..., object]] = {
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: published,
        types.WINDOW_LOG_MESSAGE: told,
        types.WINDOW_SHOW_MESSAGE: lambda params: told(params),
        types.CLIENT_REGISTER_CAPABILITY: registered,
        types.WORKSPACE_DIAGNOSTIC_REFRESH: refresh,
        types.WORKSPACE_CONFIGURATION: configuration,
    }
    for method, handler in handlers.items():
        wire.feature(method)(handler)
