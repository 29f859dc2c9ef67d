"""The projects really are sound: released servers start on them, with the environment that the linter computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.project import load_project
from agentflow_lint.model.values import Known
from tests.conformance.referees import ERA_BY_RELEASE, UnavailableError, install, required
from tests.conformance.server import Refused, serve
from tests.precision.corpus import read_projects

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.model.deployment import Deployment
    from tests.precision.corpus import Project

pytestmark = pytest.mark.conformance

STARTED = [project for project in read_projects() if project.start is not None]

#: From 0.6.0 on production serves no docs by default.
_SERVES_DOCS = {"0.2.9", "0.3.2.9", "0.4.0", "0.5.1"}


def _environment(deployment: Deployment) -> dict[str, str]:
    """What the deployment gives the process, as far as the repository says it."""
    found = {name: deployment.environment.inherited(name) for layer in deployment.environment.process for name in layer}
    return {name: value.value for name, value in found.items() if isinstance(value, Known) and name != "PATH"}


def _stand_ins(names: dict[str, str], folder: Path) -> Path:
    """Modules for packages that the project imports and the referee's environment has under other names."""
    found = folder / "stand_ins"
    found.mkdir()
    for name, other in names.items():
        (found / f"{name}.py").write_text(f"from {other} import *\n", encoding="utf-8")
    return found


@pytest.mark.parametrize("project", STARTED, ids=lambda project: project.name)
def test_the_server_starts_on_it(project: Project, tmp_path: Path) -> None:
    try:
        installed = install(ERA_BY_RELEASE[project.release])
    except UnavailableError as error:
        if required():
            raise
        pytest.skip(str(error))
    assert project.start is not None
    folder = project.copy_to(tmp_path / "work")
    (deployment,) = load_project(str(folder)).deployments
    environment = _environment(deployment) | project.start["environment"]
    environment["PYTHONPATH"] = str(_stand_ins(project.start.get("stand_ins", {}), tmp_path))
    home = tmp_path / "home"
    home.mkdir()
    with serve(installed, folder, home, environment) as outcome:
        assert not isinstance(outcome, Refused), outcome.output
        host = {"Host": environment["ALLOWED_HOST"].split(",")[0]}
        assert outcome.get("/ping", host)[0] == 200
        _, headers = outcome.get("/ping", {**host, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in headers
        assert outcome.get("/v1/threads", host)[0] in (401, 403)
        if project.release not in _SERVES_DOCS:
            assert [outcome.get(path, host)[0] for path in ("/docs", "/redocs", "/openapi.json")] == [404, 404, 404]


def test_several_eras_are_started() -> None:
    assert len({project.release for project in STARTED}) >= 5
