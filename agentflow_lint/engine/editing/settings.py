"""Edits of a deployment's settings: of the value where it comes from, or in a file that the deployment reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.variables import written
from agentflow_lint.engine.fix import Applicability
from agentflow_lint.model.production_files import is_productions_env_file, is_productions_own
from agentflow_lint.model.values import Known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.engine.fix import Edit
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.environment import Stage


def setting_edit(deployment: Deployment, name: str, new: str, *, by_entry: bool = False) -> Edit | None:
    """The edit of a setting's value where it is written; None where it is not set, or cannot be edited there."""
    value = deployment.settings.raw(name)
    return written(deployment.project, value, new, by_entry=by_entry) if isinstance(value, Known) else None


def trust_in_place(deployment: Deployment, name: str) -> Applicability:
    """Safe where only production gets a setting from the place where it is written, else unsafe."""
    value = deployment.settings.raw(name)
    own = isinstance(value, Known) and is_productions_own(deployment, value.origin)
    return Applicability.SAFE if own else Applicability.UNSAFE


def settings_added(
    deployment: Deployment, variables: Mapping[str, str], stage: Stage = "settings"
) -> tuple[Edit | None, Applicability]:
    """The edit that sets variables which nothing sets, and how far it may be trusted.

    They go into the env file that the server loads in time for a stage, else into the Dockerfile of a deployment
    that is its image alone, else to the variables of its compose service. Safe where only production reads that file.
    """
    use, image = deployment.environment.env_file, deployment.image
    if use.reaches(stage) and use.path is not None:
        from agentflow_lint.engine.editing.env_lines import with_lines

        own = is_productions_env_file(deployment, use.path)
        return with_lines(deployment.project, use.path, variables), _trust(own)
    if deployment.kind == "dockerfile" and image is not None:
        from agentflow_lint.engine.editing.dockerfile import env_added

        used = [other for other in deployment.project.all_deployments if other.is_development and other.image]
        own = all(other.image.dockerfile_path != image.dockerfile_path for other in used if other.image)
        return env_added(image, variables), _trust(own)
    if deployment.composed is not None:
        from agentflow_lint.engine.editing.yaml_keys import service_environment_added

        path = deployment.anchor.path
        edit = service_environment_added(deployment.project.files, path, deployment.composed.service.name, variables)
        return edit, _trust(not _is_read_for_development(deployment, path))
    return None, Applicability.UNSAFE


def _is_read_for_development(deployment: Deployment, path: str) -> bool:
    """Whether compose reads a file for development as well, with another file over it."""
    return any(
        path in (*other.composed.compose.paths, *other.composed.compose.read)
        for other in deployment.project.all_deployments
        if other.is_development and other.composed is not None
    )


def _trust(own: bool) -> Applicability:
    return Applicability.SAFE if own else Applicability.UNSAFE
