"""The ``rate_limit`` key as the server reads it (src/app/core/config/graph_config.py, from 0.3.2 on)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.version import Version

from agentflow_lint.framework.config_checks.leniency import boolean

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment


def enabled_rate_limit(deployment: Deployment) -> dict[str, Any] | None:
    """The rate limit's own keys where the deployment has one that is on; None for none, and for one it refuses."""
    limit = deployment.config.get("rate_limit")
    if "rate_limit" not in deployment.release.config_keys or not isinstance(limit, dict):
        return None
    return limit if boolean(limit.get("enabled", True)) else None


def limits_by_address(limit: dict[str, Any]) -> bool:
    """Whether the caller's address decides: by ip, and by user for those who are not logged in (keying.py)."""
    return bool(limit.get("by", "ip") != "global")


def shares_limit_by_url(deployment: Deployment) -> bool:
    """Whether the redis backend starts with a URL; 0.3.2 to 0.8.0 end in a NameError (rate_limit/factory.py)."""
    return Version(deployment.release.version) >= Version("0.9.0")
