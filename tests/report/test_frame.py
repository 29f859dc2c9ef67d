from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from agentflow_lint.report.frame import Frame, frame_of
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.model.project import Project


def frame(folder: Path, content: bytes, *span: int) -> Frame | None:
    (folder / "file").write_bytes(content)
    project = cast("Project", SimpleNamespace(files=ProjectFiles(str(folder))))
    return frame_of(project, Location("file", Span(*span)))


def drawn(frame: Frame | None) -> str:
    assert frame is not None
    return f"{frame.line}\n{' ' * frame.indent}{'^' * frame.width}"


def test_the_mark_stands_under_what_is_meant(tmp_path: Path) -> None:
    assert drawn(frame(tmp_path, b"MODE=x\nORIGINS=*\n", 2, 9, 2, 10)) == "ORIGINS=*\n        ^"


@pytest.mark.parametrize("newline", [b"\r\n", b"\r", b"\n"])
def test_any_newline_ends_a_line(tmp_path: Path, newline: bytes) -> None:
    assert drawn(frame(tmp_path, b"A=1" + newline + b"B=22" + newline, 2, 3, 2, 5)) == "B=22\n  ^^"


def test_tabs_are_widened_before_and_under_the_mark(tmp_path: Path) -> None:
    assert drawn(frame(tmp_path, b"\tA=1", 1, 2, 1, 3)) == "    A=1\n    ^"
    assert drawn(frame(tmp_path, b"A\tB", 1, 1, 1, 4)) == "A    B\n^^^^^^"


def test_wide_and_combining_characters_are_counted_in_cells(tmp_path: Path) -> None:
    assert drawn(frame(tmp_path, "名=x".encode(), 1, 3, 1, 4)) == "名=x\n   ^"
    assert drawn(frame(tmp_path, "名=x".encode(), 1, 1, 1, 2)) == "名=x\n^^"
    assert drawn(frame(tmp_path, "e\u0301=x".encode(), 1, 4, 1, 5)) == "e\u0301=x\n  ^"


def test_characters_that_command_a_terminal_are_replaced(tmp_path: Path) -> None:
    shown = frame(tmp_path, "A=\x1b[31m\u202ex".encode(), 1, 3, 1, 4)
    assert shown is not None
    assert shown.line == "A=\ufffd[31m\ufffdx"


def test_a_long_line_is_cut_around_the_mark(tmp_path: Path) -> None:
    line = b"a" * 500 + b"*" + b"b" * 500
    shown = frame(tmp_path, line, 1, 501, 1, 502)
    assert shown is not None
    assert len(shown.line) < 130
    assert shown.line[shown.indent : shown.indent + shown.width] == "*"
    assert shown.line.startswith("...a")
    assert shown.line.endswith("b...")


def test_a_long_line_is_cut_at_its_ends_only_where_something_is_missing(tmp_path: Path) -> None:
    first = frame(tmp_path, b"*" + b"b" * 500, 1, 1, 1, 2)
    last = frame(tmp_path, b"a" * 500 + b"*", 1, 501, 1, 502)
    assert first is not None
    assert last is not None
    assert (first.indent, first.line[:2], first.line[-4:]) == (0, "*b", "b...")
    assert (last.line[:4], last.line[-2:], last.line[last.indent]) == ("...a", "a*", "*")


def test_a_mark_longer_than_the_window_ends_with_it(tmp_path: Path) -> None:
    shown = frame(tmp_path, b"x" * 500, 1, 1, 1, 501)
    assert shown is not None
    assert shown.width <= len(shown.line)


def test_a_line_of_thousands_of_characters_is_only_described(tmp_path: Path) -> None:
    shown = frame(tmp_path, b"x" * 5000, 1, 1, 1, 2)
    assert shown is not None
    assert shown.line == ""
    assert "5000 characters" in shown.note


def test_a_place_over_several_lines_shows_the_first_and_says_so(tmp_path: Path) -> None:
    shown = frame(tmp_path, b'"auth": {\n  "method": 1\n}\n', 1, 9, 3, 2)
    assert drawn(shown) == '"auth": {\n        ^'
    assert shown is not None
    assert shown.note == "continues to line 3"


def test_a_secret_is_hidden_and_the_mark_stays_in_place(tmp_path: Path) -> None:
    content = b'client(api_key="hunter2hunter2", model="gpt")'
    assert drawn(frame(tmp_path, content, 1, 16, 1, 32)) == 'client(api_key="***", model="gpt")\n' + " " * 15 + "^^^^^"
    assert drawn(frame(tmp_path, content, 1, 33, 1, 38)).splitlines()[1] == " " * 21 + "^^^^^"
    assert drawn(frame(tmp_path, content, 1, 8, 1, 15)).splitlines()[1] == " " * 7 + "^^^^^^^"


def test_an_empty_place_still_gets_a_mark(tmp_path: Path) -> None:
    assert drawn(frame(tmp_path, b"ORIGINS=", 1, 9, 1, 9)) == "ORIGINS=\n        ^"


@pytest.mark.parametrize(
    ("content", "span"),
    [
        (b"", (1, 1, 1, 1)),
        (b"{", (1, 1, 1, 1)),
        (b"A=1", (7, 1, 7, 2)),
        (b"\xff", (1, 1, 1, 1)),
        (b"\n\nA", (1, 1, 1, 2)),
    ],
)
def test_a_place_that_shows_nothing_has_no_frame(tmp_path: Path, content: bytes, span: tuple[int, ...]) -> None:
    assert frame(tmp_path, content, *span) is None


def test_a_missing_file_has_no_frame(tmp_path: Path) -> None:
    project = cast("Project", SimpleNamespace(files=ProjectFiles(str(tmp_path))))
    assert frame_of(project, Location("agentflow.json")) is None


def test_a_column_beyond_the_line_is_no_obstacle(tmp_path: Path) -> None:
    assert drawn(frame(tmp_path, b"A=1", 1, 50, 1, 60)) == "A=1\n   ^"


@settings(max_examples=150, deadline=None)
@given(
    content=st.text(st.characters(codec="utf-8"), max_size=300),
    span=st.tuples(*[st.integers(1, 12)] * 4),
)
def test_no_content_and_no_place_is_too_odd(content: str, span: tuple[int, ...]) -> None:
    source = SourceText(content)
    project = cast("Project", SimpleNamespace(files=SimpleNamespace(read=lambda _: source)))
    shown = frame_of(project, Location("file", Span(*span)))
    if shown is not None:
        assert shown.width >= 1
        assert "\n" not in shown.line
        assert "\x1b" not in shown.line
