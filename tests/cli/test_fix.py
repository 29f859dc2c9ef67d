from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.cli.main import main
from tests.cli.conftest import Result
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: What becomes of a line of marks.txt, and how far that may be trusted.
BODY = """
becomes = {
    "safe": ("fine", "SAFE"), "chain": ("safe", "SAFE"), "ping": ("pong", "SAFE"), "pong": ("ping", "SAFE"),
    "unsafe": ("fine", "UNSAFE"), "suggested": ("<fill in>", "SUGGESTION"), "other": ("fine", "SAFE"),
}
text = subject.files.read("marks.txt")
for number in range(1, getattr(text, "line_count", 0) + 1):
    word = text.line(number)
    if word == "crash":
        raise RuntimeError("hunter2")
    if word in becomes:
        replacement, applicability = becomes[word]
        at = Location("marks.txt", Span(number, 1, number, 1 + len(word)))
        edits = (Edit(at, replacement),)
        if word == "other":
            edits += (Edit(Location("new.txt"), "made\\n"),)
        fix = Fix("Mend it.", Applicability[applicability], edits)
        yield self.finding(at, f"mark {number}", f"It says {word}.", "Mend it.", fix=fix)
"""


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Result]]:
    imports = "from agentflow_lint.engine.fix import Applicability, Edit, Fix\n"
    with pack(tmp_path, {"marks": imports + rule_source("XX101", "marked", body=BODY)}) as name:
        monkeypatch.setattr("agentflow_lint.engine.registry.installed_packs", lambda: (name,))

        def call(*arguments: str) -> Result:
            code = main(arguments)
            captured = capsys.readouterr()
            return Result(code, captured.out, captured.err)

        yield call


def mark(project: Path, *words: str) -> Path:
    path = project / "marks.txt"
    path.write_text("".join(f"{word}\n" for word in words))
    return path


def test_fix_applies_the_safe_ones_and_reports_the_rest(cli: Callable[..., Result], project: Path) -> None:
    marks = mark(project, "safe", "unsafe", "chain", "suggested")
    result = cli("--fix", "--output-format", "json")
    assert marks.read_text() == "fine\nunsafe\nfine\nsuggested\n"
    assert (result.code, [each["line"] for each in json.loads(result.out)["diagnostics"]]) == (1, [2, 4])


def test_unsafe_fixes_are_applied_when_asked_for(cli: Callable[..., Result], project: Path) -> None:
    marks = mark(project, "safe", "unsafe")
    assert cli("--fix", "--unsafe-fixes").code == 0
    assert marks.read_text() == "fine\nfine\n"


def test_unsafe_fixes_alone_are_a_mistake(cli: Callable[..., Result], project: Path) -> None:
    marks = mark(project, "unsafe")
    result = cli("--unsafe-fixes")
    assert (result.code, marks.read_text()) == (2, "unsafe\n")
    assert "--fix or --diff" in result.err


def test_a_second_fix_changes_nothing(cli: Callable[..., Result], project: Path) -> None:
    marks = mark(project, "safe", "other")
    cli("--fix")
    stamps = [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in sorted(project.glob("*.txt"))]
    cli("--fix")
    assert stamps == [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in sorted(project.glob("*.txt"))]
    assert marks.read_text() == "fine\nfine\n"


def test_a_diff_writes_nothing(cli: Callable[..., Result], project: Path) -> None:
    marks = mark(project, "1", "2", "3", "4", "safe", "6", "7", "8", "9", "other")
    result = cli("--diff")
    assert result.code == 1
    assert marks.read_text().splitlines()[4] == "safe"
    assert not (project / "new.txt").exists()
    assert result.out == (
        "--- marks.txt\n+++ marks.txt\n@@ -2,9 +2,9 @@\n 2\n 3\n 4\n-safe\n+fine\n 6\n 7\n 8\n 9\n-other\n+fine\n"
        "--- /dev/null\n+++ new.txt\n@@ -0,0 +1 @@\n+made\n"
    )


