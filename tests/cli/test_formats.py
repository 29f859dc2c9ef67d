"""Several formats in one run, and where each goes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.cli.formats import FORMATS
from tests.cli.conftest import CI
from tests.cli.test_check import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result


def test_several_formats_come_out_of_one_run(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    result = cli("--output-format", "sarif=lint.sarif", "--output-format", "text", "--output-format", "json=a b=c.json")
    assert result.code == 1
    assert result.out == cli().out
    assert json.loads((project / "lint.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "XX201"
    assert json.loads((project / "a b=c.json").read_text())["summary"]["exit_code"] == 1


def test_nothing_is_printed_when_every_format_has_a_file(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    assert cli("--output-format", "sarif=lint.sarif") == (1, "", "")


def test_the_output_file_is_for_the_format_without_one(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    result = cli("--output-format", "sarif=lint.sarif", "--output-format", "concise", "--output-file", "lint.txt")
    assert result == (1, "", "")
    assert (project / "lint.txt").read_text() == cli("--output-format", "concise").out
    assert (project / "lint.sarif").exists()


def test_a_dash_is_the_standard_output(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    assert cli("--output-format", "concise=-").out == cli("--output-format", "concise").out


@pytest.mark.parametrize(
    ("formats", "file", "complaint"),
    [
        (
            ["text", "github"],
            None,
            "both go to the standard output; give one a file: github=FILE.",
        ),
        (["text", "text"], None, "text and text would both go to the standard output"),
        (["text", "github=-"], None, "text and github would both go to the standard output"),
        (["text", "github"], "a", "text and github would both go to a"),
        (["sarif=a"], "b", "no format is left for --output-file b"),
        (["sarif=a", "json=./a"], None, "sarif and json would both go to ./a"),
        (["sarif=a", "text"], "a", "sarif and text would both go to a"),
        (["sarif="], None, "'sarif=' names no file"),
        (["sarf=a"], None, "'sarf' is not one of"),
        (["sarf=a"], None, "did you mean 'sarif'?"),
        ([""], None, "'' is not one of"),
    ],
)
def test_outputs_that_collide_are_refused(
    cli: Callable[..., Result], project: Path, formats: list[str], file: str | None, complaint: str
) -> None:
    mark(project, "error")
    options = [part for each in formats for part in ("--output-format", each)]
    result = cli(*options, *(("--output-file", file) if file else ()))
    assert result.code == 2
    assert complaint in result.err.replace("\n", " ")
    assert result.out == ""
    assert sorted(path.name for path in project.iterdir()) == [".git", "agentflow.json", "marks.txt"]


def test_a_link_to_a_file_that_is_taken_is_the_same_file(cli: Callable[..., Result], project: Path) -> None:
    (project / "link").symlink_to("a")
    result = cli("--output-format", "sarif=a", "--output-format", "json=link")
    assert result.code == 2
    assert "sarif and json would both go to link" in result.err


@pytest.mark.parametrize("words", [["error"], []])
def test_a_file_that_cannot_be_written_keeps_no_other_from_coming_out(
    cli: Callable[..., Result], project: Path, words: list[str]
) -> None:
    mark(project, *words)
    formats = ("sarif=no/such/folder/a", "text", "json=b", "concise=.")
    result = cli(*(part for each in formats for part in ("--output-format", each)))
    assert result.code == 2
    assert "no/such/folder/a" in result.err
    assert "'.'" in result.err
    assert "Traceback" not in result.err
    assert "checked . with" in result.out
    assert "summary" in json.loads((project / "b").read_text())


def test_a_format_that_crashes_keeps_no_other_from_coming_out(
    cli: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> str:
        raise KeyError("hunter2")

    monkeypatch.setattr("agentflow_lint.report.sarif.sarif_report", crash)
    result = cli("--output-format", "sarif=a", "--output-format", "text")
    assert result.code == 2
    assert "it crashed (KeyError); this is a bug in agentflow-lint" in result.err
    assert "hunter2" not in result.err
    assert "checked . with" in result.out


@pytest.mark.parametrize("output", FORMATS)
def test_without_a_project_a_document_is_still_a_document(
    cli: Callable[..., Result], folder: Path, output: str
) -> None:
    result = cli("--output-format", f"{output}=report")
    assert (result.code, result.out) == (3, "")
    assert "nothing to lint" in result.err
    assert (folder / "report").exists()


@pytest.mark.parametrize("output", FORMATS)
def test_the_same_input_gives_the_same_bytes(cli: Callable[..., Result], project: Path, output: str) -> None:
    mark(project, "error", "warning", "info", "undecided")
    first = cli("--output-format", output)
    assert first.out
    assert cli("--output-format", output) == first


@pytest.mark.parametrize("output", FORMATS)
def test_a_file_holds_what_would_be_printed(cli: Callable[..., Result], project: Path, output: str) -> None:
    mark(project, "error", "warning")
    printed = cli("--output-format", output)
    assert cli("--output-format", output, "--output-file", "report").code == printed.code
    assert (project / "report").read_bytes().decode() == printed.out


def test_ci_paths_are_relative_to_the_workspace_where_there_is_no_repository(
    cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "api").mkdir(parents=True)
    (tmp_path / "work" / "api" / "agentflow.json").write_text("{}")
    mark(tmp_path / "work" / "api", "error")
    monkeypatch.chdir(tmp_path / "work" / "api")
    for name in CI:
        monkeypatch.delenv(name, raising=False)
    assert "::error file=marks.txt," in cli("--output-format", "github").out
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "work"))
    assert "::error file=api/marks.txt," in cli("--output-format", "github").out
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert "::error file=marks.txt," in cli("--output-format", "github").out
    assert "::error file=marks.txt," in cli("--output-format", "github", "../../work/api").out
    monkeypatch.chdir(tmp_path)
    assert "::error file=work/api/marks.txt," in cli("--output-format", "github").out


def test_a_repository_wins_over_the_workspace(
    cli: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(project, "error")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.parent))
    assert "::error file=marks.txt," in cli("--output-format", "github").out


def test_the_outputs_that_the_shell_has_open_go_on_where_the_last_write_ended(tmp_path: Path) -> None:
    (tmp_path / "agentflow.json").write_text("{")
    command = [sys.executable, "-m", "agentflow_lint", "--output-format", "concise", "--output-format"]
    with open(tmp_path / "log", "wb") as log:
        log.write(b"before\n")
        log.flush()
        subprocess.run([*command, "github=/dev/stdout"], cwd=tmp_path, stdout=log, check=False, timeout=60)
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines[0] == "before"
    assert lines[1].startswith("agentflow.json:")
    assert any(line.startswith("::error file=agentflow.json") for line in lines)
    piped = subprocess.run(
        [*command, "github=/dev/stderr"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert piped.stdout.splitlines()[0] == lines[1]
    assert piped.stderr.startswith("::error file=agentflow.json")


def test_projects_of_a_monorepo_are_seen_from_its_root_wherever_the_run_starts(
    cli: Callable[..., Result], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("apps/api", "apps/my 50% café"):
        (folder / name).mkdir(parents=True)
        (folder / name / "agentflow.json").write_text("{}")
        mark(folder / name, "error")
    formats = [name for name in FORMATS if name not in ("text", "concise", "json")]
    from_root = {name: cli("--output-format", name).out for name in formats}
    monkeypatch.chdir(folder / "apps" / "api")
    for name in formats:
        assert cli("--output-format", name, "..").out == from_root[name]
    assert "::error file=apps/my 50%25 café/marks.txt," in from_root["github"]
    assert '"uri": "apps/my%2050%25%20caf%C3%A9/marks.txt"' in from_root["sarif"]
    assert json.loads(from_root["gitlab"])[-1]["location"]["path"] == "apps/my 50% café/marks.txt"
    assert "../my 50% café/marks.txt:1:1: XX101" in cli("--output-format", "concise", "..").out


def test_a_step_summary_is_added_to_and_any_other_file_is_replaced(
    cli: Callable[..., Result], project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(project, "error")
    summary = tmp_path / "step_summary"
    summary.write_text("# Of an earlier command\n")
    (tmp_path / "other").write_text("old\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = cli("--output-format", f"markdown={summary}", "--output-format", f"github={tmp_path / 'other'}")
    assert result == (1, "", "")
    written = summary.read_text()
    assert written.startswith("# Of an earlier command\n## agentflow-lint: found 1 error")
    assert (tmp_path / "other").read_text().startswith("::error ")
    cli("--output-format", "markdown", "--output-file", str(summary))
    assert summary.read_text().count("## agentflow-lint:") == 2


def test_nobody_writes_a_step_summary_unasked(
    cli: Callable[..., Result], project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(project, "error")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step_summary"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    plain = cli()
    assert "error[XX101]" in plain.out
    assert not (tmp_path / "step_summary").exists()


@pytest.mark.parametrize(
    ("variables", "link"),
    [
        (
            {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b", "GITHUB_SHA": "abc"},
            "https://github.com/a/b/blob/abc/marks.txt#L1",
        ),
        (
            {"CI_PROJECT_URL": "https://gitlab.example/a/b", "CI_COMMIT_SHA": "abc"},
            "https://gitlab.example/a/b/-/blob/abc/marks.txt#L1",
        ),
        ({"GITHUB_SERVER_URL": "https://github.com", "GITHUB_SHA": "abc"}, ""),
    ],
)
def test_ci_systems_say_where_their_files_are_shown(
    cli: Callable[..., Result],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    link: str,
) -> None:
    mark(project, "error")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for name in ("markdown", "html"):
        out = cli("--output-format", name).out
        assert (link or "marks.txt:1") in out
        assert bool(link) is ("/blob/" in out)


def test_a_suppression_carries_its_reason(cli: Callable[..., Result], project: Path) -> None:
    (project / "agentflow-lint.toml").write_text(
        '[[ignore]]\nrule = "anchored"\npath = "agentflow.json"\nreason = "it is meant"\n'
    )
    sarif = cli("--output-format", "sarif").out
    (result,) = json.loads(sarif)["runs"][0]["results"]
    assert result["suppressions"] == [
        {"justification": "it is meant", "kind": "external", "properties": {"by": "ignored"}, "status": "accepted"}
    ]
    assert json.loads(cli("--output-format", "github-sarif").out)["runs"][0]["results"] == []
    assert "ignored by the configuration: it is meant" in cli("--output-format", "markdown").out
