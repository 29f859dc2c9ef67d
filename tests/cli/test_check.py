from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.cli.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result


def mark(project: Path, *words: str) -> None:
    (project / "marks.txt").write_text("".join(f"{word}\n" for word in words))


def codes(result: Result) -> list[str]:
    return [diagnostic["code"] for diagnostic in json.loads(result.out)["diagnostics"]]


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize(
    ("words", "arguments", "code"),
    [
        (["error"], [], 1),
        (["warning"], [], 0),
        (["warning"], ["--fail-on", "warning"], 1),
        (["info"], ["--fail-on", "warning"], 0),
        (["info"], ["--fail-on", "info"], 1),
        (["error"], ["--fail-on", "never"], 0),
        ([], [], 0),
        (["undecided"], [], 0),
        (["crash"], [], 2),
        (["crash"], ["--fail-on", "never"], 2),
    ],
)
def test_the_exit_code_is_the_same_for_every_format(
    cli: Callable[..., Result], project: Path, words: list[str], arguments: list[str], code: int, output: str
) -> None:
    mark(project, *words)
    result = cli("--select", "XX1", "--output-format", output, *arguments)
    assert result.code == code
    if output == "json":
        assert json.loads(result.out)["summary"]["exit_code"] == code
    if output.endswith("sarif"):
        assert json.loads(result.out)["runs"][0]["invocations"][0]["exitCode"] == code


@pytest.mark.parametrize("output", FORMATS)
def test_nothing_to_lint(cli: Callable[..., Result], folder: Path, output: str) -> None:
    (folder / "README.md").write_text("")
    result = cli("--output-format", output, "README.md")
    assert result.code == 3
    assert "nothing to lint: no 10xgraph.json or agentflow.json in or below README.md" in result.err
    assert cli("--output-format", output, "--allow-empty").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["."],
        ["check"],
        ["check", "."],
        ["marks.txt"],
        ["--select", "XX1"],
        ["--select", "XX1", "."],
        ["--select=XX1", "--ignore", "XX201", "."],
        ["."] * 3,
        ["--select", "marked,anchored"],
        ["--select", "XX101", "--select", "XX201"],
    ],
)
def test_check_is_the_default_command(cli: Callable[..., Result], project: Path, arguments: list[str]) -> None:
    mark(project, "error")
    result = cli(*arguments)
    assert result.code == 1
    assert "error[XX101]: marked: It says error." in result.out


def test_a_crash_is_told_as_a_bug_and_the_rest_still_shown(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error", "crash")
    result = cli()
    assert result.code == 2
    assert "error[XX101]" in result.out
    assert "info[XX201]" in result.out
    assert "1 crash of the linter" in result.out
    assert "robust      1 finding, 1 of 1 rule not asked" in result.out
    assert "rule XX101 crashed (RuntimeError); this is a bug in agentflow-lint" in result.err
    assert "marks.py" in result.err
    assert "hunter2" not in result.out + result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--select", "XX7"], "unknown rule 'XX7'"),
        (["--ignore", "markt"], "unknown rule 'markt'; did you mean 'marked'?"),
        (["--select", "XX1,,XX2"], "unknown rule ''"),
        (["--target-release", "0.9.1"], "unknown release '0.9.1'; did you mean '0.9.0'?"),
        (["--deployment", "projet"], "unknown deployment 'projet'; did you mean 'project'?"),
        (["no/such/path"], "no such file or folder: no/such/path"),
        (["chek"], "neither a command nor a file or folder: 'chek'; did you mean 'check'?"),
        (["unlikely"], "no such file or folder: unlikely"),
        (["--fail-on", "fatal"], "'fatal' is not one of"),
        (["--output-format", "sarf"], "'sarf' is not one of"),
        (["--no-such-option"], "No such option"),
        (["--config", "none.toml"], "does not exist"),
        (["show", "--select", "XX1"], "No such option"),
        (["explain"], "Missing argument"),
        (["explain", "XX102"], "unknown rule 'XX102'; did you mean 'XX101'?"),
        (["rules", "--select", "XX7"], "unknown rule 'XX7'"),
    ],
)
def test_a_user_error_names_what_is_wrong(
    cli: Callable[..., Result], project: Path, arguments: list[str], complaint: str
) -> None:
    result = cli(*arguments)
    assert result.code == 2
    assert complaint in result.err
    assert "Traceback" not in result.err
    assert result.out == ""


def test_a_bad_configuration_is_told_with_file_and_line(cli: Callable[..., Result], project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.agentflow-lint]\nselekt = ["XX1"]\n')
    result = cli()
    assert (result.code, result.out) == (2, "")
    assert result.err == "agentflow-lint: error: pyproject.toml:2: unknown key 'selekt'; did you mean 'select'?\n"


