"""``agentflow-lint config``: each setting with the place that it comes from."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from agentflow_lint.cli.main import main
from agentflow_lint.config_schema import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result

BASE = """\
fail-on = "warning"
ignore = ["XX201"]
exclude = ["fixtures"]
[severity]
XX1 = "info"
[per-file-ignores]
"*.env" = ["XX101"]
"""
NEAR = """\
extend = "shared/base.toml"
extend-ignore = ["anchored"]
exclude = []
baseline = "shared/known.json"

[severity]
marked = "error"

[[ignore]]
rule = "XX1"
path = "web/agentflow.json"
reason = "JSON"
"""


@pytest.fixture
def configured(project: Path) -> Path:
    (project / "shared").mkdir()
    (project / "shared" / "base.toml").write_text(BASE)
    (project / "agentflow-lint.toml").write_text(NEAR)
    return project


def described(result: Result) -> dict[str, Any]:
    assert result.code == 0, result.err
    (found,) = json.loads(result.out)["projects"]
    return dict(found)


def settings(result: Result) -> dict[str, tuple[Any, list[str]]]:
    """Key to value and origins in short."""

    def short(origin: dict[str, Any]) -> str:
        return str(origin.get("option") or ("default" if "default" in origin else f"{origin['path']}:{origin['line']}"))

    return {
        each["key"]: (each["value"], [short(origin) for origin in each["origins"]])
        for each in described(result)["settings"]
    }


def as_json(cli: Callable[..., Result], *arguments: str) -> Result:
    return cli("config", "--output-format", "json", *arguments)


def test_each_value_comes_with_its_place(cli: Callable[..., Result], configured: Path) -> None:
    assert settings(as_json(cli)) == {
        "select": (["ALL"], ["default"]),
        "ignore": (["XX201", "anchored"], ["shared/base.toml:2", "agentflow-lint.toml:2"]),
        "fail-on": ("warning", ["shared/base.toml:1"]),
        "target-release": (None, ["default"]),
        "provided-env": ([], ["default"]),
        "deployments": ([], ["default"]),
        "exclude": ([], ["agentflow-lint.toml:3"]),
        "require-reason": (False, ["default"]),
        "show-undecided": (False, ["default"]),
        "baseline": ("shared/known.json", ["agentflow-lint.toml:4"]),
        "severity.XX1": ("info", ["shared/base.toml:5"]),
        "severity.XX101": ("error", ["agentflow-lint.toml:7"]),
        'per-file-ignores."*.env"': (["XX101"], ["shared/base.toml:7"]),
        "ignore[0]": (
            {"rule": "XX1", "path": "web/agentflow.json", "reason": "JSON"},
            ["agentflow-lint.toml:9"],
        ),
    }


def test_the_files_and_the_rules_that_run(cli: Callable[..., Result], configured: Path) -> None:
    found = described(as_json(cli))
    assert found["path"] == "."
    assert found["files"] == ["agentflow-lint.toml", "shared/base.toml"]
    assert found["rules"] == ["XX101"]
    assert described(as_json(cli, "--show-undecided"))["rules"] == ["XX101", "XX904"]


@pytest.mark.parametrize(
    ("arguments", "key", "value", "origin"),
    [
        (["--select", "XX1"], "select", ["XX1"], "--select"),
        (["--select", "XX1"], "ignore", [], "--select"),
        (["--ignore", "XX1"], "ignore", ["XX1"], "--ignore"),
        (["--fail-on", "never"], "fail-on", "never", "--fail-on"),
        (["--target-release", "0.8.0"], "target-release", "0.8.0", "--target-release"),
        (["--deployment", "project"], "deployments", ["project"], "--deployment"),
        (["--show-undecided"], "show-undecided", True, "--show-undecided"),
        (["--baseline", "mine.json"], "baseline", "mine.json", "--baseline"),
        (["--no-baseline"], "baseline", None, "--no-baseline"),
    ],
)
def test_an_option_of_the_command_line_wins(
    cli: Callable[..., Result], configured: Path, arguments: list[str], key: str, value: object, origin: str
) -> None:
    assert settings(as_json(cli, *arguments))[key] == (value, [origin])


def test_without_a_configuration_everything_is_a_default(cli: Callable[..., Result], project: Path) -> None:
    assert described(as_json(cli))["files"] == []
    assert {origin for _, origins in settings(as_json(cli)).values() for origin in origins} == {"default"}
    assert "# no configuration" in cli("config").out


def test_every_key_of_the_configuration_is_there(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (configured / "agentflow-lint.toml").write_text('[severity]\nAF3 = "info"\n[per-file-ignores]\n"a" = ["AF3"]\n')
    main(["config", "--output-format", "json"])
    (found,) = json.loads(capsys.readouterr().out)["projects"]
    shown = {re.split(r"[.\[]", each["key"])[0] for each in found["settings"]}
    resolved = {"extend", "extend-select", "extend-ignore", "max-sequential-calls"}
    assert shown == set(KEYS) - resolved


@pytest.mark.parametrize(
    ("text", "value", "origin"),
    [
        ("", 8, "default"),
        ("max-sequential-calls = 3", 3, "agentflow-lint.toml:1"),
        ("\n[rules.AF332]\nmax-sequential-calls = 4", 4, "agentflow-lint.toml:3"),
        ("[rules.sequential-chain]\n\nmax-sequential-calls = 5", 5, "agentflow-lint.toml:3"),
    ],
)
def test_the_options_of_rules_are_shown_whether_set_or_not(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, value: int, origin: str
) -> None:
    (project / "agentflow-lint.toml").write_text(text)
    main(["config"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("rules.AF332")]
    assert [re.split(r" +# ", line) for line in lines] == [[f"rules.AF332.max-sequential-calls = {value}", origin]]


def test_the_text_groups_projects_that_are_checked_alike(cli: Callable[..., Result], folder: Path) -> None:
    for name in ("api", "web", "other"):
        (folder / name).mkdir()
        (folder / name / "agentflow.json").write_text("{}")
    (folder / "agentflow-lint.toml").write_text('\nfail-on = "info"\n')
    (folder / "other" / "agentflow-lint.toml").write_text('extend = "../agentflow-lint.toml"\n')
    out = cli("config").out
    assert "# api, web\n# configured by agentflow-lint.toml\n" in out
    assert "# other\n# configured by other/agentflow-lint.toml, which extends agentflow-lint.toml\n" in out
    lines = [re.split(r" +# ", line) for line in out.splitlines() if line.startswith("fail-on")]
    assert lines == [['fail-on = "info"', "agentflow-lint.toml:2"]] * 2
    assert out.count("# 2 of 3 rules run") == 2


def test_the_text_spells_values_as_toml(cli: Callable[..., Result], configured: Path) -> None:
    out = cli("config").out
    assert re.search(r"^baseline = \"shared/known\.json\" +# agentflow-lint\.toml:4$", out, re.MULTILINE)
    assert re.search(r"^target-release = \(none\) +# default$", out, re.MULTILINE)
    assert re.search(r"^require-reason = false +# default$", out, re.MULTILINE)
    entry = re.escape('ignore[0] = { rule = "XX1", path = "web/agentflow.json", reason = "JSON" }')
    assert re.search(rf"^{entry} +# agentflow-lint\.toml:9$", out, re.MULTILINE)


def test_nothing_to_lint_and_a_broken_configuration(cli: Callable[..., Result], folder: Path) -> None:
    assert cli("config").code == 3
    (folder / "agentflow.json").write_text("{}")
    (folder / "agentflow-lint.toml").write_text("selekt = 1")
    result = cli("config")
    assert result.code == 2
    assert "agentflow-lint.toml:1: unknown key 'selekt'" in result.err


def test_the_configuration_of_the_option(cli: Callable[..., Result], configured: Path) -> None:
    (configured / "ci.toml").write_text('fail-on = "never"')
    assert settings(as_json(cli, "--config", "ci.toml"))["fail-on"] == ("never", ["ci.toml:1"])
