"""Projects as the framework's own command line makes them, kept in the cache and never committed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from tests.conformance.referees import Installed, cache_folder
from tests.conformance.server import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 120


@dataclass(frozen=True)
class Scaffold:
    """The answers given to ``init``; ``auth`` and ``rate_limit`` exist for the production template only."""

    template: str
    auth: str | None = None
    rate_limit: str | None = None

    @property
    def name(self) -> str:
        """For example ``production-jwt-redis``."""
        return "-".join(part for part in (self.template, self.auth, self.rate_limit) if part)


QUICK_START = Scaffold("quick-start")
PRODUCTION = tuple(
    Scaffold("production", auth, rate_limit)
    for auth in ("none", "jwt", "custom")
    for rate_limit in ("none", "memory", "redis")
)


def make(installed: Installed, scaffold: Scaffold) -> Path:
    """The folder of a fresh scaffold of this referee; callers copy it before they change anything.

    After ``init``, ``build --docker-compose --k8s`` writes the deployment files, a second ``build`` gives the
    Dockerfile its CMD back (the first leaves it to compose), and the env template is copied to ``.env`` as the
    scaffold's own next steps say.
    """

    def steps(project: Path, home: Path) -> None:
        _build_all(installed, project, home)
        shutil.copy(project / ".env.example", project / ".env")

    return _kept(installed, scaffold, scaffold.name, steps)


def make_image(installed: Installed, scaffold: Scaffold) -> Path:
    """A fresh scaffold with what plain ``build`` writes: a Dockerfile that says what runs."""

    def steps(project: Path, home: Path) -> None:
        _run(installed, ["build"], project, home)

    return _kept(installed, scaffold, f"{scaffold.name}+image", steps)


def make_described(installed: Installed, scaffold: Scaffold) -> Path:
    """A fresh scaffold with all that ``build`` can write, and the Dockerfile's CMD, without which no pod serves."""

    def steps(project: Path, home: Path) -> None:
        _build_all(installed, project, home)

    return _kept(installed, scaffold, f"{scaffold.name}+described", steps)


def make_at_once(installed: Installed, scaffold: Scaffold) -> Path:
    """A fresh scaffold with what one ``build`` with all its options writes: a Dockerfile without a command."""

    def steps(project: Path, home: Path) -> None:
        _run(installed, ["build", *_options(installed)], project, home)

    return _kept(installed, scaffold, f"{scaffold.name}+at-once", steps)


def _options(installed: Installed) -> list[str]:
    release = Version(installed.referee.release)
    return ["--docker-compose", *(["--k8s"] if release >= Version("0.5.0") else [])]


def _build_all(installed: Installed, project: Path, home: Path) -> None:
    _run(installed, ["build", *_options(installed)], project, home)
    _run(installed, ["build", "--force"], project, home)


def _kept(installed: Installed, scaffold: Scaffold, name: str, steps: Callable[[Path, Path], None]) -> Path:
    """The folder ``name`` of the cache, made by ``init`` and these steps where it is not there yet."""
    home = cache_folder() / "scaffolds" / installed.folder.name
    folder = home / name
    if folder.is_dir():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=home))
    try:
        project = building / "demo"
        project.mkdir()
        _initialise(installed, scaffold, project, building)
        steps(project, building)
        try:
            project.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _initialise(installed: Installed, scaffold: Scaffold, project: Path, home: Path) -> None:
    if Version(installed.referee.release) < Version("0.5.1"):  # it only asks
        command = [installed.python, "-c", _ANSWERED, scaffold.auth or "none", scaffold.rate_limit or "none"]
        _call(installed, command, project, home)
        return
    options = ["--template", scaffold.template, "--name", "demo", "--non-interactive"]
    if scaffold.auth:
        options += ["--auth", scaffold.auth]
    if scaffold.rate_limit:
        options += ["--rate-limit", scaffold.rate_limit]
    _run(installed, ["init", "--path", ".", *options], project, home)


#: ``init`` of a release that takes no answers on its command line, with the answers that a person would type.
_ANSWERED = """
import sys
from agentflow_cli.cli.commands.init import InitCommand
from agentflow_cli.cli.core.output import OutputFormatter
answers = {"agent_name": "demo", "agent_name_slug": "demo", "setup_type": "production", "auth": sys.argv[1]}
answers |= {"rate_limit": sys.argv[2], "rl_requests": 100, "rl_window": 60, "rl_by": "ip", "rl_trusted_proxy": False}
InitCommand._prompt_user = lambda self: answers
sys.exit(InitCommand(OutputFormatter()).execute("."))
"""


def _run(installed: Installed, arguments: list[str], project: Path, home: Path) -> None:
    quiet = ["--quiet"] if Version(installed.referee.release) >= Version("0.5.1") else []
    _call(installed, [*installed.script(installed.referee.command), *quiet, *arguments], project, home)


def _call(installed: Installed, command: list[str], project: Path, home: Path) -> None:
    done = subprocess.run(
        command,
        cwd=project,
        env=clean_environment(installed, home) | {"NO_COLOR": "1", "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        shown = os.linesep.join((done.stdout + done.stderr).splitlines()[-8:])
        raise RuntimeError(f"{installed.referee.name}: {' '.join(command[1:])} ended with {done.returncode}: {shown}")
