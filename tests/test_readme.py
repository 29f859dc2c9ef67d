"""What the README says of a run is what the run prints, and each of its commands runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

#: What the README leaves out of the output.
LEFT_OUT = "\n...\n"


def commands() -> Iterator[str]:
    """Each command of the product that the README or the page on fixes shows, without its comment."""
    fixes = (ROOT / "docs" / "fixes.md").read_text(encoding="utf-8")
    for block in re.findall(r"```console\n(.*?)```", README + fixes, re.DOTALL):
        for line in block.splitlines():
            command = line.partition("#")[0].strip()
            if command.startswith("agentflow-lint") and not command.endswith(" server"):
                yield command


def test_the_example_prints_what_the_readme_shows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    main(["check", "examples/leaky-agent", "--color", "never"])
    printed = capsys.readouterr().out
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    *findings, summary = shown[1].split(LEFT_OUT)
    assert len(findings) == 2
    assert printed.endswith(summary)
    position = 0
    for finding in findings:
        position = printed.index(finding + "\n\n", position)


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_every_command_of_the_readme_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples" / "leaky-agent", project)
    if "examples/" in command:
        shutil.move(project, tmp_path / "examples" / "leaky-agent")
        project = tmp_path
    monkeypatch.chdir(project)
    if "--baseline" in command:
        main(["--write-baseline", "lint-baseline.json"])
    code = main(command.replace("path/to/.env", ".env").split()[1:])
    assert code in (0, 1), capfd.readouterr().err
    printed = capfd.readouterr()
    assert printed.out
    assert "Traceback" not in printed.err


def test_the_commands_are_found() -> None:
    assert len(set(commands())) >= 14


@pytest.mark.parametrize("page", ["README.md", "docs/comparison.md", "docs/concepts.md", "docs/fixes.md"])
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert page != "README.md" or len(links) > 15
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
