"""Which findings a comment reaches."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.suppressions.scopes import FileSuppressions, read_suppressions
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.sources.comments import CommentKind


def read(kind: CommentKind | None, text: str, catalogue: Catalogue) -> FileSuppressions:
    return read_suppressions(SourceText(textwrap.dedent(text).removeprefix("\n")), lambda: kind, catalogue)


def reached(kind: CommentKind, text: str, catalogue: Catalogue, lines: int = 12) -> list[int]:
    """The lines a finding on which is suppressed."""
    found = read(kind, text, catalogue)
    assert not found.malformed
    return [
        line
        for line in range(1, lines + 1)
        if any(each.reach(Span(line, 1, line, 2)) is not None for each in found.suppressions)
    ]


IGNORE = "# agentflow-lint: ignore[XX301]"


def test_its_own_line(catalogue: Catalogue) -> None:
    assert reached("python", f"a = 1\nb = 2  {IGNORE}\nc = 3\n", catalogue) == [2]


def test_the_line_below_a_comment_that_stands_alone(catalogue: Catalogue) -> None:
    assert reached("python", f"a = 1\n{IGNORE}\nb = 2\nc = 3\n", catalogue) == [2, 3]


def test_below_several_comments(catalogue: Catalogue) -> None:
    assert reached("env", f"{IGNORE}\n# agentflow-lint: ignore[XX302]\n# words\nA=1\nB=2\n", catalogue) == [1, 2, 4]


def test_not_beyond_a_blank_line(catalogue: Catalogue) -> None:
    assert reached("env", f"{IGNORE}\n\nA=1\n", catalogue) == [1, 2]


def test_a_comment_behind_the_line_above_is_not_about_this_one(catalogue: Catalogue) -> None:
    assert reached("yaml", f"a: 1 {IGNORE}\nb: 2\n", catalogue) == [1]


def test_above_a_statement_it_is_about_all_its_lines(catalogue: Catalogue) -> None:
    text = f"""
    {IGNORE}
    app = compile(
        a,
        b,
    )
    c = 1
    """
    assert reached("python", text, catalogue) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("at", [1, 4])
def test_behind_the_first_or_last_line_of_a_statement_too(catalogue: Catalogue, at: int) -> None:
    lines = ["app = compile(", "    a,", "    b,", ")", "c = 1", ""]
    lines[at - 1] += f"  {IGNORE}"
    assert reached("python", "\n".join(lines), catalogue) == [1, 2, 3, 4]


def test_inside_a_statement_it_is_about_its_line(catalogue: Catalogue) -> None:
    assert reached("python", f"app = compile(\n    a,  {IGNORE}\n    b,\n)\n", catalogue) == [2]
    assert reached("dockerfile", f"FROM a\nRUN b \\\n  {IGNORE}\n  c \\\n  d\n", catalogue) == [3, 4]


def test_above_a_dockerfile_instruction(catalogue: Catalogue) -> None:
    assert reached("dockerfile", f"FROM a\n{IGNORE}\nRUN b \\\n  c\nRUN d\n", catalogue) == [2, 3, 4]
    assert reached("dockerfile", f"FROM a\n{IGNORE}\nRUN <<E\nc\nE\nRUN d\n", catalogue) == [2, 3, 4, 5]


@pytest.mark.parametrize("text", [f"{IGNORE}\na: |\n  b\n  c\nd: 1\n", f"x: 1\na: | {IGNORE}\n  b\n  c\nd: 1\n"])
def test_a_block_scalar_as_a_whole(catalogue: Catalogue, text: str) -> None:
    assert reached("yaml", text, catalogue)[-3:] == [2, 3, 4]


def test_a_comment_within_the_lines_of_a_finding(catalogue: Catalogue) -> None:
    (found,) = read("yaml", f"a:\n  b: 1 {IGNORE}\n  c: 1\n", catalogue).suppressions
    assert found.reach(Span(1, 1, 3, 7)) is not None
    assert found.reach(Span(1, 1, 2, 1)) is None  # it ends before the second line
    assert found.reach(Span(3, 1, 3, 7)) is None


def test_a_range(catalogue: Catalogue) -> None:
    text = """
    A=1
    # agentflow-lint: disable[XX301, in-memory] why
    B=1
    # agentflow-lint: enable[XX501]
    C=1
    # agentflow-lint: enable[wildcard-origins]
    D=1
    """
    found = read("env", text, catalogue)
    assert not found.malformed
    assert [(each.code, each.targets) for each in found.suppressions] == [("XX301", ((2, 6),)), ("XX501", ((2, 4),))]


def test_a_whole_file(catalogue: Catalogue) -> None:
    assert reached("procfile", "web: a\n# agentflow-lint: ignore-file[XX301]\n", catalogue, 3) == [1, 2, 3]


def test_narrower_ones_come_first(catalogue: Catalogue) -> None:
    text = """
    # agentflow-lint: ignore-file[XX301]
    # agentflow-lint: disable[XX301]
    A=1 # agentflow-lint: ignore[XX301]
    # agentflow-lint: enable[XX301]
    """
    found = read("env", text, catalogue)
    reaches = [each.reach(Span(3, 1, 3, 2)) for each in found.suppressions]
    assert all(reach is not None for reach in reaches)
    assert reaches == sorted(reaches, key=lambda reach: -(reach or 0))
    assert len(set(reaches)) == 3


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("# agentflow-lint: ignore[XX303]\n", 1, "unknown rule 'XX303'; did you mean 'XX30"),
        ("\nA=1 # agentflow-lint: ignore[XX301, wildcart-origins]\n", 2, "did you mean 'wildcard-origins'?"),
        ("# agentflow-lint: ignore[XX3]\n", 1, "'XX3' is a family"),
        ("# agentflow-lint: ignore[all]\n", 1, "'all' is a family"),
        ("A=1 # agentflow-lint: ignore-file[XX301]\n", 1, "must stand on a line of its own"),
        ("A=1 # agentflow-lint: disable[XX301]\n# agentflow-lint: enable[XX301]\n", 1, "a line of its own"),
        ("# agentflow-lint: disable[XX301]\nA=1\n", 1, "never enabled again"),
        ("A=1\n# agentflow-lint: enable[XX301]\n", 2, "no 'disable' above"),
        ("# agentflow-lint: disable[XX301]\n# agentflow-lint: disable[wildcard-origins]\n", 2, "since line 1"),
        ("\n# agentflow-lint: ignore\n", 2, "names no rule"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(catalogue: Catalogue, text: str, line: int, said: str) -> None:
    found = read_suppressions(SourceText(text), lambda: "env", catalogue)
    assert [each for each in found.malformed if each.span.line == line and said in each.message]


def test_names_in_any_case_and_codes(catalogue: Catalogue) -> None:
    found = read("env", "A=1 # agentflow-lint: ignore[xx301, Local-Origin]\n", catalogue)
    assert [each.code for each in found.suppressions] == ["XX301", "XX302"]


def test_a_file_without_comments_has_none(catalogue: Catalogue) -> None:
    assert read(None, f"{IGNORE}\n", catalogue) == FileSuppressions()
    assert read("env", f"A='{IGNORE}'\n", catalogue) == FileSuppressions()


def test_a_file_without_the_word_is_not_scanned(catalogue: Catalogue) -> None:
    def never() -> CommentKind:
        raise AssertionError

    assert read_suppressions(SourceText("A=1 # x\n"), never, catalogue) == FileSuppressions()
