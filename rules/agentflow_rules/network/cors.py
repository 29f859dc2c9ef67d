"""The CORS policy that a deployment's server sets up from ORIGINS and CORS_ALLOW_CREDENTIALS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_rules.network.strict_checks import checks_strictly

if TYPE_CHECKING:
    from agentflow_lint.framework.release import Release
    from agentflow_lint.model.deployment import Deployment

WILDCARD = "*"


def allowed_origins(text: str, release: Release) -> tuple[str, ...]:
    """The entries of ORIGINS as the server compares them (setup_middleware.py).

    From 0.5.0 blanks around them are removed and empty ones dropped; before, each is taken as written.
    """
    entries = text.split(",")
    if not release.behaviour.strips_origins:
        return tuple(entries)
    return tuple(entry.strip() for entry in entries if entry.strip())


def sends_credentials(deployment: Deployment) -> bool | None:
    """Whether browsers may send credentials across origins; None when that is unknown.

    Before 0.5.0 there is no setting for it: they always may.
    """
    if not deployment.release.behaviour.allows_disabling_credentials:
        return True
    return deployment.settings.flag("CORS_ALLOW_CREDENTIALS")


def is_refused_by_strict_checks(deployment: Deployment, origins: str) -> bool:
    """Whether STRICT_PRODUCTION_CHECKS keeps the server from starting for its origins (0.8.0 on, settings.py).

    That check compares the entries as written: ``a, *`` passes it.
    """
    return checks_strictly(deployment) and WILDCARD in origins.split(",")
