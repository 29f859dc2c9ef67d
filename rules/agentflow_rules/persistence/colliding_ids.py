"""AF510 colliding-ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.wording import source, subject
from agentflow_lint.model.copies import Copies, copies
from agentflow_lint.model.values import Known, Unknown
from agentflow_rules.persistence.copies import said_here, undecided_copies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Construction

_GENERATOR = "SnowFlakeIdGenerator"
_VARIABLES = ("SNOWFLAKE_NODE_ID", "SNOWFLAKE_WORKER_ID")
#: What the generator takes for each where it is not set; the settings' own defaults never reach it.
_DEFAULT = "0"


class CollidingIds(DeploymentRule):
    """Several copies of the server make ids with the same Snowflake node and worker id."""

    code = "AF510"
    name = "colliding-ids"
    consequence = Consequence.LOSES_DATA

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge each generator that the graph's modules construct, against the number of copies."""
        made = [each for each in deployment.intended_graph.constructions if each.class_name == _GENERATOR]
        if not made:
            return
        for generator in made[:1]:
            yield from self._judged(deployment, generator)

    def _judged(self, deployment: Deployment, generator: Construction) -> Iterator[Verdict]:
        given = generator.arguments
        unknown = next((value for value in given.values() if isinstance(value, Unknown)), None)
        if unknown is not None:
            reason = f"the arguments of {_GENERATOR} are not known: {unknown.reason}"
            yield self.undecided(generator.location, reason, deployment=deployment)
            return
        values = {name: deployment.environment.get(name) for name in _VARIABLES}
        open_names = [] if given else [name for name, value in values.items() if isinstance(value, Unknown)]
        # Worker processes share their container's environment; replicas may each be given another one.
        found = copies(deployment, of=("worker processes",)) if open_names else copies(deployment)
        if not found.several:
            if open_names and copies(deployment).several:
                value = values[open_names[0]]
                why = value.reason if isinstance(value, Unknown) else ""
                yield self.undecided(generator.location, f"{open_names[0]}: {why}", deployment=deployment)
            else:
                yield from undecided_copies(self, deployment, found, "each copy makes ids with the same numbers")
            return
        yield self._said(deployment, generator, found, values if not given else None)

    def _said(
        self, deployment: Deployment, generator: Construction, found: Copies, values: Mapping[str, object] | None
    ) -> Verdict:
        if values is None:
            numbers = "with the numbers that stand in its arguments"
        else:
            numbers = " and ".join(_spoken(name, value) for name, value in values.items())
            numbers = f"with {numbers}"
        return self.finding(
            at=generator.location,
            place=_GENERATOR,
            message=(
                f"{subject(deployment)} runs {found.words}, and each makes ids {numbers}: two that make one "
                "in the same millisecond make the same, so two threads or messages share an id."
            ),
            help="Leave out id_generator: the framework's own ids are random. Or give every process its own "
            "SNOWFLAKE_WORKER_ID, and every container its own SNOWFLAKE_NODE_ID.",
            deployment=deployment,
            related=said_here(found),
        )


def _spoken(name: str, value: object) -> str:
    if isinstance(value, Known):
        return f"{name} {value.value} ({source(value.origin)})"
    return f"{name} {_DEFAULT} (it is not set)"
