"""What a placeholder that stays means, where the variable that is meant is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.editing.config_members import without_member
from agentflow_lint.engine.editing.outcome import project_with_edits
from agentflow_lint.engine.editing.places import replaced_once
from agentflow_lint.engine.fix import Applicability, fix_of
from agentflow_lint.engine.names import nearest
from agentflow_lint.framework.config_checks.leftover import leftover
from agentflow_lint.framework.config_checks.placeholders import intended, references
from agentflow_lint.model.config_values import lookup_in
from agentflow_lint.model.values import Absent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.engine.fix import Edit, Fix
    from agentflow_lint.model.config_file import KeyPath
    from agentflow_lint.model.deployment import Deployment

_REDIS_URL = "REDIS_URL"


def placeholder_fix(deployment: Deployment, path: KeyPath) -> Fix | None:
    """Refer to the variable that is set: safe where only a default is in the way, which the server does not know.

    ``redis`` is taken out where REDIS_URL says the same, as the server reads that itself.
    """
    value = getattr(deployment.config.document.find(path) if deployment.config.document else None, "value", None)
    if not isinstance(value, str):
        return None
    if path[0] == "redis":
        return _without_redis(deployment, value)
    meant: dict[str, str] = {}
    applicability = Applicability.SAFE
    for text, name in references(value):
        wanted = intended(name)
        if _is_set(deployment, name) or not wanted:
            continue
        if not _is_set(deployment, wanted):
            known = [each for each in deployment.environment.names() if _is_set(deployment, each)]
            wanted = nearest(wanted, known) or ""
            applicability = Applicability.UNSAFE
        if not wanted:
            return None
        meant[text] = f"${{{wanted}}}"
    at = deployment.config.at_value(*path)
    edits = [replaced_once(deployment.project.files, at, old, new) for old, new in meant.items()]
    certain = [edit for edit in edits if edit is not None]
    if len(certain) < len(edits) or not certain or not _is_taken(deployment, certain, path):
        return None
    return fix_of("Refer to the variable that is set", applicability, *certain)


def _without_redis(deployment: Deployment, value: str) -> Fix | None:
    """Take the key out where every deployment has the variable that the server reads in its place."""
    everywhere = all(_is_set(each, _REDIS_URL) for each in deployment.project.deployments)
    if not everywhere or not deployment.release.behaviour.uses_redis_key:
        return None
    says_the_same = [name for _, name in references(value)] == [_REDIS_URL] and value.startswith("$")
    applicability = Applicability.SAFE if says_the_same else Applicability.UNSAFE
    return fix_of(f"Leave it to {_REDIS_URL}", applicability, without_member(deployment.config, ("redis",)))


def _is_set(deployment: Deployment, name: str) -> bool:
    return not isinstance(deployment.environment.get(name), Absent)


def _is_taken(deployment: Deployment, edits: Sequence[Edit], path: KeyPath) -> bool:
    """Whether no deployment's server refuses the value then, or keeps a placeholder in it."""
    edited = project_with_edits(deployment.project, *edits)
    return edited is not None and not any(
        any(rejection.path == path for rejection in each.config_rejections)
        or leftover(each.release.version, each.config.data, lookup_in(each.environment)) is not None
        for each in edited.deployments
    )
