from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.editing.settings import settings_added, trust_in_place
from agentflow_lint.engine.fix import Applicability
from tests.engine.editing.settings_projects import COMMAND, DOCKERFILE, deployment, edited, project

if TYPE_CHECKING:
    from pathlib import Path

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE
_COMPOSE = f"services:\n  api:\n    image: python:3.12\n    command: {COMMAND}\n%s"


@pytest.mark.parametrize(
    ("path", "text", "trust"),
    [
        (".env", "DOCS_PATH=/docs\n", UNSAFE),
        (".env", "MODE=production\nDOCS_PATH=/docs\n", SAFE),
        (".env", "MODE=prod\nDOCS_PATH=/docs\n", UNSAFE),
        (".env.production", "DOCS_PATH=/docs\n", SAFE),
        ("env/prod.env", "DOCS_PATH=/docs\n", SAFE),
        ("product.env", "DOCS_PATH=/docs\n", UNSAFE),
    ],
)
def test_an_env_file_is_productions_by_its_name_or_its_mode(
    tmp_path: Path, path: str, text: str, trust: Applicability
) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)
    found = project(tmp_path, **{"10xgraph__json": f'{{"agent": "graph.agent:app", "env": "{path}"}}'})
    here = deployment(found, "project")
    assert trust_in_place(here, "DOCS_PATH") is trust
    assert settings_added(here, {"APP_NAME": "x"})[1] is trust


def test_an_image_is_productions_unless_development_builds_it_too(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE % "ENV DOCS_PATH=/docs", "compose__yaml": _COMPOSE % ""}
    assert trust_in_place(deployment(project(tmp_path, **files), "Dockerfile"), "DOCS_PATH") is SAFE
    dev = "services:\n  api:\n    build: .\n    command: " + COMMAND + "\n"
    found = project(tmp_path, **files, compose__dev__yaml=dev)
    development = [each for each in found.all_deployments if each.is_development]
    assert [each.kind for each in development] == ["compose"]
    assert trust_in_place(deployment(found, "Dockerfile"), "DOCS_PATH") is UNSAFE


def test_a_dockerfile_gets_an_instruction_above_the_comment_on_its_command(tmp_path: Path) -> None:
    dockerfile = DOCKERFILE % "# syntax\nENV A=1"
    dockerfile = dockerfile.replace("CMD", "# why it\n# runs so\nCMD").replace("\n", "\r\n")
    found = project(tmp_path, Dockerfile=dockerfile)
    edit, trust = settings_added(deployment(found, "Dockerfile"), {"MODE": "production", "DOCS_PATH": ""})
    added = 'ENV MODE=production DOCS_PATH=""\r\n# why it'
    assert edited(found, edit) == dockerfile.replace("# why it", added)
    assert trust is SAFE


def test_of_several_stages_the_one_that_is_deployed_gets_it(tmp_path: Path) -> None:
    dockerfile = f"FROM python:3.12 AS base\nCMD {COMMAND}\n\nFROM base\nENTRYPOINT []\nCMD {COMMAND}\n"
    found = project(tmp_path, Dockerfile=dockerfile)
    edit, _ = settings_added(deployment(found, "Dockerfile"), {"MODE": "production"})
    assert edited(found, edit) == dockerfile.replace("ENTRYPOINT", "ENV MODE=production\nENTRYPOINT")


def test_a_command_of_an_earlier_stage_gets_none(tmp_path: Path) -> None:
    dockerfile = f"FROM python:3.12 AS base\nCMD {COMMAND}\n\nFROM base\nENV A=1\n"
    found = project(tmp_path, Dockerfile=dockerfile)
    assert settings_added(deployment(found, "Dockerfile"), {"MODE": "production"})[0] is None


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ("    environment:\n      A: 1\n", 'MODE: "production"\n      '),
        ("    environment:\n    - A=1\n", "MODE=production\n    - "),
        ("    environment:\n    -   A=1 # one\n    -   B", "MODE=production\n    -   "),
        ("", 'environment:\n      MODE: "production"\n    '),
        ("    environment: {A: 1}\n", None),
        ("    environment: &env\n      A: 1\n  other:\n    image: x\n    environment: *env\n", None),
    ],
)
def test_a_compose_service_gets_a_line_as_the_others_are(tmp_path: Path, environment: str, line: str | None) -> None:
    found = project(tmp_path, compose__yaml=_COMPOSE % environment)
    edit, trust = settings_added(deployment(found, "compose:api"), {"MODE": "production"})
    if line is None:
        assert edit is None
    else:
        assert edit is not None
        assert edit.text == line
        assert trust is SAFE
        again = project(tmp_path, compose__yaml=edited(found, edit))
        assert deployment(again, "compose:api").in_production


def test_a_compose_file_that_development_reads_too_needs_a_look(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        compose__yaml=_COMPOSE % "    environment:\n      A: 1\n",
        compose__dev__yaml="services:\n  api:\n    environment:\n      B: 1\n",
    )
    edit, trust = settings_added(deployment(found, "compose:api"), {"MODE": "production"})
    assert edit is not None
    assert trust is UNSAFE
