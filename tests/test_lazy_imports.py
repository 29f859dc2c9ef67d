"""What a run does not need, it does not import: the libraries are most of what a cold run takes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("libcst", "pydantic", "yaml", "dotenv", "crossplane")

PROBE = f"""
import sys
from agentflow_lint.cli.main import main
code = main(sys.argv[1:])
print("imported:", *(name for name in {HEAVY!r} if name in sys.modules))
sys.exit(code)
"""

GRAPH = """
from agentflow.core.graph import StateGraph
app = StateGraph().compile()
"""


@pytest.fixture
def project(tmp_path):
    """A project that has something for each of the heavy libraries but the linter's own configuration."""
    (tmp_path / "agentflow.json").write_text(json.dumps({"agent": "agent:app", "env": ".env"}))
    (tmp_path / ".env").write_text("MODE=production\nORIGINS=https://example.org\nMAX_REQUEST_SIZE=1000\n")
    (tmp_path / "agent.py").write_text(GRAPH)
    (tmp_path / "requirements.txt").write_text("10xscale-agentflow-cli==0.6.1\n")
    (tmp_path / "Dockerfile").write_text(
        'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["agentflow", "api", "--host", "0.0.0.0"]\n'
    )
    return tmp_path


def imported(*arguments):
    """The exit code of the command line in a process of its own, and which heavy libraries it imported."""
    run = subprocess.run([sys.executable, "-c", PROBE, *map(str, arguments)], capture_output=True, text=True)
    *_, last = run.stdout.splitlines()
    assert last.startswith("imported:"), run.stdout + run.stderr
    return run.returncode, last.split()[1:]


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["explain", "AF401"], ["rules"]],
    ids=" ".join,
)
def test_what_reads_no_project_imports_none_of_them(arguments):
    assert imported(*arguments) == (0, [])


def test_rules_that_ask_for_no_graph_leave_the_python_parser_alone(project):
    code, names = imported("check", "--select", "AF401", project)
    assert code in (0, 1)
    assert names == ["dotenv"]


def test_a_whole_check_needs_the_parser_and_no_schemas(project):
    code, names = imported("check", project)
    assert code in (0, 1)
    assert names == ["libcst", "dotenv"]


def test_a_configuration_of_the_linter_is_read_by_its_schema(project):
    """The probe would notice: this is the run that does import pydantic."""
    (project / "agentflow-lint.toml").write_text('fail-on = "never"\n')
    code, names = imported("check", "--select", "AF401", project)
    assert code == 0
    assert "pydantic" in names
    assert "libcst" not in names
