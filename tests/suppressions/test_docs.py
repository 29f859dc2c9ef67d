"""What docs/suppressions.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from agentflow_lint.check import Request, check
from agentflow_lint.sources.comments import KINDS
from tests.suppressions.test_holding_back import CATALOGUE, hidden

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "suppressions.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r'```\w+ title="([^"]+)"\n(.*?)```', PAGE, re.DOTALL))


def test_every_suppression_of_the_page_holds_something_back(tmp_path: Path) -> None:
    assert set(BLOCKS) == {".env", "Dockerfile", "agentflow-lint.toml"}
    for name, text in BLOCKS.items():
        (tmp_path / name).write_text(text)
    config = (tmp_path / "agentflow-lint.toml").read_text()
    (tmp_path / "agentflow-lint.toml").write_text(config.partition("[per-file-ignores]")[0])
    (tmp_path / "agentflow.json").write_text('{"agent": "graph.agent:app", "env": ".env"}')
    (run,) = check(Request(paths=(str(tmp_path),)), CATALOGUE).runs
    assert [each.spelled for each in run.unused] == []
    assert {code for code, by in hidden(run) if by == "suppressed"} == {"AF217", "AF229", "AF301", "AF303", "AF304"}
    assert {code for code, by in hidden(run) if by == "ignored"} == {"AF401"}


def test_the_page_is_linked_and_knows_every_kind() -> None:
    assert "docs/suppressions.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(KINDS) == 10
