"""AF103 invalid-config-value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.config_rule import ConfigValueRule
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.model.config_file import dotted
from agentflow_rules.config.value_fixes import value_fix

if TYPE_CHECKING:
    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.framework.config_checks import Rejection
    from agentflow_lint.model.deployment import Deployment


class InvalidConfigValue(ConfigValueRule):
    """The config holds a value that the server refuses."""

    code = "AF103"
    name = "invalid-config-value"
    consequence = Consequence.REFUSES_TO_START

    def fix(self, rejection: Rejection, deployment: Deployment) -> Fix | None:
        """The same value as the server takes it."""
        return None if rejection.environment or rejection.uncertain else value_fix(deployment, rejection.path)

    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """What to do about a rejection."""
        if rejection.environment:
            return f"Set {' and '.join(rejection.environment)} for this deployment, or change {dotted(rejection.path)}."
        return f"Change {dotted(rejection.path)} to what the message names, or remove it."
