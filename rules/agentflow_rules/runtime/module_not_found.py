"""AF202 module-not-found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted
from agentflow_lint.model.graph.results import ModuleNotFound as Missing
from agentflow_rules.runtime.loading import Words, nearest, no_module, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.load_failures import LoadFailure


class ModuleNotFound(DeploymentRule):
    """The config or the graph's code imports a module that does not exist."""

    code = "AF202"
    name = "module-not-found"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for modules that are missing from the project's own packages."""
        yield from verdicts(self, deployment, lambda failure: _words(failure, deployment))


def _words(failure: LoadFailure, deployment: Deployment) -> Words | None:
    cause = failure.cause
    if not isinstance(cause, Missing):
        return None
    if failure.is_in_config:
        if failure.key != ("agent",):
            return None
        message = f"agent is {quoted(deployment.config.get('agent'))}, and {no_module(cause)}"
        way = "Name a module that can be imported from the project's root."
        return Words("agent", message, way)
    if cause.is_external:
        return None
    parent, _, last = cause.module.rpartition(".")
    near = nearest(cause.nearest, parent)
    message = f"{quoted(cause.module)} is imported here, and {quoted(parent)} has no module {quoted(last)}{near}"
    return Words(cause.module, message, "Correct the import, or add the module to the repository.")
