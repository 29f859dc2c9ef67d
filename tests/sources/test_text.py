from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.sources.text import SourceText, Span

TEXTS = st.text(st.sampled_from("ab \n\r\té\u2028\x0b\x85😀"), max_size=40)


@pytest.mark.parametrize(
    ("content", "starts"),
    [
        ("", (0,)),
        ("a", (0,)),
        ("a\n", (0, 2)),
        ("a\nb", (0, 2)),
        ("a\r\nb", (0, 3)),
        ("a\rb", (0, 2)),
        ("\r\r\n\n", (0, 1, 3, 4)),
        ("a\n\rb", (0, 2, 3)),
        ("a\r", (0, 2)),
    ],
)
def test_a_line_ends_at_lf_crlf_or_a_lone_cr(content: str, starts: tuple[int, ...]) -> None:
    text = SourceText(content)
    assert text.line_starts == starts
    assert text.line_count == len(starts)


def test_other_unicode_line_separators_end_no_line() -> None:
    assert SourceText("a\u2028b\x0bc\x85d\x0ce").line_count == 1


def test_the_byte_order_mark_is_known_and_not_content() -> None:
    text = SourceText.decode(b"\xef\xbb\xbfa=1\n")
    assert text.has_bom
    assert text.content == "a=1\n"
    assert text.position(0) == (1, 1)


def test_only_a_leading_byte_order_mark_is_taken_off() -> None:
    text = SourceText.decode(b"a\xef\xbb\xbf")
    assert not text.has_bom
    assert text.content == "a\ufeff"


def test_of_two_byte_order_marks_one_stays_content() -> None:
    assert SourceText.decode(b"\xef\xbb\xbf\xef\xbb\xbfa").content == "\ufeffa"


@pytest.mark.parametrize("data", [b"\xff\xfea\x00", b"caf\xe9", b"\xed\xa0\x80"])
def test_anything_but_utf8_is_refused(data: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        SourceText.decode(data)


def test_decoding_keeps_the_newlines_of_the_file() -> None:
    assert SourceText.decode(b"a\r\nb\rc\n").content == "a\r\nb\rc\n"


def test_columns_count_characters_not_bytes_or_utf16_units() -> None:
    assert SourceText("é😀x").position(2) == (1, 3)


def test_the_newline_belongs_to_the_line_it_ends() -> None:
    text = SourceText("ab\r\nc")
    assert [text.position(offset) for offset in range(6)] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2)]


@pytest.mark.parametrize("number", [0, -1, 4, 100])
def test_a_line_that_is_not_there_is_empty(number: int) -> None:
    assert SourceText("a\nb\nc").line(number) == ""


def test_a_span_may_cross_lines() -> None:
    assert SourceText("ab\r\ncd").span(1, 5) == Span(1, 2, 2, 2)
    assert Span.whole_line(3, 4) == Span(3, 1, 3, 5)


@given(TEXTS, st.data())
def test_position_and_offset_are_inverse(content: str, data: st.DataObject) -> None:
    text = SourceText(content)
    offset = data.draw(st.integers(0, len(content)))
    line, column = text.position(offset)
    assert text.offset(line, column) == offset
    assert 1 <= line <= text.line_count
    assert column >= 1


@given(TEXTS)
def test_lines_are_those_of_a_file_opened_in_text_mode(content: str) -> None:
    text = SourceText(content)
    translated = io.TextIOWrapper(io.BytesIO(content.encode()), encoding="utf-8").read().split("\n")
    assert [text.line(number) for number in range(1, text.line_count + 1)] == translated


@given(TEXTS)
def test_decode_undoes_encode(content: str) -> None:
    assert SourceText.decode(content.encode()) == SourceText(content)
    assert SourceText.decode(b"\xef\xbb\xbf" + content.encode()) == SourceText(content, has_bom=True)
