"""Views of files, made without a server: what the functions behind the features are asked with."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from agentflow_lint.editor.analysis import ALL_CHANGED, Analysis, Roots, State
from agentflow_lint.editor.buffers import Buffers
from agentflow_lint.editor.disk import DiskCache, Snapshot
from agentflow_lint.editor.positions import Encoding, position_at
from agentflow_lint.editor.scope import Folder, Scope
from agentflow_lint.editor.view import View
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lsprotocol import types

    from agentflow_lint.engine.finding import Finding

#: Stands in a text where the cursor is.
CURSOR = "‸"
CATALOGUE = load_catalogue()


def state_of(root: Path, texts: Mapping[str, str] | None = None, encoding: Encoding = Encoding.UTF16) -> State:
    """The state of a workspace with one folder; ``texts`` are open, by their paths in it."""
    buffers = Buffers(encoding)
    for path, text in (texts or {}).items():
        file = root / path
        on_disk = file.read_bytes() if file.is_file() else None
        assert buffers.open(file.as_uri(), 1, text, on_disk)
    folder = Folder.of(root.as_uri())
    assert folder is not None
    disk = Snapshot(DiskCache(), buffers.all(), lambda: None)
    scope = Scope((folder,))
    return State(1, disk, buffers.all(), scope, lambda: CATALOGUE, Roots(), Analysis(0), ALL_CHANGED, Event())


def view_of(root: Path, path: str, text: str | None = None, encoding: Encoding = Encoding.UTF16) -> View:
    """A file of the project in ``root``, with ``text`` typed into it."""
    state = state_of(root, None if text is None else {path: text}, encoding)
    view = View.of(state, (root / path).as_uri(), encoding)
    assert view is not None
    return view


def at_cursor(root: Path, path: str, marked: str, encoding: Encoding = Encoding.UTF16) -> tuple[View, types.Position]:
    """A file with a text in which the cursor is marked, and the cursor's position."""
    before, found, after = marked.partition(CURSOR)
    assert found
    view = view_of(root, path, before + after, encoding)
    return view, position_at(SourceText(before + after), *SourceText(before).position(len(before)), encoding)


def position_of(view: View, word: str, after: int = 0) -> types.Position:
    """The position of the first place of a word in the view's file, or so many characters behind it."""
    offset = view.text.content.index(word) + after
    return position_at(view.text, *view.text.position(offset), view.encoding)


def findings_of(view: View) -> list[Finding]:
    """What the rules find in the view's file."""
    shown = view.state.lint(lambda: None).shown
    runs = [each.run for each in shown if each.root == view.project.root]
    return [each for run in runs for each in run.findings if each.location.path == view.path]
