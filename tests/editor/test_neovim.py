"""The server in a real editor: Neovim opens, shows, types, applies the action, and shows that it is gone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.editor.projects import CONFIG, leaky

#: Set to 1, a missing Neovim fails the run instead of skipping it.
REQUIRE_VARIABLE = "AGENTFLOW_LINT_REQUIRE_NEOVIM"

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "editors.md"
ATTACHED = Path(__file__).with_name("attached.lua")
SCRIPT = Path(__file__).with_name("neovim.lua")
_SECONDS = 900


@pytest.fixture(scope="module")
def neovim() -> str:
    found = shutil.which("nvim")
    if found is None:
        if os.environ.get(REQUIRE_VARIABLE) == "1":
            pytest.fail("there is no nvim (apt-get install neovim)", pytrace=False)
        pytest.skip(f"there is no nvim; {REQUIRE_VARIABLE}=1 makes that a failure")
    return found


def environment_in(home: Path) -> dict[str, str]:
    """Nobody's own settings, and the server that is tested first on the path."""
    return {
        **os.environ,
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "NVIM_LOG_FILE": str(home / "log"),
    }


@pytest.fixture(scope="module")
def seen(neovim: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Neovim showed in a session with the server."""
    home = tmp_path_factory.mktemp("neovim")
    project = leaky(home / "desk")
    (project / "requirements.txt").write_text("10xgraph-api[jwt]==0.9.0\n")
    out = home / "seen.json"
    environment = {
        **environment_in(home),
        "SERVER": json.dumps([sys.executable, "-m", "agentflow_lint", "server"]),
        "PROJECT": str(project),
        "OUT": str(out),
    }
    command = [neovim, "--headless", "--clean", "-n", "-c", f"luafile {SCRIPT}"]
    done = subprocess.run(
        command, env=environment, cwd=home, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert out.is_file(), done.stdout + done.stderr
    shown: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert "problem" not in shown, f"{shown['problem']}\n{json.dumps(shown, indent=1)}\n{done.stderr}"
    return shown


def step(seen: dict[str, Any], name: str) -> dict[str, Any]:
    return next(found for found in seen["steps"] if found["name"] == name)


def test_an_opened_file_shows_its_findings(seen: dict[str, Any]) -> None:
    assert "AF401" in step(seen, "opened")["codes"]


def test_typing_changes_them(seen: dict[str, Any]) -> None:
    typed = step(seen, "typed")
    assert '"auth": {"method": "jwt"}' in typed["text"]
    assert "AF404" in typed["codes"]
    assert "AF401" not in typed["codes"]


def test_the_action_is_offered_and_what_it_mends_is_gone(seen: dict[str, Any]) -> None:
    assert any(title.startswith("AF404: ") for title in step(seen, "offered")["titles"])
    applied = step(seen, "applied")
    assert '"auth": "jwt"' in applied["text"]
    assert "AF404" not in applied["codes"]


def test_another_buffer_counts_before_it_is_saved(seen: dict[str, Any]) -> None:
    assert "JWT_ALGORITHM=HS256" in step(seen, "env")["text"]
    assert "AF402" not in step(seen, "supplied")["codes"]
    assert "AF402" in step(seen, "undone")["codes"]


def test_it_shows_what_a_variable_comes_to(seen: dict[str, Any]) -> None:
    assert seen["hover"]["contents"]["kind"] == "markdown"
    assert "**Dockerfile**: `*`, from env file .env line 3" in seen["hover"]["contents"]["value"]


def test_it_goes_to_where_the_graph_is_made(seen: dict[str, Any]) -> None:
    (found,) = seen["definition"]
    assert (found.get("targetUri") or found["uri"]).endswith("/graph/agent.py")


def test_it_completes_keys(seen: dict[str, Any]) -> None:
    assert "env" in [each["label"] for each in seen["completion"]["items"]]


def test_nothing_was_saved_and_nothing_went_wrong(seen: dict[str, Any]) -> None:
    assert seen["saved"] + "\n" == CONFIG
    assert seen["told"] == []


@pytest.mark.parametrize(("number", "needs"), [(0, "nvim-0.11.1"), (1, "nvim-0.8")])
def test_the_documented_setups_reach_every_file(neovim: str, tmp_path: Path, number: int, needs: str) -> None:
    """From within a folder of the project, files that are not there yet and such of no type that Neovim knows too."""
    asked = [neovim, "--headless", "--clean", "-n", "-c", f"if has('{needs}') | qa! | else | cq | endif"]
    if subprocess.run(asked, env=environment_in(tmp_path), capture_output=True, check=False).returncode:
        pytest.skip(f"it needs {needs}")
    setup = tmp_path / "init.lua"
    setup.write_text(re.findall(r"```lua\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)[number])
    project = leaky(tmp_path / "desk")
    (project / "Procfile").write_text("web: 10xgraph start\n")
    (project / ".env.example").write_text("ORIGINS=\n")
    files = ["agent.py", "new.py", "../.env", "../.env.example", "../.env.new", "../Procfile", "../10xgraph.json"]
    other = tmp_path / "other.py"
    other.write_text("")
    out = tmp_path / "seen.json"
    done = subprocess.run(
        [neovim, "--headless", "--clean", "-n", "-u", str(setup), "-c", f"luafile {ATTACHED}"],
        env={**environment_in(tmp_path), "FILES": json.dumps([*files, str(other)]), "OUT": str(out)},
        cwd=project / "graph",
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert out.is_file(), done.stdout + done.stderr
    seen = json.loads(out.read_text(encoding="utf-8"))
    assert seen == {**dict.fromkeys(files, str(project)), str(other): ""}
