"""AF201 invalid-import-path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agentflow_lint.engine.config_rule import ConfigValueRule
from agentflow_lint.engine.finding import Consequence, Finding
from agentflow_lint.engine.wording import quoted
from agentflow_rules.runtime.loading import path_fix, reloader, suggested_path

if TYPE_CHECKING:
    from agentflow_lint.engine.fix import Fix
    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.framework.config_checks import Rejection
    from agentflow_lint.model.deployment import Deployment


class InvalidImportPath(ConfigValueRule):
    """The config's ``agent`` is not of the form ``module:attribute``."""

    code = "AF201"
    name = "invalid-import-path"
    consequence = Consequence.REFUSES_TO_START

    def way_out(self, rejection: Rejection, deployment: Deployment) -> str:
        """Spell the path as the server wants it."""
        suggestion = suggested_path(deployment.config.get("agent"), deployment)
        form = quoted(suggestion) if suggestion else "`graph.agent:app`"
        return f"Write the module with dots, one colon, and the name in it: {form}."

    def fix(self, rejection: Rejection, deployment: Deployment) -> Fix | None:
        """The path as the server wants it, where it is clear."""
        return path_fix(rejection.path, deployment.config.get("agent"), deployment)

    def verdict(self, rejection: Rejection, deployment: Deployment) -> Verdict:
        """The verdict, which tells a server under a reloader too."""
        found = super().verdict(rejection, deployment)
        return replace(found, message=found.message + reloader(deployment)) if isinstance(found, Finding) else found
