"""STRICT_PRODUCTION_CHECKS: the release's own refusal of insecure production settings (0.8.0 on, settings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment


def checks_strictly(deployment: Deployment) -> bool:
    """Whether its server is known to refuse to start with wildcard hosts, wildcard origins or enabled docs."""
    return (
        deployment.release.behaviour.checks_strictly_on_request
        and deployment.in_production is True
        and deployment.settings.flag("STRICT_PRODUCTION_CHECKS") is True
    )
