"""What a PgCheckpointer of the served graph is constructed without, and which unset variables are behind that.

The evaluation stops at the first thing that is missing, so it is repeated with the variables behind it assumed to be
set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.results import ConstructionError, MissingVariable
from agentflow_lint.model.loading.serving import evaluation
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Place, ServedGraph
    from agentflow_lint.model.values import Value

#: The constructor's alternatives: one of each has to be given (pg_checkpointer.py of every core).
ALTERNATIVES = (("postgres_dsn", "pg_pool"), ("redis_url", "redis", "redis_pool"))

_MOST_VARIABLES = 20


@record(frozen=True)
class Incomplete:
    """One thing that the constructor at ``place`` is not given.

    ``alternatives`` are the arguments of which one would do; ``given`` are all that it gets; ``variables`` are those
    that hold nothing and of which any would supply it, if it comes from the environment.
    """

    place: Place
    alternatives: tuple[str, ...]
    given: Mapping[str, Value[object]]
    variables: tuple[str, ...] = ()


def incomplete_checkpointer(deployment: Deployment) -> tuple[Incomplete, ...]:
    """What is missing at the first incomplete PgCheckpointer that loading the graph comes to."""
    found: dict[tuple[str, ...], Incomplete] = {}
    graph, assumed = deployment.graph, frozenset[str]()
    agent = deployment.config.get("agent")
    while isinstance(agent, str) and len(assumed) < _MOST_VARIABLES:
        outcome = graph.outcome
        if isinstance(outcome, MissingVariable) or (
            isinstance(outcome, ConstructionError) and outcome.kind == "provider-key"
        ):
            needed = frozenset(outcome.variables)
        elif isinstance(outcome, ConstructionError) and outcome.kind == "checkpointer":
            first = next(iter(found.values()), None)
            if first is not None and first.place != outcome.place:
                break
            variables = tuple(_behind(deployment, agent, graph, outcome, assumed))
            for each in _incomplete(graph, outcome, variables):
                found[each.alternatives] = each if each.variables else found.get(each.alternatives, each)
            needed = frozenset(variables)
        else:
            break
        if needed <= assumed:
            break
        assumed |= needed
        graph = evaluation(deployment, assumed, meets_demands=True).graph(agent)
        assumed = assumed.union(*(each.variables for each in graph.met))
    return tuple(found.values())


def _incomplete(graph: ServedGraph, error: ConstructionError, variables: tuple[str, ...]) -> Iterator[Incomplete]:
    """The missing alternative that raised, and the other one if that is missing too."""
    made = [each for each in graph.constructions if each.place == error.place]
    given = made[-1].arguments if made else {}
    for alternatives in ALTERNATIVES:
        if alternatives == error.variables:
            yield Incomplete(error.place, alternatives, given, variables)
        elif made and all(_is_nothing(given.get(name)) for name in alternatives):
            yield Incomplete(error.place, alternatives, given)


def _is_nothing(value: Value[object] | None) -> bool:
    return not isinstance(value, Unknown) and not (isinstance(value, Known) and value.value)


def _behind(
    deployment: Deployment, agent: str, graph: ServedGraph, error: ConstructionError, assumed: frozenset[str]
) -> Iterator[str]:
    """The variables that hold nothing and with any of which the constructor is given what it misses."""
    reads = dict.fromkeys(read.name for read in graph.env_reads if read.at_import_time and not read.default)
    unset = [name for name in reads if name not in assumed and _holds_nothing(deployment, name)]
    for name in unset[:_MOST_VARIABLES]:
        outcome = evaluation(deployment, assumed | {name}).graph(agent).outcome
        same = isinstance(outcome, ConstructionError) and outcome.kind == "checkpointer"
        if not (same and (outcome.place, outcome.variables) == (error.place, error.variables)):  # type: ignore[union-attr]
            yield name


def _holds_nothing(deployment: Deployment, name: str) -> bool:
    value = deployment.environment.get(name)
    return isinstance(value, Absent) or (isinstance(value, Known) and not value.value)
