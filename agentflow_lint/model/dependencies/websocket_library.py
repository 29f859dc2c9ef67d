"""Whether a deployment has what uvicorn needs to take WebSockets: websockets or wsproto."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.needed_packages import WEBSOCKET_PACKAGES
from agentflow_lint.model.values import Known, Origin, Unknown, Value

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment


def has_websocket_library(deployment: Deployment) -> Value[bool]:
    """Whether a WebSocket library is installed, as far as the requirements tell."""
    installed = deployment.installed
    if installed is None or not installed.at:
        return Unknown("nothing says how the server comes to be installed")
    found = installed.has(*WEBSOCKET_PACKAGES)
    doubt = None if found else installed.doubt(*WEBSOCKET_PACKAGES)
    return Unknown(doubt) if doubt else Known(found, Origin("the project's requirements"))
