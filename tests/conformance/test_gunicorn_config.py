"""What gunicorn makes of a configuration file, its variable and its command line, against the linter's reading."""

from __future__ import annotations

import os
import subprocess
from itertools import product
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.command.process import Process, parse_command
from agentflow_lint.model.command.surroundings import ProjectFolder
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Known, Origin
from tests.conformance import referees

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.conformance

FILES = {
    "none": None,
    "literals": "bind = ['0.0.0.0:9002']\nworkers = 3\ntimeout = 77\ngraceful_timeout = '0x20'\nreload = True\n",
    "from the environment": (
        "import os\nport = os.getenv('PORT', '8000')\nbind = f'127.0.0.1:{port}'\n"
        "workers = int(os.environ.get('WEB_CONCURRENCY', 2))\nforwarded_allow_ips = '*'\n"
    ),
    "text": "workers = '4'\nreload = 'false'\nworker_class = 'gthread'\nBind = 'no:1'\n_timeout = 3\n",
    "refused": "workers = 2.5\n",
    "refused boolean": "reload = 1\n",
}
VARIABLES: tuple[dict[str, str], ...] = (
    {},
    {"PORT": "9100", "WEB_CONCURRENCY": "6"},
    {"GUNICORN_CMD_ARGS": "--bind 0.0.0.0:7000 --workers 5 --timeout 9", "FORWARDED_ALLOW_IPS": "10.0.0.1"},
)
OPTIONS = ("", "--workers 7 -b 0.0.0.0:7100")
CASES = list(product(FILES, range(len(VARIABLES)), OPTIONS))

SEEN = ("workers", "timeout", "graceful_timeout", "worker_class", "reload", "forwarded_allow_ips")


@pytest.fixture(scope="session")
def gunicorn() -> list[str]:
    try:
        return referees.install(referees.BY_NAME["0.6.1-bare"]).script("gunicorn")
    except referees.UnavailableError as error:
        if referees.required():
            raise
        pytest.skip(str(error))


def _printed(command: list[str], folder: Path, variables: dict[str, str]) -> dict[str, str] | None:
    """The settings that gunicorn prints; None when it ends before."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        return None
    pairs = (line.partition(" = ") for line in done.stdout.splitlines() if " = " in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _linter(folder: Path, options: str, variables: dict[str, str]) -> Process:
    env = {name: Known(value, Origin("ENV")) for name, value in variables.items()}
    return parse_command(f"gunicorn {options} app:app", env, surroundings=ProjectFolder(ProjectFiles(str(folder))))


@pytest.mark.parametrize(("file", "variables", "options"), CASES)
def test_the_settings_are_gunicorns(gunicorn, tmp_path, file, variables, options):
    (tmp_path / "app.py").write_text("async def app(scope, receive, send): ...\n")
    text = FILES[file]
    if text is not None:
        (tmp_path / "gunicorn.conf.py").write_text(text)
    given = VARIABLES[variables]
    printed = _printed([*gunicorn, "--print-config", *options.split(), "app:app"], tmp_path, given)
    process = _linter(tmp_path, options, given)
    if printed is None:
        assert file.startswith("refused")
        return
    assert not file.startswith("refused")
    for name in SEEN:
        value = getattr(process, name)
        assert isinstance(value, Known), name
        shown = str(value.value)
        assert shown == printed[name] or (name == "forwarded_allow_ips" and shown.split(",")[0] in printed[name]), name
    assert isinstance(process.host, Known)
    assert isinstance(process.port, Known)
    assert f"{process.host.value}:{process.port.value}" in printed["bind"]
