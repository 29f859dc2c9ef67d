"""What the framework's own ``build`` writes, release by release: is the server in the image, and is the project?

The table says what the generated Dockerfile installs (read from it by hand); whether a package of the project is in the
image is asked of the release's own Python, in a copy of what the build context would hold.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.runner import lint
from agentflow_lint.model.project import load_project
from tests.conformance import image
from tests.conformance.selection import installed
from tests.conformance.server import clean_environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conformance.referees import Installed

pytestmark = pytest.mark.conformance

CODES = ("AF208", "AF211", "AF213", "AF214", "AF215", "AF218", "AF227", "AF229", "AF230")
RULES = [rule for rule in load_catalogue().rules if rule.code in CODES]
RELEASES = ("0.4.0", "0.5.1", "0.6.1", "0.7.0", "0.8.0", "0.9.0")

#: What a project may require, and the rules that then find fault with the generated image, by release.
NOTHING, CORE, BOTH = "nothing", "core", "core and server"
MISSING = {
    ("0.4.0", NOTHING): {"AF213"},
    ("0.5.1", NOTHING): {"AF213"},
    ("0.4.0", CORE): {"AF213", "AF214"},
    ("0.5.1", CORE): {"AF213", "AF214"},
    ("0.4.0", BOTH): {"AF213", "AF214"},
    ("0.5.1", BOTH): {"AF213", "AF214"},
    ("0.8.0", CORE): {"AF213"},
    ("0.9.0", CORE): {"AF213"},
}


@pytest.fixture(params=RELEASES)
def referee(request: pytest.FixtureRequest) -> Installed:
    return installed(f"{request.param}-config")


def build(referee: Installed, folder: Path, requires: str, modules: dict[str, str]) -> Path:
    """A small project with what ``build`` makes for it."""
    project = folder / "demo"
    release = referee.referee
    core, server = ("10xgraph", "10xgraph-api") if release.package == "tenxgraph_api" else (
        "10xscale-agentflow", "10xscale-agentflow-cli",
    )  # fmt: skip
    wanted = {NOTHING: [], CORE: [core], BOTH: [core, f"{server}=={release.release}"]}[requires]
    files = {release.config_name: json.dumps({"agent": "graph.agent:app"}), **modules}
    if wanted:
        listed = ", ".join(f'"{name}"' for name in wanted)
        files["pyproject.toml"] = f'[project]\nname = "demo"\nversion = "0.1.0"\ndependencies = [{listed}]\n'
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    done = subprocess.run(
        [*referee.script(release.command), "build"],
        cwd=project,
        env=clean_environment(referee, folder) | {"NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (project / "Dockerfile").is_file(), done.stdout + done.stderr
    return project


def found(project: Path) -> dict[str, str]:
    """The codes that are found, with their messages; nothing may be left undecided."""
    run = lint(load_project(str(project)), RULES)
    assert not run.undecided
    return {finding.code: finding.message for finding in run.findings}


def test_these_rules_exist() -> None:
    assert len(RULES) == len(CODES)


@pytest.mark.parametrize("requires", [NOTHING, CORE, BOTH])
def test_whether_the_generated_image_holds_the_server(referee: Installed, tmp_path: Path, requires: str) -> None:
    project = build(referee, tmp_path, requires, {"graph/__init__.py": "", "graph/agent.py": "app = None\n"})
    codes = found(project)
    assert set(codes) == MISSING.get((referee.referee.release, requires), set())
    if "AF213" in codes and referee.referee.release in ("0.4.0", "0.5.1"):
        assert "`agentflow-cli`" in codes["AF213"]


@pytest.mark.parametrize("name", ["store", "configs", "data", "build", "env", "graph", "prompts"])
def test_whether_the_generated_image_holds_a_package(referee: Installed, tmp_path: Path, name: str) -> None:
    agent = f"from {name}.values import X\n\napp = None\n"
    modules = {f"{name}/values.py": "X = 1\n", f"{name}/__init__.py": "", "graph/agent.py": agent}
    project = build(referee, tmp_path, BOTH, modules)
    copied = tmp_path / "image"
    if (project / ".dockerignore").is_file():
        image.unpack(project, copied)
    else:
        copied = project
    asked = subprocess.run(
        [referee.python, "-c", "import graph.agent"],
        cwd=copied,
        env=clean_environment(referee, tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    missing = asked.returncode != 0
    assert not missing or f"No module named '{name}" in asked.stderr
    assert ("AF208" in found(project)) is missing
