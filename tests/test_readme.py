"""What the README says of a run is what the run prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from agentflow_lint.cli.main import main

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_readme_shows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    main(["check", "examples/leaky-agent", "--color", "never"])
    printed = capsys.readouterr().out
    told = re.search(r"\((\d+ errors, \d+ warnings, \d+ info)\)", README)
    assert told is not None
    assert f"found {told[1]}" in printed
    shown = re.search(r"```text\n(error\[AF501\].*?)```", README, re.DOTALL)
    assert shown is not None
    assert shown[1] in printed


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
