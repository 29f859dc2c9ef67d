"""Each finding in the project's code shows how the server gets there, from the config's key on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.ways import MOST_STEPS
from agentflow_lint.model.config_file import CONFIG_NAMES
from agentflow_lint.testing import page_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.pages import Example

CATALOGUE = load_catalogue()
CODES = (
    *("AF115", "AF203", "AF204", "AF205", "AF206", "AF209", "AF211", "AF212", "AF216"),
    *("AF332", "AF333"),
    *("AF501", "AF502", "AF503", "AF506", "AF507", "AF508", "AF509"),
)
EXAMPLES = [(code, example) for code in CODES for example in page_of(CATALOGUE.known(code)).examples if example.fires]


def _write(folder: Path, files: Mapping[str, bytes | str]) -> None:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def _findings(folder: Path, code: str) -> list[Finding]:
    report = check(Request(paths=(str(folder),), select=(code,)), CATALOGUE)
    assert not report.crashes
    return [finding for run in report.runs for finding in run.findings if finding.code == code]


def _paths(finding: Finding) -> list[str]:
    return [related.location.path for related in finding.related]


def test_every_rule_has_examples() -> None:
    assert {code for code, _ in EXAMPLES} == set(CODES)


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=[f"{code}-{each.name}" for code, each in EXAMPLES])
def test_a_finding_in_code_is_led_to_from_the_config(code: str, example: Example, tmp_path: Path) -> None:
    _write(tmp_path, example.files)
    findings = _findings(tmp_path, code)
    assert findings
    for finding in findings:
        assert len(finding.related) <= MOST_STEPS
        assert finding.location not in [related.location for related in finding.related]
        assert len({related.location for related in finding.related}) == len(finding.related)
        at = finding.location.path
        if not at.endswith(".py"):
            continue
        first = finding.related[0]
        assert first.location.path in CONFIG_NAMES
        assert first.message.endswith("is named here")
        config = (tmp_path / first.location.path).read_text(encoding="utf-8-sig").splitlines()
        span = first.location.span
        named = config[span.line - 1][span.column - 1 : span.end_column - 1].strip('"').partition(":")[0]
        assert named
        if not at.endswith(("/__init__.py", f"{named.replace('.', '/')}.py")):
            assert any(path.endswith(".py") for path in _paths(finding)), "nothing leads from the module to the file"


FILES = {
    "10xgraph.json": '{"agent": "app.serve:app", "env": ".env"}',
    "app/__init__.py": "",
    "app/serve.py": "from app.public import app\n",
    "app/public.py": "from app.build import graph as app\n",
    "app/build.py": "from app.memory import make\nfrom app.wiring import wire\n\ngraph = wire(make())\n",
    "app/wiring.py": """from tenxgraph.core import StateGraph
from tenxgraph.utils import END


def wire(checkpointer):
    workflow = StateGraph()
    workflow.add_node("A", lambda state: state)
    workflow.set_entry_point("A")
    workflow.add_edge("A", END)
    return workflow.compile(checkpointer=checkpointer)
""",
    "app/memory.py": """from tenxgraph.storage.checkpointer import InMemoryCheckpointer


def make():
    return InMemoryCheckpointer()
""",
}


def test_the_way_goes_through_re_exports_and_calls_and_is_cut_in_the_middle(tmp_path: Path) -> None:
    _write(tmp_path, FILES)
    (finding,) = _findings(tmp_path, "AF501")
    assert finding.location.path == "app/memory.py"
    shown = [(related.location.path, related.location.span.line) for related in finding.related]
    assert shown[:2] == [("10xgraph.json", 1), ("app/serve.py", 1)]
    assert shown[-1] == ("app/build.py", 1), "the import of the module that makes the checkpointer comes last"
    assert ("app/wiring.py", 10) in shown
    assert len(shown) == MOST_STEPS


def test_a_call_that_raises_in_a_function_shows_who_called_it(tmp_path: Path) -> None:
    _write(tmp_path, FILES | {"app/memory.py": "import os\n\n\ndef make():\n    return os.environ['DSN']\n"})
    (finding,) = _findings(tmp_path, "AF115")
    assert finding.location.path == "app/memory.py"
    assert "app/build.py" in _paths(finding)


def test_the_config_leads_to_its_env_file(tmp_path: Path) -> None:
    _write(tmp_path, FILES | {".env": "MODE=production\nORIGINS=https://a.example\nMEDIA_STORAGE_TYPE=memory\n"})
    (finding,) = _findings(tmp_path, "AF507")
    assert finding.location.path == ".env"
    assert [related.message for related in finding.related] == ["env is named here"]
