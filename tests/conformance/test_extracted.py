"""The linter's data on each release, against the installed packages: commands, settings, modules and their names."""

from __future__ import annotations

import functools
import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement

from agentflow_lint.framework.release import load_core, load_release
from tests.conformance import installed_package
from tests.conformance.selection import chosen, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.framework.facts import Command, CoreRelease, Option, Release, Setting
    from tests.conformance.referees import Referee

pytestmark = pytest.mark.conformance

#: Below these nothing is imported: files that the framework copies into a new project, where they belong.
_TEMPLATES = (".cli.templates.",)


@functools.cache
def _asked(name: str) -> tuple[Release, CoreRelease, dict[str, Any]]:
    """The releases that a referee runs, and what its interpreter says of them."""
    ready = installed(name)
    release, core = load_release(ready.referee.release), _core(ready.referee)
    listed = {module: sorted(names) for each in (release, core) for module, names in each.modules.items()}
    with tempfile.TemporaryDirectory() as folder:
        answer = _answer(ready.python, {"server": release.package, "names": listed}, folder)
    return release, core, answer


def _answer(python: str, question: dict[str, Any], folder: str) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-I", "-X", "utf8", str(Path(installed_package.__file__).absolute())],
        input=json.dumps(question),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        env={"LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _core(referee: Referee) -> CoreRelease:
    requirement = Requirement(referee.requirements[1])
    (pin,) = requirement.specifier
    return load_core(requirement.name, pin.version)


def _option(option: Option) -> dict[str, Any]:
    return {
        "names": sorted(option.names),
        "negative": sorted(option.negative),
        "takes_value": option.takes_value,
        "default": option.default,
        "hidden": option.hidden,
        "deprecated": option.deprecated,
    }


def _options(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    return sorted(map(_option, options), key=lambda option: option["names"])


def _command(command: Command) -> dict[str, Any]:
    return {
        "options": _options(command.options),
        "arguments": [*command.arguments],
        "accepts_unknown": command.accepts_unknown,
        "hidden": command.hidden,
        "deprecated": command.deprecated,
        "commands": {name: _command(each) for name, each in command.commands.items()},
    }


def _setting(setting: Setting) -> dict[str, Any]:
    return {
        "group": setting.group,
        "kind": setting.kind,
        "default": setting.default,
        "optional": setting.optional,
        "choices": sorted(setting.choices),
        "minimum": setting.minimum,
        "maximum": setting.maximum,
    }


def _differences(theirs: Any, ours: Any, place: str = "") -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            yield from _differences(theirs.get(key, "nothing"), ours.get(key, "nothing"), f"{place}.{key}")
    elif theirs != ours or type(theirs) is not type(ours):
        yield f"{place}: installed {theirs!r}, data {ours!r}"


@pytest.mark.parametrize("name", chosen("0.5.1-config", "0.9.0-config"))
def test_the_commands_and_their_options(name: str) -> None:
    release, _, answer = _asked(name)
    assert answer["commands"]
    ours = {name: _command(command) for name, command in release.commands.items()}
    assert [*_differences(answer["commands"], ours)] == []
    assert [*_differences(answer["root_options"], _options(release.root_options))] == []


@pytest.mark.parametrize("name", chosen("0.5.1-config", "0.9.0-config"))
def test_the_settings(name: str) -> None:
    release, _, answer = _asked(name)
    assert len(answer["settings"]) > 10
    assert [*_differences(answer["settings"], {name: _setting(each) for name, each in release.settings.items()})] == []


@pytest.mark.parametrize("name", chosen("0.5.1-config", "0.9.0-config"))
def test_the_modules_and_their_names(name: str) -> None:
    release, core, answer = _asked(name)
    told = answer["modules"]
    assert told.keys() == release.modules.keys() | core.modules.keys()
    imported = {module: each for module, each in told.items() if "error" not in each}
    assert len(imported) > 0.9 * len(told)
    unimportable = {module: each["error"] for module, each in told.items() if "error" in each}
    assert {each: why for each, why in unimportable.items() if not any(part in each for part in _TEMPLATES)} == {}
    assert {module: each["missing"] for module, each in imported.items() if each["missing"]} == {}
    dynamic = {module for module in imported if release.is_dynamic(module) or core.is_dynamic(module)}
    more = {module: each["more"] for module, each in imported.items() if each["more"] and module not in dynamic}
    assert more == {}


@pytest.mark.parametrize("name", chosen("0.5.1-config", "0.9.0-config"))
def test_every_module_that_is_not_listed_fails_to_import(name: str) -> None:
    _, _, answer = _asked(name)
    assert {module: "imports" for module, error in answer["unlisted"].items() if error is None} == {}
