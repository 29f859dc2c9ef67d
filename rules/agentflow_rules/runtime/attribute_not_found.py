"""AF203 attribute-not-found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted
from agentflow_lint.model.graph.results import AttributeNotFound as Missing
from agentflow_rules.runtime.loading import Words, is_submodule, no_name, the_module, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.load_failures import LoadFailure


class AttributeNotFound(DeploymentRule):
    """The config or the graph's code asks a module for a name that it does not bind."""

    code = "AF203"
    name = "attribute-not-found"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for names that the project's modules provably do not bind."""
        yield from verdicts(self, deployment, lambda failure: _words(failure, deployment))


def _words(failure: LoadFailure, deployment: Deployment) -> Words | None:
    cause = failure.cause
    if not isinstance(cause, Missing) or (failure.is_in_config and failure.key != ("agent",)):
        return None
    if failure.is_in_config:
        message = f"agent is {quoted(deployment.config.get('agent'))}, and {no_name(cause)}"
        way = "Name what compile() returns in that module, or a function that returns it."
        if is_submodule(cause):
            way = f"Name the module and what it holds, such as {quoted(f'{cause.module}.{cause.attribute}:app')}."
        return Words("agent", message, way, the_module(cause))
    place = f"{cause.module}.{cause.attribute}"
    if is_submodule(cause):
        return Words(place, no_name(cause), f"Write `import {cause.module}.{cause.attribute}`.")
    if failure.bound is None:
        return Words(place, no_name(cause), "Correct the name, or define it in that module.")
    module, name = quoted(cause.module), quoted(cause.attribute)
    message = f"{module} ({cause.path}) binds {name} only after this asks for it: the two modules import each other"
    way = "Import it inside the function that needs it, or move what both need into a third module."
    return Words(place, message, way, (Related(failure.bound.location, f"{cause.attribute} is bound here, too late"),))
