"""The names that an env template lacks are added at once, however many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.check import Request
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.fix import fix

if TYPE_CHECKING:
    from pathlib import Path


def test_more_names_than_there_are_passes(tmp_path: Path) -> None:
    names = [f"CRM_KEY_{number}" for number in range(30)]
    (tmp_path / "10xgraph.json").write_text('{"agent": "graph.agent:app", "env": ".env"}')
    (tmp_path / ".env").write_text("".join(f"{name}=x\n" for name in names))
    (tmp_path / ".env.example").write_text("OTHER=\n")
    (tmp_path / "graph").mkdir()
    reads = "".join(f'os.environ["{name}"]\n' for name in names)
    compiled = "from tenxgraph.prebuilt.agent import ReactAgent\n\napp = ReactAgent(model='openai/gpt-4o').compile()\n"
    (tmp_path / "graph" / "agent.py").write_text(f"import os\n\n{reads}\n{compiled}")
    fixed = fix(Request(paths=(str(tmp_path),), select=("AF116",)), False, load_catalogue())
    (template,) = fixed.files
    assert set(template.after.decode().split()) >= {"OTHER=", *(f"{name}=" for name in names)}
    assert [finding for run in fixed.report.runs for finding in run.findings] == []
