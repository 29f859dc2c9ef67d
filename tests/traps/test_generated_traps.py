"""The traps that the framework's own `init` and `build` lay, in what they really write, with the server's own word.

T1, T2, T8 and T10 are rows of tests/conformance/generated.py; T11 and T12 are in test_generated_images.py there.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from tests.conformance import scaffolds
from tests.conformance.generated import CUSTOM, JWT, REFEREES
from tests.conformance.referees import BY_NAME, UnavailableError, install, required
from tests.conformance.server import Refused, Started, clean_environment, serve

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.run import Run
    from tests.conformance.referees import Installed

pytestmark = pytest.mark.conformance

_MODEL = {"GOOGLE_API_KEY": "not-a-key"}
_PRODUCTION = {"MODE": "production", "ORIGINS": "https://app.example.com", **_MODEL}


def referee(name: str) -> Installed:
    try:
        return install(BY_NAME[name])
    except UnavailableError as error:
        if required():
            pytest.fail(str(error))
        pytest.skip(str(error))


def lint(project: Path, release: str, deployment: str | None = None) -> Run:
    asked = (deployment,) if deployment else ()
    (run,) = check(Request(paths=(str(project),), target_release=release, deployments=asked)).runs
    assert not run.crashes
    return run


def copied(folder: Path, target: Path, config: str) -> Path:
    """A copy that does not fail on the container that the scaffolds up to 0.8.0 name and do not define."""
    shutil.copytree(folder, target)
    text = (target / config).read_text()
    lines = [line for line in text.splitlines() if '"injectq"' not in line]
    (target / config).write_text("\n".join(lines) + "\n")
    return target


@pytest.mark.parametrize("release", ["0.5.1", "0.6.1", "0.7.0", "0.8.0", "0.9.0"])
def test_t3_the_template_as_env_file(release: str, tmp_path: Path) -> None:
    """The next step that `init` itself names: copy the template. Nothing in it but the key is said to need a value.

    Up to 0.5.1 the file reaches no setting of the ASGI target, so that the mode stays development.
    """
    installed = referee(REFEREES[release])
    project = scaffolds.make(installed, JWT)
    run = lint(project, release, "project")
    said = {each.code for each in run.findings if each.location.path == ".env"}
    settings = {"AF301", "AF302", "AF304"} if release != "0.5.1" else set()
    assert said == settings | {"AF402"}
    mended = copied(project, tmp_path / "demo", installed.referee.config_name)
    with serve(installed, mended, tmp_path, _MODEL) as outcome:
        assert isinstance(outcome, Refused)
    assert release == "0.5.1" or "ORIGINS='*'" in outcome.reason


def test_t9_the_graph_of_the_early_scaffold(tmp_path: Path) -> None:
    """It imports the core by names that the core which the server requires does not have."""
    installed = referee("0.3.1-config")
    project = tmp_path / "demo"
    project.mkdir()
    command = [*installed.script("agentflow"), "init", "--prod"]
    environment = clean_environment(installed, tmp_path)
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True, timeout=120)
    found = [each for each in lint(project, "0.3.1").findings if each.consequence.value == "refuses-to-start"]
    assert {(each.code, each.location.path) for each in found} == {("AF216", "graph/react.py")}
    assert "agentflow.graph" in {each.place for each in found}
    home = tmp_path / "home"
    home.mkdir()
    with serve(installed, project, home) as outcome:
        assert isinstance(outcome, Refused)
    assert "No module named 'agentflow." in outcome.output


@pytest.mark.parametrize(("release", "status"), [("0.5.1", 400), ("0.6.1", 200)])
def test_t13_the_probe_beside_a_list_of_hosts(release: str, status: int, tmp_path: Path) -> None:
    """The generated HEALTHCHECK asks for localhost."""
    installed = referee(REFEREES[release])
    project = copied(scaffolds.make_image(installed, CUSTOM), tmp_path / "demo", "agentflow.json")
    dockerfile = project / "Dockerfile"
    assert "curl -f http://localhost:8000/ping" in dockerfile.read_text()
    dockerfile.write_text(
        dockerfile.read_text().replace("WORKDIR /app", "ENV ALLOWED_HOST=api.example.com\nWORKDIR /app")
    )
    said = {each.code for each in lint(project, release).findings}
    assert ("AF226" in said) is (status == 400)
    home = tmp_path / "home"
    home.mkdir()
    with serve(installed, project, home, {**_PRODUCTION, "ALLOWED_HOST": "api.example.com"}) as outcome:
        assert isinstance(outcome, Started), outcome
        assert outcome.get("/ping", {"Host": "localhost"})[0] == status


@pytest.mark.parametrize(("release", "status"), [("0.5.1", 500), ("0.6.1", 401), ("0.9.0", 401)])
def test_t14_the_unwritten_auth_of_the_scaffold(release: str, status: int, tmp_path: Path) -> None:
    """Nobody is let in until somebody writes it: nothing is exposed, and nothing of it is reported."""
    installed = referee(REFEREES[release])
    config = installed.referee.config_name
    project = copied(scaffolds.make_image(installed, CUSTOM), tmp_path / "demo", config)
    said = [each for each in lint(project, release).findings if "auth" in f"{each.location.path} {each.place}"]
    assert said == []
    home = tmp_path / "home"
    home.mkdir()
    with serve(installed, project, home, _PRODUCTION) as outcome:
        assert isinstance(outcome, Started), outcome
        assert outcome.get("/v1/graph", {"Authorization": "Bearer anything"})[0] == status
