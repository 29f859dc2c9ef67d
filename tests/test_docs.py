"""What the documentation says of the formats is what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from agentflow_lint.cli.formats import FORMATS
from agentflow_lint.cli.main import main
from agentflow_lint.report.github import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "output-formats.md").read_text(encoding="utf-8")


def commands() -> Iterator[str]:
    """Each command of the page, on one line."""
    for language, block in re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL):
        if language == "console":
            yield block.strip()
        elif language == "groovy":
            yield from re.findall(r"sh '(.*)'", block)
        elif language == "yaml":
            found = yaml.safe_load(block)
            steps = found if isinstance(found, list) else [*found.values()]
            for step in steps:
                yield from filter(None, [step.get("run"), *step.get("script", ())])


def test_every_format_is_in_the_table_and_no_other() -> None:
    listed = re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE)
    assert listed == list(FORMATS)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in FORMATS)
    assert SHOWN == 10
    assert "ten errors, ten warnings and ten notices" in PAGE


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_of_the_page_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "agentflow.json").write_text("{")
    monkeypatch.chdir(tmp_path)
    name, *arguments = command.replace('"$GITHUB_STEP_SUMMARY"', "summary.md").split()
    assert name == "agentflow-lint"
    assert main(arguments) == 1
    files = [each.partition("=")[2] for each in arguments if "=" in each and "=/dev/" not in each]
    assert files
    assert all((tmp_path / file).stat().st_size for file in files)
    assert "Traceback" not in capfd.readouterr().err


def test_the_page_has_commands() -> None:
    assert len(list(commands())) == 5
