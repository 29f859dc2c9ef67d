"""Which release a project's images install, where none of its own files names the server."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.model.dependencies.pins import CORE_DISTRIBUTIONS, SERVER_DISTRIBUTIONS, Dependencies, Pin
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.files import ProjectFiles
    from agentflow_lint.model.image.built import Image

_MOST_FILES = 50
_FRAMEWORK = frozenset({*SERVER_DISTRIBUTIONS, *CORE_DISTRIBUTIONS})


def with_pins_of_images(files: ProjectFiles, dependencies: Dependencies) -> Dependencies:
    """``dependencies``, and what production's Dockerfiles install of the framework if those do not name the server."""
    if any(dependencies.of(distribution) for distribution in SERVER_DISTRIBUTIONS):
        return dependencies
    return replace(dependencies, pins=(*dependencies.pins, *_of_images(files)))


def _of_images(files: ProjectFiles) -> Iterator[Pin]:
    from agentflow_lint.model.deployments import dockerfile_paths, is_for_development
    from agentflow_lint.model.image.built import Image, build_image

    for path in dockerfile_paths(files):
        image = None if is_for_development(path) else build_image(files, path)
        if isinstance(image, Image):
            yield from (pin for pin in _of_image(image) if pin.requirement.name in _FRAMEWORK)


def _of_image(image: Image) -> Iterator[Pin]:
    from agentflow_lint.model.dependencies.distributions import parsed_file, requirement_files
    from agentflow_lint.sources.requirements.facts import Collected

    for asked in image.installs.requirements:
        collected = Collected()
        collected.add(asked.text, asked.location.span)
        yield from (Pin(requirement, asked.location) for requirement in collected.requirements)
    waiting = [path for each in image.installs.files for path in requirement_files(image, each)]
    seen: set[str] = set()
    while waiting and len(seen) < _MOST_FILES:
        path = posixpath.normpath(waiting.pop(0))
        if path in seen:
            continue
        seen.add(path)
        parsed = parsed_file(image.files, path)
        yield from (Pin(requirement, Location(path, requirement.span)) for requirement in parsed.requirements)
        waiting += [posixpath.join(posixpath.dirname(path), include.path) for include in parsed.includes]
