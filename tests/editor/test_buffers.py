from pathlib import Path

from lsprotocol import types

from agentflow_lint.editor.buffers import Buffers
from agentflow_lint.editor.paths import path_of, uri_of
from agentflow_lint.editor.positions import Encoding

URI = "file:///desk/.env"


def content(buffers: Buffers) -> bytes:
    buffer = buffers.get(URI)
    assert buffer is not None
    return buffer.content.data


def partial(text: str, *at: int) -> types.TextDocumentContentChangePartial:
    place = types.Range(types.Position(*at[:2]), types.Position(*at[2:]))
    return types.TextDocumentContentChangePartial(range=place, text=text)


def test_several_changes_each_count_from_what_the_one_before_made() -> None:
    buffers = Buffers(Encoding.UTF16)
    assert buffers.open(URI, 1, "A=1\nB=2\n", None)
    assert buffers.change(URI, 2, [partial("C=3\n", 0, 0, 0, 0), partial("", 1, 0, 2, 0), partial("!", 1, 3, 1, 3)])
    assert content(buffers) == b"C=3\nB=2!\n"
    assert buffers.change(URI, 3, [types.TextDocumentContentChangeWholeDocument("new")])
    assert content(buffers) == b"new"
    buffer = buffers.get(URI)
    assert buffer is not None
    assert buffer.version == 3


def test_a_range_that_ends_before_it_begins_inserts() -> None:
    buffers = Buffers(Encoding.UTF16)
    buffers.open(URI, 1, "ABC", None)
    buffers.change(URI, 2, [partial("x", 0, 2, 0, 1)])
    assert content(buffers) == b"ABxC"


def test_a_hidden_byte_order_mark_is_saved_again() -> None:
    buffers = Buffers(Encoding.UTF8)
    buffers.open(URI, 1, "A=1", b"\xef\xbb\xbfA=1")
    assert content(buffers) == b"\xef\xbb\xbfA=1"
    buffers.change(URI, 2, [partial("B", 0, 0, 0, 1)])
    assert content(buffers) == b"\xef\xbb\xbfB=1"
    buffers.close(URI)
    buffers.open(URI, 1, "\ufeffA=1", b"\xef\xbb\xbfA=1")
    assert content(buffers) == b"\xef\xbb\xbfA=1"
    buffer = buffers.get(URI)
    assert buffer is not None
    assert buffer.shows_mark


def test_bytes_that_are_no_text_count_until_somebody_edits() -> None:
    buffers = Buffers(Encoding.UTF8)
    buffers.open(URI, 1, "A=\ufffd", b"A=\xe9")
    assert content(buffers) == b"A=\xe9"
    buffers.change(URI, 2, [partial("B", 0, 0, 0, 1)])
    assert content(buffers) == "B=\ufffd".encode()


def test_half_a_pair_is_saved_as_a_replacement_character() -> None:
    buffers = Buffers(Encoding.UTF16)
    buffers.open(URI, 1, "A=\ud83d", None)
    assert content(buffers) == "A=\ufffd".encode()


def test_what_is_no_file_is_not_taken() -> None:
    buffers = Buffers(Encoding.UTF16)
    assert not buffers.open("untitled:one", 1, "x", None)
    assert not buffers.change("untitled:one", 2, [])
    assert not buffers.close("untitled:one")
    assert buffers.all() == ()


def test_addresses_and_paths(tmp_path: Path) -> None:
    for name in ("plain", "with space", "ü%20#?;", "a+b"):
        path = str(tmp_path / name)
        assert path_of(uri_of(path)) == path
        assert path_of(Path(path).as_uri()) == path
    assert path_of("http://example.com/x") is None
    assert path_of("file:///a/b/../c%00") is None
