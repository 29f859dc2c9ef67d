from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.finding import Consequence, Finding, Severity
from agentflow_lint.engine.fix import Applicability, Edit, Fix, OverlappingEditsError, apply_edits, newline_of
from agentflow_lint.engine.fixing import apply_fixes
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from pathlib import Path


def edit(text: str, *span: int, path: str = "a") -> Edit:
    return Edit(Location(path, Span(*span)), text)


def finding(*edits: Edit, applicability: Applicability = Applicability.SAFE, deployment: str | None = None) -> Finding:
    fix = Fix("Change it.", applicability, edits)
    at = edits[0].location
    return Finding("AF301", "x", Consequence.EXPOSES, Severity.ERROR, "m", "h", at, "p", deployment, fix=fix)


def test_edits_are_made_where_they_say() -> None:
    text = SourceText("one\ntwo\nthree")
    edits = [edit("3", 3, 1, 3, 6), edit("ONE", 1, 1, 1, 4), edit("!", 2, 4, 2, 4)]
    assert apply_edits(text, edits) == "ONE\ntwo!\n3"


def test_insertions_at_one_place_keep_their_order() -> None:
    assert (
        apply_edits(SourceText("ab"), [edit("1", 1, 2, 1, 2), edit("2", 1, 2, 1, 2), edit("B", 1, 2, 1, 3)]) == "a12B"
    )


def test_edits_of_the_same_characters_are_refused() -> None:
    with pytest.raises(OverlappingEditsError):
        apply_edits(SourceText("abc"), [edit("x", 1, 1, 1, 3), edit("y", 1, 2, 1, 4)])


@pytest.mark.parametrize(("content", "newline"), [("a", "\n"), ("a\n", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb", "\r")])
def test_new_lines_end_as_the_file_s_do(content: str, newline: str) -> None:
    assert newline_of(SourceText(content)) == newline
    assert apply_edits(SourceText(content), [edit("x\ny", 1, 1, 1, 2)]) == content.replace("a", f"x{newline}y", 1)


def test_a_pass_keeps_the_byte_order_mark_and_other_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("\ufeffKEY=1\r\n# ü\r\n".encode())
    result = apply_fixes(ProjectFiles(str(tmp_path)), [finding(edit("2", 1, 5, 1, 6))])
    assert result.contents == {"a": "\ufeffKEY=2\r\n# ü\r\n".encode()}


def test_only_allowed_fixes_are_applied(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("abc")
    findings = [
        finding(edit("1", 1, 1, 1, 2)),
        finding(edit("2", 1, 2, 1, 3), applicability=Applicability.UNSAFE),
        finding(edit("3", 1, 3, 1, 4), applicability=Applicability.SUGGESTION),
    ]
    files = ProjectFiles(str(tmp_path))
    assert apply_fixes(files, findings).contents == {"a": b"1bc"}
    assert apply_fixes(files, findings, unsafe=True).contents == {"a": b"12c"}


def test_a_fix_that_overlaps_waits_with_all_its_edits(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("abc")
    (tmp_path / "b").write_text("abc")
    first = finding(edit("x", 1, 1, 1, 3))
    second = finding(edit("y", 1, 2, 1, 4), edit("z", 1, 1, 1, 2, path="b"))
    result = apply_fixes(ProjectFiles(str(tmp_path)), [first, second])
    assert (result.contents, result.fixed, result.postponed) == ({"a": b"xc"}, (first,), (second,))


def test_two_insertions_at_one_point_are_two_passes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("ab")
    first, second = finding(edit("1", 1, 2, 1, 2)), finding(edit("2", 1, 2, 1, 2))
    assert apply_fixes(ProjectFiles(str(tmp_path)), [first, second]).postponed == (second,)


def test_one_mistake_that_two_deployments_see_is_fixed_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("abc")
    both = [finding(edit("x", 1, 1, 1, 2), deployment=name) for name in ("web", "worker")]
    result = apply_fixes(ProjectFiles(str(tmp_path)), both)
    assert (result.contents, result.fixed) == ({"a": b"xbc"}, tuple(both))


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    result = apply_fixes(ProjectFiles(str(tmp_path)), [finding(edit("A=\nB=\n", 1, 1, 1, 1, path=".env.example"))])
    assert result.contents == {".env.example": b"A=\nB=\n"}


def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff")
    result = apply_fixes(ProjectFiles(str(tmp_path)), [finding(edit("x", 1, 1, 1, 1))])
    assert (result.contents, len(result.postponed)) == ({}, 1)
