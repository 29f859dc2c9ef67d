import os
from pathlib import Path

import pytest

from agentflow_lint.model.files import Missing, ProjectFiles, Unreadable
from agentflow_lint.sources.text import SourceText


def content(files, path):
    text = files.read(path)
    assert isinstance(text, SourceText)
    return text.content


def test_reads_text_without_its_byte_order_mark(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf{}")
    text = ProjectFiles(str(tmp_path)).read("a.json")
    assert text == SourceText("{}", has_bom=True)


def test_a_missing_file_and_a_file_below_a_file_are_missing(tmp_path):
    (tmp_path / "a").write_text("x")
    files = ProjectFiles(str(tmp_path))
    assert isinstance(files.read("b"), Missing)
    assert isinstance(files.read("a/b"), Missing)
    assert not files.unreadable


@pytest.mark.parametrize("path", ["../outside", "/etc/hostname", "sub/../../outside"])
def test_paths_outside_the_project_are_never_read(tmp_path, path):
    (tmp_path / "outside").write_text("secret")
    root = tmp_path / "project"
    (root / "sub").mkdir(parents=True)
    result = ProjectFiles(str(root)).read(path)
    assert isinstance(result, Unreadable)
    assert result.kind == "outside"


def test_a_link_that_leads_outside_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("s3cret")
    root = tmp_path / "project"
    root.mkdir()
    (root / ".env").symlink_to(tmp_path / "secret")
    files = ProjectFiles(str(root))
    assert files.read(".env") == Unreadable(".env", "outside", "leads outside the project, which is never read")
    assert not files.is_file(".env")


def test_a_link_inside_the_project_is_followed(tmp_path):
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to("real")
    assert content(ProjectFiles(str(tmp_path)), "link") == "x"


def test_a_link_that_points_at_itself_is_reported(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    result = ProjectFiles(str(tmp_path)).read("loop")
    assert isinstance(result, Unreadable)


def test_a_root_with_a_common_prefix_is_outside(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project-secrets").mkdir()
    (tmp_path / "project-secrets" / "a").write_text("x")
    result = ProjectFiles(str(tmp_path / "project")).read("../project-secrets/a")
    assert isinstance(result, Unreadable)


def test_a_pipe_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    result = ProjectFiles(str(tmp_path)).read("pipe")
    assert isinstance(result, Unreadable)
    assert result.kind == "type"


def test_a_folder_is_not_a_file(tmp_path):
    (tmp_path / "d").mkdir()
    files = ProjectFiles(str(tmp_path))
    assert isinstance(files.read("d"), Unreadable)
    assert files.is_dir("d")
    assert not files.is_file("d")


def test_a_large_file_is_not_read(tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 11)
    files = ProjectFiles(str(tmp_path), max_bytes=10)
    result = files.read("big")
    assert isinstance(result, Unreadable)
    assert result.kind == "size"
    assert files.unreadable == (result,)


def test_what_is_not_utf8_names_the_line(tmp_path):
    (tmp_path / "a").write_bytes(b"ok\n\xff\n")
    result = ProjectFiles(str(tmp_path)).read("a")
    assert isinstance(result, Unreadable)
    assert result.reason == "is not UTF-8 (byte 3 in line 2)"


def test_a_file_is_read_once(tmp_path):
    path = tmp_path / "a"
    path.write_text("first")
    files = ProjectFiles(str(tmp_path))
    files.read("a")
    path.write_text("second")
    assert content(files, "a") == "first"


@pytest.mark.parametrize("path", ["a\0b", "\0", "\ud800"])
def test_a_name_that_no_file_can_have_is_outside(tmp_path, path):
    files = ProjectFiles(str(tmp_path))
    assert isinstance(files.read(path), Unreadable)
    assert not files.is_file(path)
    assert not files.is_dir(path)


def test_names_are_sorted_and_a_missing_folder_has_none(tmp_path):
    for name in ("b", "a", "C"):
        (tmp_path / name).touch()
    files = ProjectFiles(str(tmp_path))
    assert files.names() == ("C", "a", "b")
    assert files.names("nowhere") == ()


def test_an_undecodable_byte_has_its_place_in_characters(tmp_path):
    (tmp_path / "a").write_bytes("eins\nüü".encode() + b"\xff\n")
    (tmp_path / "marked").write_bytes("\ufeffü".encode() + b"\xff")
    files = ProjectFiles(str(tmp_path))
    plain, marked = files.read("a"), files.read("marked")
    assert isinstance(plain, Unreadable)
    assert isinstance(marked, Unreadable)
    assert plain.span == (2, 3, 2, 4)
    assert marked.span == (1, 2, 1, 3)


def test_a_file_that_cannot_be_opened_is_reported(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("A=1")

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    files = ProjectFiles(str(tmp_path))
    result = files.read(".env")
    monkeypatch.undo()
    assert result == Unreadable(".env", "permission", "cannot be opened (Permission denied)")
    assert files.unreadable == (result,)


def test_a_glance_at_a_file_that_cannot_be_read_is_no_news(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    (tmp_path / "large").write_bytes(b"x" * 11)
    (tmp_path / "plain").write_text("text")
    files = ProjectFiles(str(tmp_path), max_bytes=10)
    assert [files.glance(path) for path in ("latin", "large", "none", "../up", ".")] == [None] * 5
    assert files.glance("plain") == SourceText("text")
    assert files.read("plain") is files.glance("plain")
    assert not files.unreadable
    assert isinstance(files.read("latin"), Unreadable)
    assert len(files.unreadable) == 1
    assert files.glance("latin") is None
