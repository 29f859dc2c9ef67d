"""What the client has open: texts that count instead of the files on disk, saved or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from agentflow_lint.editor.paths import path_of
from agentflow_lint.editor.positions import offset_at
from agentflow_lint.model.disk import Content
from agentflow_lint.records import record
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.editor.positions import Encoding

_MARK = "\ufeff"


@record(frozen=True)
class Buffer:
    """An open text in one version. ``path`` is where it is or would be saved; ``content`` what would be there then.

    ``text`` is what the client has, a byte order mark being its first character where the client shows one.
    """

    uri: str
    path: str
    version: int | None
    text: SourceText
    content: Content

    @property
    def shows_mark(self) -> bool:
        """Whether the client counts the byte order mark as a character."""
        return self.text.content.startswith(_MARK)


class Buffers:
    """The open texts, under the addresses that the client gives them."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self._open: dict[str, Buffer] = {}
        self._has_mark: set[str] = set()
        self._memories: dict[str, dict[str, Any]] = {}

    def open(self, uri: str, version: int | None, text: str, on_disk: bytes | None) -> bool:
        """Take a text over; False if it is no file's. ``on_disk`` is what its file holds, where it has one.

        Clients strip the byte order mark of a file and write it again when they save. Of bytes that are not UTF-8 they
        show what they can: until somebody edits that, the bytes count.
        """
        path = path_of(uri)
        if path is None:
            return False
        if on_disk is not None and on_disk.startswith(_MARK.encode()):
            self._has_mark.add(uri)
        self._put(uri, path, version, text)
        if on_disk is not None and not _is_text(on_disk):
            self._open[uri] = replace(self._open[uri], content=Content(on_disk))
        return True

    def change(self, uri: str, version: int | None, changes: Iterable[types.TextDocumentContentChangeEvent]) -> bool:
        """Apply a client's changes, each to what the one before it made; False if the text is not open."""
        held = self._open.get(uri)
        if held is None:
            return False
        text = held.text
        for change in changes:
            text = SourceText(changed(text, change, self.encoding))
        self._put(uri, held.path, version, text.content)
        return True

    def close(self, uri: str) -> bool:
        """Forget a text; False if it was not open."""
        self._has_mark.discard(uri)
        self._memories.pop(uri, None)
        return self._open.pop(uri, None) is not None

    def get(self, uri: str) -> Buffer | None:
        """The text open under an address."""
        return self._open.get(uri)

    def all(self) -> tuple[Buffer, ...]:
        """Every open text, in the order in which they were opened."""
        return tuple(self._open.values())

    def _put(self, uri: str, path: str, version: int | None, text: str) -> None:
        marked = text if text.startswith(_MARK) or uri not in self._has_mark else _MARK + text
        content = Content(_encoded(marked), self._memories.setdefault(uri, {}))
        self._open[uri] = Buffer(uri, path, version, SourceText(text), content)


def changed(text: SourceText, change: types.TextDocumentContentChangeEvent, encoding: Encoding) -> str:
    """A text after one change: a part of it replaced, or all of it."""
    if isinstance(change, types.TextDocumentContentChangeWholeDocument):
        return change.text
    start = offset_at(text, change.range.start, encoding)
    end = max(start, offset_at(text, change.range.end, encoding))
    return text.content[:start] + change.text + text.content[end:]


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _encoded(text: str) -> bytes:
    """What an editor saves; half of a surrogate pair, which JSON can carry, becomes a replacement character."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
