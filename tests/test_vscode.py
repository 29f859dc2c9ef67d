"""What the VS Code extension holds of the linter is what the linter has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentflow_lint import __version__
from agentflow_lint.editor.settings import KEYS, SECTION
from agentflow_lint.framework.config_schema import config_schema
from agentflow_lint.framework.release import known_releases, load_release, newest_release
from tests.conformance.schema.comparison import validator
from tests.framework.config_schema.cases import REFUSED, SOUND, TEXTS
from tests.golden import assert_golden

ROOT = Path(__file__).parents[1]
EXTENSION = ROOT / "editors" / "vscode"
MANIFEST: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))


def test_the_schema_is_that_of_the_newest_release() -> None:
    written = json.dumps(config_schema(newest_release()), indent=2) + "\n"
    assert_golden(EXTENSION / "schemas" / "config.schema.json", written)


def test_the_configs_that_its_tests_judge_are_judged_alike_here() -> None:
    judged = validator(newest_release())
    configs = [{"agent": "graph.agent:app", **config} for config in (*SOUND, *REFUSED, *TEXTS)]
    cases = [{"config": config, "valid": judged.is_valid(config)} for config in configs]
    lines = ",\n".join(json.dumps(case) for case in cases)
    assert_golden(EXTENSION / "test" / "configs.json", f"[\n{lines}\n]\n")


def test_it_offers_the_settings_that_the_server_knows() -> None:
    offered = {name.removeprefix(f"{SECTION}.") for name in MANIFEST["contributes"]["configuration"]["properties"]}
    assert offered == {*KEYS, "enable", "path", "trace.server"}


def test_it_knows_every_name_that_a_config_has() -> None:
    names = {name for version in known_releases() for name in load_release(version).config_names}
    assert {each["fileMatch"] for each in MANIFEST["contributes"]["jsonValidation"]} == names


def test_it_has_the_linters_version_and_license() -> None:
    assert MANIFEST["version"] == __version__
    assert (EXTENSION / "LICENSE").read_text(encoding="utf-8") == (ROOT / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["README.md", "CHANGELOG.md", "package-lock.json", ".vscodeignore", "eslint.config.mjs"]
)
def test_it_is_whole(name: str) -> None:
    assert (EXTENSION / name).is_file()
