"""One case: a referee, a scaffold with a change, and where it is deployed; and how its truth is found."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.conformance import image, scaffolds, variants
from tests.conformance.referees import STARTED, Installed, Referee
from tests.conformance.server import Outcome, serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conformance.scaffolds import Scaffold
    from tests.conformance.variants import Variant

#: The linter's names of the two deployments.
PROJECT = "project"
DOCKERFILE = "Dockerfile"


@dataclass(frozen=True)
class Case:
    """What the server and the linter are both asked about."""

    referee: Referee
    scaffold: Scaffold
    variant: Variant
    deployment: str

    @property
    def name(self) -> str:
        """For example ``0.9.0/production-jwt-memory/short-secret``; images end in ``@Dockerfile``."""
        where = "" if self.deployment == PROJECT else f"@{self.deployment}"
        return f"{self.referee.name}/{self.scaffold.name}/{self.variant.name}{where}"


def all_cases() -> tuple[Case, ...]:
    """The fixed selection, in the order of the table."""
    found = []
    for referee in STARTED:
        if referee.bare:
            found += [Case(referee, *pair, DOCKERFILE) for pair in variants.BARE_IMAGES]
        else:
            found += [Case(referee, *pair, PROJECT) for pair in variants.PROJECTS]
            found += [Case(referee, *pair, DOCKERFILE) for pair in variants.IMAGES]
    return tuple(found)


def prepare(case: Case, installed: Installed, folder: Path) -> Path:
    """The changed project in ``folder``, as a repository would hold it.

    For an image the env template goes: what it names would count as supplied by whoever deploys, and here nobody
    supplies anything.
    """
    project = folder / "demo"
    shutil.copytree(scaffolds.make(installed, case.scaffold), project)
    case.variant.apply(project, case.referee.config_name)
    if case.deployment == DOCKERFILE:
        (project / ".env.example").unlink()
    return project


def start(case: Case, installed: Installed, project: Path, folder: Path) -> Outcome:
    """What the real server does with the prepared project (never more than :data:`server.START_SECONDS`)."""
    home = folder / "home"
    home.mkdir()
    environment: dict[str, str] = {}
    if case.deployment == DOCKERFILE:
        environment = image.unpack(project, folder / "image")
        project = folder / "image"
    with serve(installed, project, home, environment, forked=True) as outcome:
        return outcome
