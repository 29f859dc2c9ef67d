"""Baselines from the command line: written, applied, kept up to date."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agentflow_lint.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Result

EXAMPLE = Path(__file__).parents[2] / "examples" / "leaky-agent"
FILE = "known.json"


def mark(project: Path, *words: str, name: str = "marks.txt") -> None:
    (project / name).write_text("".join(f"{word}\n" for word in words))


def summary(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.out)["summary"]
    return found


def checked(cli: Callable[..., Result], *arguments: str) -> Result:
    return cli("check", "--select", "XX1", "--output-format", "json", *arguments)


def removable(result: Result) -> list[str]:
    return [f"{entry['rule']} {entry['path']} {entry['place']}" for entry in summary(result)["removable"]]


def test_what_is_known_is_quiet_and_what_is_new_fails(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error", "fine", "error")
    written = checked(cli, "--write-baseline", FILE)
    assert written.code == 0
    assert written.err == f"wrote {FILE}: 2 known findings (2 added, 0 removed)\n"
    mark(project, "fine", "error", "error")
    known = checked(cli, "--baseline", FILE)
    assert (known.code, summary(known)["baseline"], summary(known)["findings"]["error"]) == (0, 2, 0)
    mark(project, "error", "error", "error")
    new = checked(cli, "--baseline", FILE)
    assert (new.code, summary(new)["baseline"], summary(new)["findings"]["error"]) == (1, 2, 1)
    assert checked(cli).code == 1


def test_a_known_finding_keeps_its_rung_of_the_ladder(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "warning")
    cli("--write-baseline", FILE)
    out = cli("--baseline", FILE).out
    assert "2 findings in the baseline" in out
    assert "robust      1 hidden" in out


def test_what_was_fixed_is_named_until_it_is_removed(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error", "error")
    checked(cli, "--write-baseline", FILE)
    mark(project, "error")
    assert removable(checked(cli, "--baseline", FILE)) == ["XX101 marks.txt mark"]
    text = cli("check", "--select", "XX1", "--baseline", FILE)
    assert f"1 entry of {FILE} without a finding (--prune-baseline removes these):\n" in text.out
    assert "\n  XX101 marks.txt mark\n" in text.out
    assert text.code == 0
    pruned = checked(cli, "--baseline", FILE, "--prune-baseline")
    assert pruned.err == f"wrote {FILE}: 1 known finding (0 added, 1 removed)\n"
    assert removable(checked(cli, "--baseline", FILE)) == []


def test_pruning_adds_nothing(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    checked(cli, "--write-baseline", FILE)
    before = (project / FILE).read_bytes()
    mark(project, "error", "error")
    assert checked(cli, "--baseline", FILE, "--prune-baseline").code == 1
    assert (project / FILE).read_bytes() == before


def test_writing_again_takes_new_ones_in_and_fixed_ones_out(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    checked(cli, "--write-baseline", FILE)
    first = (project / FILE).read_bytes()
    mark(project, "fine")
    again = cli("check", "--write-baseline", FILE)
    assert again.err == f"wrote {FILE}: 1 known finding (1 added, 1 removed)\n"
    assert [entry["rule"] for entry in json.loads((project / FILE).read_text())["findings"]] == ["XX201"]
    mark(project, "error")
    assert checked(cli, "--write-baseline", FILE).code == 0
    rules = [entry["rule"] for entry in json.loads((project / FILE).read_text())["findings"]]
    assert rules == ["XX201", "XX101"]  # XX201 was not asked, so its entry stays
    assert json.loads(first)["findings"][0] in json.loads((project / FILE).read_text())["findings"]


def test_the_same_findings_give_the_same_bytes(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error", "warning", "info")
    cli("--write-baseline", FILE)
    first = (project / FILE).read_bytes()
    cli("--write-baseline", FILE)
    assert (project / FILE).read_bytes() == first


@pytest.mark.parametrize("arguments", [["--select", "XX2"], ["--select", "XX1", "--deployment", "project"]])
def test_only_what_the_run_could_have_found_is_removable(
    cli: Callable[..., Result], project: Path, arguments: list[str]
) -> None:
    mark(project, "error")
    checked(cli, "--write-baseline", FILE)
    mark(project, "fine")
    assert removable(cli("check", "--output-format", "json", "--baseline", FILE, *arguments)) == []
    assert removable(checked(cli, "--baseline", FILE)) == ["XX101 marks.txt mark"]


def test_a_rule_that_crashes_loses_no_entry_and_writes_nothing(cli: Callable[..., Result], project: Path) -> None:
    mark(project, "error")
    checked(cli, "--write-baseline", FILE)
    before = (project / FILE).read_bytes()
    mark(project, "crash")
    crashed = checked(cli, "--baseline", FILE)
    assert (crashed.code, removable(crashed)) == (2, [])
    written = checked(cli, "--write-baseline", FILE)
    assert written.code == 2
    assert f"{FILE} is not written" in written.err
    assert (project / FILE).read_bytes() == before


def test_projects_of_one_repository_share_a_baseline(cli: Callable[..., Result], folder: Path) -> None:
    for name in ("api", "web"):
        (folder / name).mkdir()
        (folder / name / "agentflow.json").write_text("{}")
        mark(folder / name, "error")
    checked(cli, "--write-baseline", FILE)
    entries = json.loads((folder / FILE).read_text())["findings"]
    assert [(entry["project"], entry["path"]) for entry in entries] == [("api", "marks.txt"), ("web", "marks.txt")]
    assert summary(checked(cli, "--baseline", FILE))["baseline"] == 2
    mark(folder / "api", "fine")
    assert removable(checked(cli, "--baseline", FILE, "web")) == []
    assert removable(checked(cli, "--baseline", FILE)) == ["XX101 api/marks.txt mark"]
    shutil.rmtree(folder / "api")
    assert removable(checked(cli, "--baseline", FILE, "web")) == ["XX101 api/marks.txt mark"]
    os.rename("web", "site")
    moved = checked(cli, "--baseline", FILE)
    assert (moved.code, summary(moved)["baseline"]) == (0, 1)


def test_a_project_of_one_folder_does_not_use_up_the_entries_of_another(
    cli: Callable[..., Result], folder: Path
) -> None:
    for name in ("api", "web"):
        (folder / name).mkdir()
        (folder / name / "agentflow.json").write_text("{}")
    mark(folder / "api", "error")
    checked(cli, "--write-baseline", FILE)
    mark(folder / "api", "fine")
    mark(folder / "web", "error")
    assert checked(cli, "--baseline", FILE).code == 1


def test_the_configuration_names_a_baseline_relative_to_itself(
    cli: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(project, "error")
    (project / "lint").mkdir()
    (project / "agentflow-lint.toml").write_text('baseline = "lint/known.json"\n')
    missing = cli("check", "--select", "XX1")
    assert missing.code == 2
    complaint = "agentflow-lint.toml:1: baseline: there is no file lint/known.json; --write-baseline writes it"
    assert complaint in missing.err
    assert checked(cli, "--write-baseline", "lint/known.json").code == 0
    monkeypatch.chdir(project / "lint")
    assert cli("check", "--select", "XX1", "..").code == 0
    assert cli("check", "--select", "XX1", "--no-baseline", "..").code == 1
    mark(project, "fine")
    assert checked(cli, "--prune-baseline", "..").err == "wrote known.json: 0 known findings (0 added, 1 removed)\n"


def test_outside_a_repository_paths_are_relative_to_the_baseline(cli: Callable[..., Result], project: Path) -> None:
    (project / ".git").rmdir()
    (project / "apps" / "api").mkdir(parents=True)
    os.rename("agentflow.json", "apps/api/agentflow.json")
    mark(project / "apps" / "api", "error")
    checked(cli, "--write-baseline", FILE)
    assert json.loads((project / FILE).read_text())["findings"][0]["project"] == "apps/api"
    assert checked(cli, "--baseline", FILE).code == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--baseline", "a", "--write-baseline", "b"], "exclude each other"),
        (["--no-baseline", "--baseline", "a"], "exclude each other"),
        (["--prune-baseline", "--write-baseline", "a"], "goes with neither"),
        (["--prune-baseline"], "no baseline to prune"),
        (["--write-baseline", "a", "--fix"], "a run of its own"),
        (["--write-baseline", "a", "--diff"], "a run of its own"),
        (["--baseline", "a", "--prune-baseline", "--diff"], "a run of its own"),
    ],
)
def test_options_that_contradict_each_other(
    cli: Callable[..., Result], project: Path, arguments: list[str], complaint: str
) -> None:
    result = cli("check", *arguments)
    assert result.code == 2
    assert complaint in result.err
    assert sorted(os.listdir(project)) == [".git", "agentflow.json"]


def test_a_file_that_is_no_baseline_is_not_written_over(cli: Callable[..., Result], project: Path) -> None:
    (project / "other.json").write_text('{"mine": 1}')
    result = checked(cli, "--write-baseline", "other.json")
    assert result.code == 2
    assert "other.json:1: it is not a baseline" in result.err
    assert (project / "other.json").read_text() == '{"mine": 1}'


def test_a_rule_that_is_no_more_is_an_error_until_the_baseline_is_written(
    cli: Callable[..., Result], project: Path
) -> None:
    mark(project, "error")
    checked(cli, "--write-baseline", FILE)
    (project / FILE).write_text((project / FILE).read_text().replace("XX101", "XX102"))
    result = checked(cli, "--baseline", FILE)
    assert result.code == 2
    assert f"{FILE}:4: unknown rule 'XX102'; did you mean 'XX101'?" in result.err
    assert checked(cli, "--write-baseline", FILE).code == 0
    assert checked(cli, "--baseline", FILE).code == 0


def test_a_run_without_a_project_writes_nothing(cli: Callable[..., Result], folder: Path) -> None:
    assert cli("--write-baseline", FILE).code == 3
    assert os.listdir(folder) == [".git"]


def test_a_baseline_keeps_its_mode(cli: Callable[..., Result], project: Path) -> None:
    cli("--write-baseline", FILE)
    (project / FILE).chmod(0o640)
    cli("--write-baseline", FILE)
    assert (project / FILE).stat().st_mode & 0o777 == 0o640


# The real rules on a real project.


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def leaky(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "leaky"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    git(folder, "init", "-q", ".")
    git(folder, "add", "-A", "-f")
    monkeypatch.chdir(folder)
    return folder


def leaky_summary(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    main(["check", "--output-format", "json", *arguments])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["summary"]
    return found


def test_a_real_baseline_survives_what_editing_does(leaky: Path, capsys: pytest.CaptureFixture[str]) -> None:
    count = sum(leaky_summary(capsys)["findings"].values())
    assert count > 10
    known = leaky_summary(capsys, "--write-baseline", FILE)
    assert (known["baseline"], sum(known["findings"].values())) == (count, 0)

    for path in (".env", "Dockerfile", "graph/memory.py"):
        text = (leaky / path).read_text()
        (leaky / path).write_text("# a line more\n# and another\n" + text)
    moved = leaky_summary(capsys, "--baseline", FILE)
    assert (moved["baseline"], sum(moved["findings"].values()), moved["removable"]) == (count, 0, [])

    os.rename("graph/memory.py", "graph/recall.py")
    for module in leaky.glob("graph/*.py"):
        module.write_text(module.read_text().replace("graph.memory", "graph.recall"))
    renamed = leaky_summary(capsys, "--baseline", FILE)
    assert (renamed["baseline"], sum(renamed["findings"].values()), renamed["removable"]) == (count, 0, [])


def test_no_value_of_a_secret_gets_into_a_baseline(leaky: Path, capsys: pytest.CaptureFixture[str]) -> None:
    env = (leaky / ".env").read_text()
    texts = []
    for secret in ("AIzaSyA1234567890abcdefghijklmnopqrstuvw", "AIzaSyBqrstuvwxyz0987654321ABCDEFGHIJKL"):
        (leaky / ".env").write_text(env.replace("replace-me", secret))
        leaky_summary(capsys, "--write-baseline", FILE)
        texts.append((leaky / FILE).read_text())
        assert '"rule": "AF117", "project": ".", "path": ".env"' in texts[-1]
        assert secret not in texts[-1]
        assert str(leaky) not in texts[-1]
    assert texts[0] == texts[1]


def baseline_codes(folder: Path) -> set[str]:
    return {entry["rule"] for entry in json.loads((folder / FILE).read_text())["findings"]}


def test_what_is_suppressed_or_ignored_does_not_get_into_a_baseline(
    leaky: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leaky_summary(capsys, "--write-baseline", FILE)
    assert {"AF301", "AF304"} < baseline_codes(leaky)
    env = (leaky / ".env").read_text()
    assert "\nORIGINS=" in env
    comment = "# agentflow-lint: ignore[AF301] behind a gateway"
    (leaky / ".env").write_text(env.replace("\nORIGINS=", f"\n{comment}\nORIGINS="))
    with open(leaky / "pyproject.toml", "a") as stream:
        stream.write('\n[[tool.agentflow-lint.ignore]]\nrule = "AF304"\npath = ".env"\nreason = "so"\n')
    held = leaky_summary(capsys, "--write-baseline", FILE)
    assert (held["suppressed"], held["ignored"]) == (1, 1)
    assert baseline_codes(leaky).isdisjoint({"AF301", "AF304"})


def test_what_is_known_is_not_fixed_unless_asked(leaky: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def contents() -> dict[str, bytes]:
        return {path: (leaky / path).read_bytes() for path in (".env", "Dockerfile", "agentflow.json")}

    leaky_summary(capsys, "--write-baseline", FILE)
    before = contents()
    leaky_summary(capsys, "--fix", "--baseline", FILE)
    assert contents() == before
    leaky_summary(capsys, "--fix")
    assert contents() != before
    assert leaky_summary(capsys, "--baseline", FILE)["removable"] != []
