import pytest
from lsprotocol import types

from agentflow_lint.editor.positions import Encoding, offset_at, position_at, range_of
from agentflow_lint.sources.text import SourceText, Span
from tests.editor import mirror

TEXT = SourceText("a😀é\tb\r\nno more\rlast 𝒳\n\u2028x\x0cy")


@pytest.mark.parametrize("encoding", list(Encoding))
def test_every_place_goes_there_and_back(encoding: Encoding) -> None:
    for offset in range(len(TEXT.content) + 1):
        if TEXT.content[offset - 1 : offset + 1] == "\r\n":
            continue  # no place of its own
        line, column = TEXT.position(offset)
        position = position_at(TEXT, line, column, encoding)
        assert (position.line, position.character) == mirror.position(TEXT.content, offset, encoding.value)
        assert offset_at(TEXT, position, encoding) == offset


@pytest.mark.parametrize(
    ("line", "unit", "offset"),
    [(0, 99, 5), (1, 99, 14), (3, 99, 26), (4, 0, 26), (99, 99, 26), (0, 2, 2)],
    ids=["behind a line", "behind a short end", "behind the last", "next line", "far behind", "within a face"],
)
def test_what_is_no_place_is_the_next_one(line: int, unit: int, offset: int) -> None:
    assert len(TEXT.content) == 26
    assert offset_at(TEXT, types.Position(line, unit), Encoding.UTF16) == offset


def test_a_byte_order_mark_that_the_client_shows_moves_the_first_line_only() -> None:
    text = SourceText("ab\nab", has_bom=True)
    shown = range_of(text, Span(1, 1, 2, 2), Encoding.UTF8, shown_mark=True)
    assert (shown.start.character, shown.end.character) == (3, 1)
    hidden = range_of(text, Span(1, 1, 2, 2), Encoding.UTF8)
    assert (hidden.start.character, hidden.end.character) == (0, 1)
