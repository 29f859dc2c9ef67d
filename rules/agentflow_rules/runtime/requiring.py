"""How the rules about packages add what is missing to what a deployment installs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agentflow_lint.engine.editing.requirements import extra_added, requirements_added
from agentflow_lint.framework.needed_packages import extra_with

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.dependencies.distributions import Distributions
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location

_EXTRA = re.compile(r"(?P<name>[A-Za-z0-9._-]+)\[(?P<extra>[A-Za-z0-9._-]+)\]\Z")


def requirements_for(installed: Distributions, missing: tuple[str, ...]) -> tuple[str, ...]:
    """What to require for packages: the framework's extra that brings each of them, else the package by its name."""
    return tuple(dict.fromkeys(next(iter(_extras(installed, package, missing)), package) for package in missing))


def requiring(deployment: Deployment, installed: Distributions, lines: Iterable[str]) -> tuple[Edit, ...]:
    """The edits that make a deployment install ``lines``, where it installs the server; none where that is no text.

    An extra goes to the requirement on its distribution if the same file has one.
    """
    lines = tuple(lines)
    if len(installed.at) != 1 or installed.removed & _brought(installed, lines):
        return ()  # what a later step takes away again, no requirement brings
    files, server = deployment.project.files, installed.at[0]
    edits: list[Edit | None] = []
    fresh: list[str] = []
    for line in lines:
        extra = _EXTRA.match(line)
        at = _statement_of(deployment, extra["name"], server) if extra else None
        if extra and at:
            edits.append(extra_added(files, at, extra["name"], extra["extra"]))
        else:
            fresh.append(line)
    if fresh:
        edits.append(requirements_added(files, server, fresh))
    made = tuple(edit for edit in edits if edit is not None)
    places = {edit.location for edit in made}
    return made if len(places) == len(made) == len(edits) else ()


def _brought(installed: Distributions, lines: Iterable[str]) -> frozenset[str]:
    """The names of the distributions that requirements bring: those that they name, and those of their extras."""
    brought = set()
    for line in lines:
        asked = Requirement(line)
        brought.add(canonicalize_name(asked.name))
        for published in installed.framework:
            if canonicalize_name(published.distribution) == canonicalize_name(asked.name):
                of_extras = (each for extra in asked.extras for each in published.extras.get(extra, ()))
                brought.update(canonicalize_name(Requirement(each).name) for each in of_extras)
    return frozenset(brought)


def _statement_of(deployment: Deployment, distribution: str, server: Location) -> Location | None:
    """Where the file that requires the server requires a distribution, unless another one narrows that down."""
    name = canonicalize_name(distribution)
    pins = [pin for pin in deployment.project.dependencies.of(name) if pin.location.path == server.path]
    if len(pins) == 1 and pins[0].requirement.group is None:
        return pins[0].location
    named = deployment.image.installs.requirements if deployment.image else ()
    found = [each for each in named if canonicalize_name(re.split(r"[^A-Za-z0-9._-]", each.text)[0]) == name]
    return found[0].location if len(found) == 1 and found[0].location.path == server.path else None


def _extras(installed: Distributions, package: str, missing: tuple[str, ...]) -> list[str]:
    """The framework's extras that bring a package, those that bring most of what is missing first."""
    found = []
    for published in installed.framework:
        extra = extra_with(published, package, missing)
        if extra is not None:
            names = {canonicalize_name(Requirement(line).name) for line in published.extras[extra]}
            found.append((-len(names.intersection(missing)), f"{published.distribution}[{extra}]"))
    return [line for _, line in sorted(found, key=lambda each: each[0])]
