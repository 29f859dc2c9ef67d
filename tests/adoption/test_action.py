"""The GitHub Action: its description, and its script run as a runner would."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.adoption.product import ROOT, run, snapshot

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]

needs_installation = pytest.mark.adoption


class Job(NamedTuple):
    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    temporary: Path


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("action") / "agentflow-lint"
    snapshot(folder)
    return folder


def run_action(product: Path, workspace: Path, temporary: Path, **inputs: str) -> Job:
    """Do what a runner does with the action's first step."""
    step = STEPS[0]
    values = {name: inputs.get(name.replace("-", "_"), given["default"]) for name, given in ACTION["inputs"].items()}

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)

    temporary.mkdir()
    output, summary = temporary / "output", temporary / "summary"
    output.touch()
    summary.touch()
    done = run(
        workspace / filled(step["working-directory"]),
        *("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]),
        GITHUB_ACTIONS="true",
        GITHUB_ACTION_PATH=str(product),
        GITHUB_WORKSPACE=str(workspace),
        GITHUB_OUTPUT=str(output),
        GITHUB_STEP_SUMMARY=str(summary),
        RUNNER_TEMP=str(temporary),
        **{name: filled(text) for name, text in step["env"].items()},
    )
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return Job(done.returncode, done.stdout, outputs, summary.read_text(), temporary)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work space"
    (folder / ".git").mkdir(parents=True)
    for name in ("leaky-agent", "sound-agent"):
        shutil.copytree(ROOT / "examples" / name, folder / "services" / name)
    return folder


@needs_installation
def test_it_annotates_summarises_and_leaves_sarif(product: Path, workspace: Path, tmp_path: Path) -> None:
    job = run_action(product, workspace, tmp_path / "temporary")
    assert job.code == 1
    assert re.search(r"^::error file=services/leaky-agent/graph/memory\.py,line=8,.*AF501", job.log, re.MULTILINE)
    assert "AF501" in job.summary
    assert job.outputs["exit-code"] == "1"
    sarif = json.loads(Path(job.outputs["sarif-file"]).read_text())
    assert sarif["version"] == "2.1.0"
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in sarif["runs"][0]["results"]}
    assert "services/leaky-agent/graph/memory.py" in uris


@needs_installation
def test_what_is_held_back_opens_no_alert(product: Path, workspace: Path, tmp_path: Path) -> None:
    (workspace / "services" / "leaky-agent" / "agentflow-lint.toml").write_text(
        '[[ignore]]\nrule = "AF501"\npath = "**"\nreason = "a demonstration"\n'
    )
    job = run_action(product, workspace, tmp_path / "temporary")
    results = json.loads(Path(job.outputs["sarif-file"]).read_text())["runs"][0]["results"]
    assert results
    assert "AF501" not in {result["ruleId"] for result in results}
    assert "AF501" in job.summary


@needs_installation
def test_inputs_are_words_and_no_commands(product: Path, workspace: Path, tmp_path: Path) -> None:
    (workspace / "services" / "sound-agent").rename(workspace / "services" / "sound agent")
    job = run_action(
        product,
        workspace,
        tmp_path / "temporary",
        paths="'sound agent'",
        args="--fail-on warning\n--ignore AF409 # $(touch pwned)",
        working_directory="services",
    )
    assert (job.code, job.outputs["exit-code"]) == (0, "0")
    assert not list(tmp_path.rglob("pwned"))


@needs_installation
def test_a_failure_of_the_linter_is_passed_on(product: Path, workspace: Path, tmp_path: Path) -> None:
    job = run_action(product, workspace, tmp_path / "temporary", args="--select AF999")
    assert (job.code, job.outputs) == (2, {"exit-code": "2"})
    assert "AF999" in job.log


@needs_installation
def test_an_input_that_no_shell_could_read_is_an_error(product: Path, workspace: Path, tmp_path: Path) -> None:
    job = run_action(product, workspace, tmp_path / "temporary", args="--select 'AF2")
    assert (job.code, job.outputs) == (2, {})
    assert "::error title=agentflow-lint::The input args cannot be read: No closing quotation" in job.log


def test_no_input_becomes_part_of_a_script() -> None:
    for step in STEPS:
        assert "${{" not in step.get("run", "")


def test_every_input_and_output_is_described() -> None:
    for group in ("inputs", "outputs"):
        assert all(entry["description"] for entry in ACTION[group].values())


def test_the_script_passes_shellcheck() -> None:
    subprocess.run(["shellcheck", str(ROOT / "scripts" / "action.sh")], check=True)
