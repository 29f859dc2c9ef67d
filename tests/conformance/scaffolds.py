"""Projects as the framework's own command line makes them, kept in the cache and never committed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.referees import Installed, cache_folder
from tests.conformance.server import clean_environment

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
    home = cache_folder() / "scaffolds" / installed.folder.name
    folder = home / scaffold.name
    if folder.is_dir():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=home))
    try:
        project = building / "demo"
        project.mkdir()
        options = ["--template", scaffold.template, "--name", "demo", "--non-interactive"]
        if scaffold.auth:
            options += ["--auth", scaffold.auth]
        if scaffold.rate_limit:
            options += ["--rate-limit", scaffold.rate_limit]
        _run(installed, ["init", "--path", ".", *options], project, building)
        _run(installed, ["build", "--docker-compose", "--k8s"], project, building)
        _run(installed, ["build", "--force"], project, building)
        shutil.copy(project / ".env.example", project / ".env")
        try:
            project.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _run(installed: Installed, arguments: list[str], project: Path, home: Path) -> None:
    command = [*installed.script(installed.referee.command), "--quiet", *arguments]
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
        raise RuntimeError(f"{installed.referee.name}: {' '.join(arguments)} ended with {done.returncode}: {shown}")
