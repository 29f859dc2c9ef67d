"""Suppressions on the command line, with the pack of marks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result


@pytest.fixture
def marks(project: Path) -> Path:
    """A file that kinds of comments belong to, each line of which says what is found in it."""
    path = project / "marks.txt"
    path.write_text("error\n")
    return path


def test_the_summary_counts_what_is_suppressed(cli: Callable[..., Result], marks: Path) -> None:
    marks.write_text("# agentflow-lint: ignore[XX101] known\nerror\n")
    result = cli("--select", "XX101")
    assert result.code == 0
    assert "1 finding suppressed by a comment" in result.out
    summary = json.loads(cli("--select", "XX101", "--output-format", "json").out)["summary"]
    assert (summary["suppressed"], summary["ignored"]) == (1, 0)


def test_no_suppressions(cli: Callable[..., Result], marks: Path) -> None:
    marks.write_text("# agentflow-lint: ignore[XX101] known\nerror\n")
    result = cli("--select", "XX101", "--no-suppressions")
    assert result.code == 1
    assert "suppressed" not in result.out


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("ignore[XX111]", "marks.txt:1: unknown rule 'XX111'; did you mean 'XX1"),
        ("ignore", "marks.txt:1: 'ignore' names no rule"),
        ("ingore[XX101]", "marks.txt:1: unknown suppression 'ingore'; did you mean 'ignore'?"),
    ],
)
def test_a_bad_comment_is_exit_code_2(cli: Callable[..., Result], marks: Path, comment: str, said: str) -> None:
    marks.write_text(f"# agentflow-lint: {comment}\nwarning\n")
    result = cli("--select", "XX101")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"agentflow-lint: error: {said}")


def test_adding_them(cli: Callable[..., Result], marks: Path) -> None:
    result = cli("--select", "XX101", "--add-suppressions", "--reason", "known since May")
    assert marks.read_text() == "error  # agentflow-lint: ignore[XX101] known since May\n"
    assert result.code == 0
    assert result.err == "agentflow-lint: added 1 comment and 0 entries of the configuration in 1 file\n"
    assert "1 finding suppressed by a comment" in result.out


def test_showing_what_would_be_added(cli: Callable[..., Result], marks: Path) -> None:
    result = cli("--select", "XX101", "--add-suppressions", "--diff")
    assert result.code == 1
    assert "+error  # agentflow-lint: ignore[XX101]" in result.out
    assert marks.read_text() == "error\n"
    marks.write_text("nothing\n")
    assert cli("--select", "XX101", "--add-suppressions", "--diff").code == 0


def test_a_crash_stays_exit_code_2(cli: Callable[..., Result], marks: Path) -> None:
    marks.write_text("error\ncrash\n")
    result = cli("--select", "XX101", "--add-suppressions")
    assert result.code == 2
    assert "bug" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--reason", "x"),
        ("--add-suppressions", "--no-suppressions"),
        ("--add-suppressions", "--fix"),
        ("--add-suppressions", "--write-baseline", "b.json"),
    ],
)
def test_what_does_not_go_together(cli: Callable[..., Result], marks: Path, arguments: tuple[str, ...]) -> None:
    result = cli(*arguments)
    assert result.code == 2
    assert "Error: " in result.err
    assert marks.read_text() == "error\n"


def test_a_required_reason(cli: Callable[..., Result], marks: Path) -> None:
    (marks.parent / "agentflow-lint.toml").write_text("require-reason = true\n")
    result = cli("--select", "XX101", "--add-suppressions")
    assert result.code == 2
    assert "needs --reason" in result.err
    assert cli("--select", "XX101", "--add-suppressions", "--reason", "known").code == 0


def test_a_file_that_cannot_be_written(
    cli: Callable[..., Result], marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(marks))

    monkeypatch.setattr("agentflow_lint.fix.write_together", refuse)
    result = cli("--select", "XX101", "--add-suppressions")
    assert result.code == 2
    assert "Permission denied; nothing was suppressed" in result.err
