"""AF103 invalid-config-value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.config_rule import ConfigValueRule
from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.ways import way_to_graph
from agentflow_lint.engine.wording import listed, quoted, server
from agentflow_lint.model.config_file import dotted
from agentflow_lint.model.running.remote_tools import unattachable
from agentflow_rules.config.value_fixes import value_fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
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

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """The rejections of the config itself, and of the tools that the served graph has no node for."""
        rejected = list(super().check(deployment))
        yield from rejected
        if rejected or "remote_tools" not in deployment.release.config_keys:
            return
        for tool in unattachable(deployment):
            path = ("remote_tools", tool.index, tool.key)
            message = f"{dotted(path)} is {quoted(tool.node)}, {tool.reason}. {server(deployment)} does not start."
            nodes = f", for example {listed(tool.nodes)}" if tool.nodes else ""
            yield self.finding(
                deployment.config.at_value(*path),
                dotted(path),
                message,
                f"Name a node that runs a ToolNode{nodes}.",
                deployment=deployment,
                related=way_to_graph(deployment, deployment.config.at_value(*path)),
            )

    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """What to do about a rejection."""
        if rejection.environment:
            return f"Set {' and '.join(rejection.environment)} for this deployment, or change {dotted(rejection.path)}."
        return f"Change {dotted(rejection.path)} to what the message names, or remove it."
