"""What is edited line by line comes to the new text."""

from __future__ import annotations

import codecs

import pytest

from agentflow_lint.editor.edits import edits_between
from agentflow_lint.engine.fix import edited_bytes
from agentflow_lint.sources.text import SourceText
from tests.bounded import bounded

CASES = {
    "nothing changes": ("a\nb\n", "a\nb\n", 0),
    "a line is new": ("a\nb\n", "a\nx\nb\n", 1),
    "a line has gone": ("a\nb\n", "b\n", 1),
    "both ends": ("a\nb\nc\n", "x\nb\ny\n", 2),
    "the last newline is new": ("a\nb", "a\nb\n", 1),
    "the last newline has gone": ("a\nb\n", "a\nb", 1),
    "everything is new": ("", "a\nb\n", 1),
    "everything has gone": ("a\nb\n", "", 1),
    "separators that end no line": ("a\x0cb\u2028c\n😀\n", "a\x0cx\u2028c\n😀y\n", 2),
}


def edited(old: str, new: str, *, has_bom: bool) -> tuple[bytes, int]:
    text = SourceText(old, has_bom)
    edits = list(edits_between("main.py", text, codecs.BOM_UTF8 * has_bom + new.encode()))
    return edited_bytes(text, edits), len(edits)


@pytest.mark.parametrize("has_bom", [False, True])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("case", CASES)
def test_the_edits_come_to_the_new_text(case: str, newline: str, has_bom: bool) -> None:
    old, new, edits = CASES[case]
    if old:  # an empty file shows no newline
        old, new = old.replace("\n", newline), new.replace("\n", newline)
    assert edited(old, new, has_bom=has_bom) == (codecs.BOM_UTF8 * has_bom + new.encode(), edits)


def test_a_long_text_with_many_equal_lines_takes_no_time() -> None:
    lines = [line for number in range(15_000) for line in (f"x = {number}", "", "", "}")]
    old = "\n".join(lines)
    new = old.replace("x = 3\n", "y = 3\n").replace("x = 14990\n", "y = 0\n")
    with bounded():
        assert edited(old, new, has_bom=False) == (new.encode(), 2)
