"""AF205 graph-syntax-error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import quoted
from agentflow_lint.model.graph.results import GraphSyntaxError as Unparsed
from agentflow_rules.runtime.loading import Words, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.loading.load_failures import LoadFailure


class GraphSyntaxError(DeploymentRule):
    """A module that the server imports does not parse."""

    code = "AF205"
    name = "graph-syntax-error"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Look for files that are no Python, among those that are imported with the graph or a plugin."""
        yield from verdicts(self, deployment, _words)


def _words(failure: LoadFailure) -> Words | None:
    cause = failure.cause
    if not isinstance(cause, Unparsed):
        return None
    message = f"{quoted(cause.path)} does not parse: {cause.message}"
    return Words("module", message, "Correct the syntax here; the parser stops at the first error of a file.")
