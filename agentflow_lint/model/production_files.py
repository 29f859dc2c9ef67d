"""Whether a file that sets a variable is production's alone, or serves development too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.model.values import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Origin, Value

#: A word of an env file's path that says whose it is.
_PRODUCTION = re.compile(r"(?:^|[^a-z])(?:prod|production|live)(?![a-z])", re.IGNORECASE)


def is_productions_own(deployment: Deployment, origin: Origin) -> bool:
    """Whether nobody but production gets what is written at ``origin``, which is where one of its variables comes from.

    An env file is production's by its name or by the ``MODE=production`` in it: a plain ``.env`` is what developers run
    with as well. Any other file is, unless a deployment for development gets the same variable from there.
    """
    if origin.location is None:
        return False
    if origin.notation in ("env-file", "compose-env-file", "raw-env-file"):
        return is_productions_env_file(deployment, origin.location.path)
    return not any(
        value.origin is not None and value.origin.location == origin.location
        for other in deployment.project.all_deployments
        if other.is_development
        for value in _written_values(other)
    )


def is_productions_env_file(deployment: Deployment, path: str) -> bool:
    """Whether an env file of the deployment is production's alone."""
    if _PRODUCTION.search(path):
        return True
    mode = deployment.settings.raw("MODE")
    says_so = isinstance(mode, Known) and mode.value == "production" and mode.origin.location is not None
    return says_so and mode.origin.location is not None and mode.origin.location.path == path  # type: ignore[union-attr]


def _written_values(deployment: Deployment) -> Iterator[Known[str] | Unknown]:
    layers: list[Value[str]] = [value for layer in deployment.environment.process for value in layer.values()]
    return (value for value in layers if isinstance(value, (Known, Unknown)))
