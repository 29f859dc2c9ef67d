"""``schema`` for a server release; what ``--config`` prints is tested beside the linter's configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.framework.config_schema import config_schema
from agentflow_lint.framework.release import newest_release

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result


def test_of_the_newest_release(cli: Callable[..., Result], folder: Path) -> None:
    result = cli("schema")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == config_schema(newest_release())
    assert result.out.isascii()


def test_of_a_named_release_in_any_spelling(cli: Callable[..., Result], folder: Path) -> None:
    for spelled in ("0.6.0", "0.6"):
        assert json.loads(cli("schema", "--release", spelled).out) == config_schema("0.6.0")


def test_of_the_release_that_a_project_pins_or_targets(cli: Callable[..., Result], project: Path) -> None:
    (project / "requirements.txt").write_text("10xscale-agentflow-cli==0.5.1\n")
    assert json.loads(cli("schema", ".").out) == config_schema("0.5.1")
    assert json.loads(cli("schema", "agentflow.json").out) == config_schema("0.5.1")
    (project / "agentflow-lint.toml").write_text('target-release = "0.4.0"\n')
    assert json.loads(cli("schema", ".").out) == config_schema("0.4.0")
    # Without a path it does not matter where one is.
    assert json.loads(cli("schema").out) == config_schema(newest_release())


def test_into_a_file(cli: Callable[..., Result], folder: Path) -> None:
    result = cli("schema", "--output-file", "10xgraph.schema.json")
    assert (result.code, result.out) == (0, "")
    assert json.loads((folder / "10xgraph.schema.json").read_text()) == config_schema(newest_release())


def test_projects_of_two_releases(cli: Callable[..., Result], folder: Path) -> None:
    for name, pin in (("old", "10xscale-agentflow-cli==0.6.1"), ("new", "10xgraph-api==0.9.0")):
        (folder / name).mkdir()
        (folder / name / "agentflow.json").write_text('{"agent": "graph.agent:app"}')
        (folder / name / "requirements.txt").write_text(pin)
    result = cli("schema", ".")
    assert result.code == 2
    assert "0.6.1" in result.err
    assert "0.9.0" in result.err
    (folder / "old" / "requirements.txt").write_text("10xgraph-api==0.9.0")
    assert cli("schema", ".").code == 0


def test_no_project(cli: Callable[..., Result], folder: Path) -> None:
    result = cli("schema", ".")
    assert (result.code, result.out) == (3, "")
    assert result.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--release", "0.9.1"), "did you mean '0.9.0'"),
        (("nowhere",), "nowhere"),
        ((".", "--release", "0.9.0"), "give them or --release"),
    ],
)
def test_what_cannot_be_printed(cli: Callable[..., Result], project: Path, arguments: list[str], told: str) -> None:
    result = cli("schema", *arguments)
    assert (result.code, result.out) == (2, "")
    assert told in result.err