def test_a_deployment_that_the_configuration_invents_is_told_with_file_and_line(
    cli: Callable[..., Result], project: Path
) -> None:
    (project / "agentflow-lint.toml").write_text('fail-on = "error"\ndeployments = ["projet"]\n')
    result = cli()
    assert result.code == 2
    assert "agentflow-lint.toml:2: deployments: unknown deployment 'projet'; did you mean 'project'?" in result.err


def test_the_configuration_is_heeded_and_the_command_line_wins(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "warning")
    (project / "agentflow-lint.toml").write_text(
        'ignore = ["XX201"]\nfail-on = "warning"\n[severity]\nmarked = "error"\n'
    )
    result = cli("--output-format", "json")
    assert (result.code, codes(result)) == (1, ["XX101"])
    assert json.loads(result.out)["diagnostics"][0]["severity"] == "error"
    assert cli("--fail-on", "never").code == 0
    assert codes(cli("--output-format", "json", "--ignore", "XX1")) == ["XX201"]
    assert codes(cli("--output-format", "json", "--select", "XX201")) == ["XX201"]


def test_a_configuration_may_be_named(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    (project / "agentflow-lint.toml").write_text('ignore = ["ALL"]\n')
    (project / "ci.toml").write_text('select = ["XX101"]\n')
    assert codes(cli("--output-format", "json")) == []
    assert codes(cli("--output-format", "json", "--config", "ci.toml")) == ["XX101"]


def test_projects_of_one_repository_have_configurations_of_their_own(cli: Callable[..., Result], folder: Path) -> None:
    for name, configuration in (("api", 'ignore = ["XX201"]\n'), ("web", 'select = ["XX201"]\n')):
        (folder / name).mkdir()
        (folder / name / "agentflow.json").write_text("{}")
        (folder / name / "agentflow-lint.toml").write_text(configuration)
        mark(folder / name, "error")
    result = cli("--output-format", "json")
    found = [(diagnostic["path"], diagnostic["code"]) for diagnostic in json.loads(result.out)["diagnostics"]]
    assert found == [("api/marks.txt", "XX101"), ("web/agentflow.json", "XX201")]


def test_excluded_folders_are_not_walked_into(cli: Callable[..., Result], folder: Path) -> None:
    for name in ("api", "examples/one"):
        (folder / name).mkdir(parents=True)
        (folder / name / "agentflow.json").write_text("{}")
    assert len(json.loads(cli("--output-format", "json").out)["summary"]["projects"]) == 2
    (folder / "agentflow-lint.toml").write_text('exclude = ["examples"]\n')
    (found,) = json.loads(cli("--output-format", "json").out)["summary"]["projects"]
    assert found["path"] == "api"


def test_undecided_cases_are_counted_and_listed_on_request(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "undecided")
    silent = cli("--output-format", "json", "--select", "XX1")
    assert codes(silent) == []
    assert json.loads(silent.out)["summary"]["undecided"] == 1
    assert codes(cli("--output-format", "json", "--select", "XX1", "--show-undecided")) == ["XX904"]
    assert "1 question undecided (--show-undecided lists them)" in cli().out


def test_a_deployment_that_only_one_project_has_selects_there(cli: Callable[..., Result], folder: Path) -> None:
    for name in ("api", "web"):
        (folder / name).mkdir()
        (folder / name / "agentflow.json").write_text("{}")
    (folder / "api" / "Dockerfile").write_text('FROM python:3.12\nCOPY . .\nCMD ["agentflow", "api"]\n')
    result = cli("--output-format", "json", "--deployment", "Dockerfile")
    projects = {p["path"]: p["deployments"] for p in json.loads(result.out)["summary"]["projects"]}
    assert projects == {"api": ["Dockerfile"], "web": []}


def test_the_report_goes_to_a_file_at_once(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    (project / "report.json").write_text("old")
    result = cli("--output-format", "json", "--output-file", "report.json", "--color", "always")
    assert (result.code, result.out) == (1, "")
    assert json.loads((project / "report.json").read_text())["summary"]["exit_code"] == 1
    assert not [name for name in os.listdir(project) if name.startswith(".report")]


def test_a_report_that_cannot_be_written_is_an_error(cli: Callable[..., Result], project: Path) -> None:
    result = cli("--output-file", "no/such/folder/report.txt")
    assert result.code == 2
    assert "no/such/folder/report.txt" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_only_when_wanted(
    cli: Callable[..., Result],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environment: dict[str, str],
    colored: bool,
) -> None:
    mark(project, "error")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in cli(*arguments).out) is colored


def test_a_terminal_gets_colour_unless_it_declines(
    cli: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(project, "error")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\x1b[" in cli().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in cli().out


def test_the_same_input_gives_the_same_bytes(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error", "warning", "undecided")
    assert cli("--output-format", "json") == cli("--output-format", "json")


def test_paths_are_relative_to_the_working_directory(
    cli: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(project, "error")
    (project / "graph").mkdir()
    monkeypatch.chdir(project / "graph")
    assert "../marks.txt:1:1: XX101 error It says error." in cli("--output-format", "concise").out.splitlines()