@pytest.mark.parametrize(
    ("words", "arguments", "code"),
    [
        (["fine"], [], 0),
        (["unsafe"], [], 0),
        (["unsafe"], ["--unsafe-fixes"], 1),
        (["suggested"], ["--unsafe-fixes"], 0),
        (["crash"], [], 2),
    ],
)
def test_the_exit_code_of_a_diff(
    cli: Callable[..., Result], project: Path, words: list[str], arguments: list[str], code: int
) -> None:
    mark(project, *words)
    assert cli("--diff", *arguments).code == code


def test_a_diff_shows_no_secret(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "JWT_SECRET_KEY=hunter2hunter2", "safe", "url: postgres://me:hunter2@db/x")
    assert "hunter2" not in cli("--diff").out


def test_a_diff_shows_where_the_last_newline_lacks(cli: Callable[..., Result], project: Path) -> None:
    (project / "marks.txt").write_text("safe")
    lines = cli("--diff").out.splitlines()
    note = "\\ No newline at end of file"
    assert lines == ["--- marks.txt", "+++ marks.txt", "@@ -1 +1 @@", "-safe", note, "+fine", note]


def test_nothing_to_lint_is_nothing_to_fix(cli: Callable[..., Result], folder: Path) -> None:
    assert (cli("--fix").code, cli("--diff").code) == (3, 3)


def test_fixes_that_undo_one_another_change_nothing(cli: Callable[..., Result], project: Path) -> None:
    marks = mark(project, "ping", "safe")
    result = cli("--fix")
    assert (result.code, marks.read_text()) == (2, "ping\nsafe\n")
    assert "bug: the fixes of XX101 do not come to an end" in result.err


def test_all_files_are_written_or_none(
    cli: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = mark(project, "other")
    staged = []

    def full(source: str, target: str) -> None:
        staged.append(target)
        raise OSError(28, "No space left on device", target)

    monkeypatch.setattr(os, "replace", full)
    result = cli("--fix")
    assert (result.code, marks.read_text(), len(staged)) == (2, "other\n", 1)
    assert "nothing was fixed" in result.err
    assert sorted(path.name for path in project.iterdir()) == [".git", "agentflow.json", "marks.txt"]


def test_a_file_that_changes_meanwhile_is_left_alone(
    cli: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agentflow_lint import fix

    marks = mark(project, "safe")
    real = fix.write_fixes

    def write(files: object) -> None:
        marks.write_text("mine\n")
        real(files)  # type: ignore[arg-type]

    monkeypatch.setattr(fix, "write_fixes", write)
    result = cli("--fix")
    assert (result.code, marks.read_text()) == (2, "mine\n")
    assert "marks.txt" in result.err
    assert "changed meanwhile" in result.err


def test_the_bytes_around_a_fix_stay(cli: Callable[..., Result], project: Path) -> None:
    path = project / "marks.txt"
    path.write_bytes("\ufeffsafe\r\n# ä  \t\r\nlast".encode())
    path.chmod(0o640)
    cli("--fix")
    assert path.read_bytes() == "\ufefffine\r\n# ä  \t\r\nlast".encode()
    assert path.stat().st_mode & 0o777 == 0o640


def test_the_report_says_what_was_fixed_and_what_can_be(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "safe", "unsafe", "chain", "suggested")
    before = cli().out
    assert "[*] 2 fixable with --fix (1 more with --unsafe-fixes)\n" in before
    assert "(safe; --fix)\n" in before
    assert "(unsafe; --fix --unsafe-fixes)\n" in before
    assert "(suggestion; by hand)\n" in before
    after = cli("--fix").out
    assert "\nfixed " in after
    assert "[*] 1 fixable with --fix --unsafe-fixes\n" in after
    document = json.loads(cli("--fix", "--unsafe-fixes", "--output-format", "json").out)
    assert document["summary"]["fixed"] == 1
    assert document["summary"]["fixable"] == {"safe": 0, "unsafe": 0}
    assert [each["fix"]["applicability"] for each in document["diagnostics"]] == ["suggestion"]
    (edit,) = document["diagnostics"][0]["fix"]["edits"]
    assert (edit["path"], edit["line"]) == ("marks.txt", 4)


def test_a_diff_goes_with_no_other_format(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "safe")
    result = cli("--diff", "--output-format", "sarif=a")
    assert (result.code, result.out) == (2, "")
    assert "--diff has a format of its own" in result.err
    assert not (project / "a").exists()
