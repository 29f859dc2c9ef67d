"""The JSON Schema of the configuration takes what the linter takes, and is the one that is shipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

from agentflow_lint.cli.main import main
from agentflow_lint.config import read_configuration
from agentflow_lint.config_schema import KEYS
from agentflow_lint.config_source import ConfigurationError, read_source
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.linter_schema import SHIPPED, linter_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
CATALOGUE = load_catalogue(["agentflow_rules"])
SCHEMA = linter_schema(CATALOGUE)

#: Configurations that both take.
GOOD = {
    "tables": """ignore = ["AF409", {rule = "AF501", path = "agentflow.json", reason = "It is a demo."}]""",
    "files": """require-reason = true
per-file-ignores = {"compose.dev.yml" = ["AF301", "AF4"]}""",
    "empty": "",
    "every key": """
        extend = "base.toml"
        select = ["ALL", "AF3", "wildcard-origins"]
        extend-select = ["AF904"]
        extend-ignore = ["AF331"]
        ignore = ["AF409"]
        fail-on = "never"
        target-release = "0.9.0"
        provided-env = ["ORIGINS"]
        deployments = ["compose:web"]
        exclude = ["fixtures"]
        max-sequential-calls = 3
        show-undecided = true
        baseline = "known.json"
        severity = { AF304 = "error", wildcard-origins = "info" }
        rules = {}
        """,
    "several files to extend": 'extend = ["base.toml", "base.toml"]',
    "options of a rule": "[rules.AF332]\nmax-sequential-calls = 12",
    "options of a rule by its name": "[rules.sequential-chain]\nmax-sequential-calls = 12",
}

#: Configurations that neither takes.
BAD = {
    "table without path": """ignore = [{rule = "AF501"}]""",
    "table with an unknown rule": """ignore = [{rule = "AF999", path = "a"}]""",
    "unknown key": 'selekt = ["AF3"]',
    "underscore": 'fail_on = "error"',
    "unknown rule": 'select = ["AF999"]',
    "unknown name": 'ignore = ["wildcart-origins"]',
    "unknown family": 'select = ["AF7"]',
    "unknown release": 'target-release = "0.9.1"',
    "unknown severity": 'severity = { AF304 = "fatal" }',
    "severity of an unknown rule": 'severity = { AF999 = "error" }',
    "unknown threshold": 'fail-on = "warn"',
    "no list": 'select = "AF3"',
    "no string": "select = [1]",
    "no boolean": "show-undecided = 1",
    "no number": 'max-sequential-calls = "9"',
    "too small": "max-sequential-calls = 0",
    "no variable": 'provided-env = ["A B"]',
    "no folder": 'exclude = ["a/b"]',
    "no path": "baseline = 1",
    "nothing to extend": "extend = 1",
    "no paths to extend": "extend = [1]",
    "unknown rule to add": 'extend-select = ["AF999"]',
    "unknown option": "[rules.AF332]\nmax-calls = 12",
    "wrong value of an option": "[rules.AF332]\nmax-sequential-calls = 0",
    "options of a rule that has none": "[rules.AF301]\nmax-calls = 12",
    "options of an unknown rule": "[rules.AF999]\nmax-calls = 12",
    "options of a family": "[rules.AF3]\nmax-sequential-calls = 12",
    "options that are no table": "rules = { AF332 = 12 }",
}


def in_schema(path: Path) -> list[str]:
    return [error.message for error in Draft7Validator(SCHEMA).iter_errors(read_source(str(path)).table)]


def written(folder: Path, text: str) -> Path:
    path = folder / "agentflow-lint.toml"
    (folder / "base.toml").write_text("")
    path.write_text(text)
    return path


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_the_shipped_file_is_the_generated_one() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "generate_config_schema.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_it_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--config"]) == 0
    assert capsys.readouterr().out == Path(SHIPPED).read_text(encoding="utf-8")


def test_every_key_is_described_and_has_its_default() -> None:
    assert tuple(SCHEMA["properties"]) == KEYS
    assert [key for key, each in SCHEMA["properties"].items() if not each.get("description", "").endswith(".")] == []
    assert SCHEMA["properties"]["fail-on"]["default"] == "error"
    assert SCHEMA["properties"]["ignore"]["default"] == []
    assert "default" not in SCHEMA["properties"]["select"]
    assert SCHEMA["properties"]["max-sequential-calls"]["default"] == 8


def test_nothing_of_pydantic_is_left_in_it() -> None:
    def nodes(schema: Any) -> Iterator[dict[str, Any]]:
        if isinstance(schema, dict):
            yield schema
        for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
            yield from nodes(each)

    inner = [node for node in nodes(SCHEMA) if node is not SCHEMA]
    assert [node for node in inner if "names" in node or "title" in node or node == {"type": "null"}] == []
    assert len(inner) > len(KEYS)


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_it_takes_what_the_linter_takes(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    read_configuration(str(path), CATALOGUE)
    assert in_schema(path) == []


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_it_refuses_what_the_linter_refuses(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigurationError):
        read_configuration(str(path), CATALOGUE)
    assert len(in_schema(path)) == 1


def test_every_key_occurs_in_a_configuration_that_both_take(tmp_path: Path) -> None:
    used: set[str] = set()
    for text in GOOD.values():
        used |= read_source(str(written(tmp_path, text))).table.keys()
    assert used == set(KEYS)


def test_codes_of_packs_that_are_not_installed_here_are_left_to_the_linter(tmp_path: Path) -> None:
    assert in_schema(written(tmp_path, 'select = ["ACME101", "ACME1"]')) == []
