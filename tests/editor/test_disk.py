import os
from pathlib import Path

import pytest

from agentflow_lint.editor import disk as editor_disk
from agentflow_lint.editor.buffers import Buffers
from agentflow_lint.editor.disk import Cancelled, DiskCache, Snapshot
from agentflow_lint.editor.positions import Encoding
from agentflow_lint.model.disk import NotRegular, TooLarge
from agentflow_lint.model.files import MAX_FILE_BYTES, ProjectFiles
from agentflow_lint.sources.text import SourceText


def snapshot(*texts: tuple[Path, str]) -> Snapshot:
    buffers = Buffers(Encoding.UTF16)
    for path, text in texts:
        buffers.open(path.as_uri(), 1, text, None)
    return Snapshot(DiskCache(), buffers.all())


def test_open_texts_lie_over_files_and_make_folders(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.py").write_text("")
    disk = snapshot((tmp_path / ".env", "A=2"), (tmp_path / "new" / "deep" / "a.py", "pass"))
    files = ProjectFiles(str(tmp_path), disk=disk)
    assert files.read(".env") == SourceText("A=2")
    assert files.names() == (".env", "new", "sub")
    assert files.names("new/deep") == ("a.py",)
    assert files.is_dir("new/deep")
    assert files.is_file("new/deep/a.py")
    assert not files.is_dir("other")
    walked = {
        os.path.relpath(folder, tmp_path): (sorted(folders), sorted(names))
        for folder, folders, names in disk.walk(str(tmp_path))
    }
    assert walked == {
        ".": (["new", "sub"], [".env"]),
        "new": (["deep"], []),
        "new/deep": ([], ["a.py"]),
        "sub": ([], ["x.py"]),
    }


def test_a_text_opened_through_a_link_counts_for_the_file(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / ".env").write_text("A=1")
    (tmp_path / "link").symlink_to("real")
    disk = snapshot((tmp_path / "link" / ".env", "A=2"))
    assert ProjectFiles(str(tmp_path / "real"), disk=disk).read(".env") == SourceText("A=2")


def test_a_text_that_is_too_large(tmp_path: Path) -> None:
    disk = snapshot((tmp_path / "x", "0123456789"))
    with pytest.raises(TooLarge):
        disk.read(str(tmp_path / "x"), 9)
    assert disk.read(str(tmp_path / "x"), 10).data == b"0123456789"
    assert disk.head(str(tmp_path / "x"), 3) == b"012"


def test_files_are_read_again_only_when_their_status_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor_disk, "_UNSETTLED_NANOSECONDS", -(10**12))  # whatever was written counts as settled
    path = tmp_path / "a"
    path.write_text("one")
    cache = DiskCache()
    first = cache.read(str(path), MAX_FILE_BYTES)
    assert cache.read(str(path), MAX_FILE_BYTES) is first
    assert cache.reads == 1
    path.write_text("three")
    assert cache.read(str(path), MAX_FILE_BYTES).data == b"three"
    assert cache.reads == 2
    path.unlink()
    with pytest.raises(FileNotFoundError):
        cache.read(str(path), MAX_FILE_BYTES)
    with pytest.raises(NotRegular):
        cache.read(str(tmp_path), MAX_FILE_BYTES)


def test_a_file_written_within_one_tick_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_text("one")
    status = path.stat()
    cache = DiskCache()
    assert cache.read(str(path), MAX_FILE_BYTES).data == b"one"
    path.write_text("two")
    real = os.stat
    monkeypatch.setattr("os.stat", lambda name: status if name == str(path) else real(name))
    assert cache.read(str(path), MAX_FILE_BYTES).data == b"two"


def test_what_is_made_of_a_file_stays_with_it_when_it_is_written_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one")
    cache = DiskCache()
    first = cache.read(str(path), MAX_FILE_BYTES)
    path.write_text("one")
    assert cache.read(str(path), MAX_FILE_BYTES) is first


def test_files_that_nobody_asks_for_are_forgotten(tmp_path: Path) -> None:
    for name in ("kept", "left"):
        (tmp_path / name).write_text("x")
    cache = DiskCache()
    cache.read(str(tmp_path / "left"), MAX_FILE_BYTES)
    for _ in range(200):
        cache.next_computation()
        cache.read(str(tmp_path / "kept"), MAX_FILE_BYTES)
    assert list(cache._files) == [str(tmp_path / "kept")]


def test_a_newer_edit_ends_a_computation(tmp_path: Path) -> None:
    def pause() -> None:
        raise Cancelled

    disk = Snapshot(DiskCache(), (), pause)
    with pytest.raises(Cancelled):
        disk.names(str(tmp_path))
    assert not issubclass(Cancelled, Exception)  # no rule's crash is made of it
