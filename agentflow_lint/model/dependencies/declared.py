"""What a project's own files declare, and whether an image installs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.model.dependencies.distributions import installs_until_start
from agentflow_lint.sources.requirements import lock_kind

if TYPE_CHECKING:
    from agentflow_lint.model.dependencies.pins import Pin
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.project import Project

#: Requirements files that production does not install.
_NOT_FOR_PRODUCTION = re.compile(r"(?:^|[-_./])(?:dev|devel|develop|test|tests|testing|lint|docs?|ci|build)(?:[-_.]|$)")


def declared(project: Project) -> tuple[Pin, ...]:
    """The main requirements that pyproject.toml and the requirements files name, one of each distribution, in order.

    Lock files repeat them; files for development and what is for another platform do not count.
    """
    found: dict[str, Pin] = {}
    for pin in project.dependencies.pins:
        path, requirement = pin.location.path, pin.requirement
        is_main = requirement.group is None and not requirement.marker and not lock_kind(path.rpartition("/")[2])
        if is_main and not _NOT_FOR_PRODUCTION.search(path):
            found.setdefault(requirement.name, pin)
    return tuple(found.values())


def not_installed(deployment: Deployment) -> tuple[Pin, ...]:
    """Declared requirements that an image certainly or perhaps lacks, where it installs no file that declares any."""
    image, installed = deployment.image, deployment.installed
    if image is None or installed is None:
        return ()
    installs = installs_until_start(deployment, image)
    if installs.project or installs.files:
        return ()
    return tuple(pin for pin in declared(deployment.project) if not installed.has(pin.requirement.name))
