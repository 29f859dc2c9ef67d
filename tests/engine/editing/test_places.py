from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.editing.places import indentation, line_break_after, replaced, replaced_within, written_at
from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from pathlib import Path


def files(folder: Path, content: str) -> ProjectFiles:
    (folder / "a").write_bytes(content.encode())
    return ProjectFiles(str(folder))


def at(*span: int) -> Location:
    return Location("a", Span(*span))


@pytest.mark.parametrize("span", [(0, 1, 0, 1), (4, 1, 4, 2), (1, 1, 9, 1), (2, 1, 1, 1), (3, 5, 3, 99)])
def test_a_place_that_is_not_there_holds_nothing(tmp_path: Path, span: tuple[int, ...]) -> None:
    assert written_at(files(tmp_path, "one\ntwo\nthree"), at(*span)) is None


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert written_at(ProjectFiles(str(tmp_path)), at(1, 1, 1, 1)) is None
    assert written_at(ProjectFiles(str(tmp_path)), None) is None


@pytest.mark.parametrize(("quoted", "expected"), [("old", "new"), ("'old'", "'new'"), ('"old"', '"new"')])
def test_quotation_marks_stay(tmp_path: Path, quoted: str, expected: str) -> None:
    edit = replaced(files(tmp_path, f"x={quoted}"), at(1, 3, 1, 3 + len(quoted)), "old", "new")
    assert edit is not None
    assert apply_edits(SourceText(f"x={quoted}"), [edit]) == f"x={expected}"


@pytest.mark.parametrize("written", ["older", "${OLD:-old}", "$old", "'old", "ol\\d"])
def test_what_is_written_otherwise_stays(tmp_path: Path, written: str) -> None:
    assert replaced(files(tmp_path, written), at(1, 1, 1, len(written) + 1), "old", "new") is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"127.0.0.1:80"', '"0.0.0.0:80"'),
        ('f"127.0.0.1:{os.environ["PORT"]}"', 'f"0.0.0.0:{os.environ["PORT"]}"'),
        ("127.0.0.1:$PORT", "0.0.0.0:$PORT"),
        ("${BIND:-127.0.0.1}", None),
        ('os.getenv("BIND", "127.0.0.1:80")', None),
        ("127.0.0.1 127.0.0.1", None),
        ("::1", None),
    ],
)
def test_a_part_is_replaced_unless_a_variable_comes_first(tmp_path: Path, written: str, expected: str | None) -> None:
    edit = replaced_within(files(tmp_path, written), at(1, 1, 1, len(written) + 1), "127.0.0.1", "0.0.0.0")
    assert (edit and apply_edits(SourceText(written), [edit])) == expected


def test_lines_and_their_blanks() -> None:
    text = SourceText("a\r\n \tb c\r\nd")
    offset = text.offset(2, 3)
    assert text.content[: line_break_after(text, offset)] == "a\r\n \tb c"
    assert indentation(text, offset) == " \t"
