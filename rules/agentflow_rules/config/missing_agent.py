"""AF102 missing-agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.config_rule import ConfigValueRule
from agentflow_lint.engine.finding import Consequence

if TYPE_CHECKING:
    from agentflow_lint.framework.config_checks import Rejection
    from agentflow_lint.model.deployment import Deployment


class MissingAgent(ConfigValueRule):
    """The config does not say which graph to serve."""

    code = "AF102"
    name = "missing-agent"
    consequence = Consequence.REFUSES_TO_START

    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """What to do about a rejection."""
        return 'Name the module and the attribute that holds the compiled graph, such as "agent": "graph.agent:app".'
