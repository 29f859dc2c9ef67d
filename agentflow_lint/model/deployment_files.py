"""The files that describe a deployment, so that a verdict on one of them may be a verdict on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.values import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment


def files_of(deployment: Deployment) -> frozenset[str]:
    """Its own file, its Dockerfile, its compose files, and the files that its variables come from.

    The config and the code are every deployment's and left out.
    """
    return frozenset(_files(deployment))


def _files(deployment: Deployment) -> Iterator[str]:
    yield deployment.anchor.path
    if deployment.image is not None:
        yield deployment.image.dockerfile_path
    if deployment.composed is not None:
        yield from deployment.composed.compose.read
    environment = deployment.environment
    if environment.env_file.path is not None:
        yield environment.env_file.path
    for layer in environment.process:
        for value in layer.values():
            origin = value.origin if isinstance(value, (Known, Unknown)) else None
            if origin is not None and origin.location is not None:
                yield origin.location.path
