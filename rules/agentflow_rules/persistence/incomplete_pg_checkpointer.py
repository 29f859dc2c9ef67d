"""AF509 incomplete-pg-checkpointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.rule import DeploymentRule
from agentflow_lint.engine.ways import way_to_graph
from agentflow_lint.engine.wording import listed, server, source, subject, undecided
from agentflow_lint.framework.config_checks import redis_url_problem
from agentflow_lint.framework.postgres import dsn_problem, schema_problem, swallowed_keywords
from agentflow_lint.model.loading.incomplete_checkpointer import Incomplete, incomplete_checkpointer
from agentflow_lint.model.values import Absent, Known, Unknown
from agentflow_rules.persistence.served_checkpointer import compiled_with, undecided_checkpointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.engine.rule import Verdict
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import CheckpointerFact
    from agentflow_lint.model.values import Value

_WHAT = {"postgres_dsn": "a database (postgres_dsn or pg_pool)", "redis_url": "Redis (redis_url, redis or redis_pool)"}


class IncompletePgCheckpointer(DeploymentRule):
    """PgCheckpointer lacks its database or its Redis, or gets what it cannot use."""

    code = "AF509"
    name = "incomplete-pg-checkpointer"
    consequence = Consequence.REFUSES_TO_START

    def check(self, deployment: Deployment) -> Iterator[Verdict]:
        """Judge what the served graph's PgCheckpointer is given."""
        missing = incomplete_checkpointer(deployment)
        if missing:
            yield self._incomplete(deployment, missing)
            return
        yield from undecided_checkpointer(self, deployment)
        call = compiled_with(deployment)
        if call is not None and call.checkpointer.kind == "postgres":
            yield from self._unusable(deployment, call.checkpointer)

    def _incomplete(self, deployment: Deployment, missing: tuple[Incomplete, ...]) -> Verdict:
        what = " and ".join(_WHAT[each.alternatives[0]] for each in missing)
        variables = tuple(dict.fromkeys(name for each in missing for name in each.variables))
        reasons = [_state(deployment, name) for name in variables]
        swallowed = swallowed_keywords(missing[0].given)
        if swallowed and len(variables) < len(missing):
            reasons.append(f"{listed(swallowed)} is swallowed, because it is no parameter of the constructor")
        because = f"; {'; '.join(reasons)}" if reasons else ""
        parameters = " and ".join(each.alternatives[0] for each in missing)
        way_out = (
            f"Set {listed(variables)} where the server is started. What the platform provides, name in .env.example."
            if len(variables) == len(missing)
            else f"Pass {parameters}, taken from variables that the deployment sets."
        )
        at = missing[0].place.location
        return self.finding(
            at=at,
            place="agent.checkpointer",
            message=(
                f"{subject(deployment)} constructs PgCheckpointer without {what}{because}. The constructor raises "
                f"ValueError, and {server(deployment)} does not start."
            ),
            help=way_out,
            deployment=deployment,
            related=way_to_graph(deployment, at, _set_in_vain(deployment, variables)),
        )

    def _unusable(self, deployment: Deployment, fact: CheckpointerFact) -> Iterator[Verdict]:
        given = fact.arguments
        if "*" in given or "**" in given:
            yield self._open(deployment, fact, Unknown("the arguments of PgCheckpointer are not all known"))
            return
        if not _is_given(given, "pg_pool"):
            yield from self._judged(deployment, fact, "postgres_dsn")
        if not (_is_given(given, "redis") or _is_given(given, "redis_pool")):
            yield from self._judged(deployment, fact, "redis_url")
        if "schema" in given:
            yield from self._judged(deployment, fact, "schema")

    def _judged(self, deployment: Deployment, fact: CheckpointerFact, name: str) -> Iterator[Verdict]:
        value = fact.arguments.get(name)
        if isinstance(value, Unknown):
            yield self._open(deployment, fact, value, name)
        if not isinstance(value, Known) or not isinstance(value.value, str):
            return
        problem = _PROBLEMS[name](value.value)
        if problem is None:
            return
        late = name == "postgres_dsn"
        at = value.origin.location or fact.location or deployment.config.at_value("agent")
        origin = f" ({source(value.origin)})" if value.origin.location else ""
        outcome = "starts, and the first request that touches a thread fails" if late else "does not start"
        yield self.finding(
            at=at,
            place=f"agent.checkpointer.{name}",
            message=(
                f"{subject(deployment)}: PgCheckpointer's {name}{origin} {problem}. {server(deployment)} {outcome}."
            ),
            help=_WAYS_OUT[name],
            consequence=Consequence.FAILS_REQUESTS if late else None,
            deployment=deployment,
            related=way_to_graph(deployment, at, _constructed(fact)),
        )

    def _open(self, deployment: Deployment, fact: CheckpointerFact, value: Unknown, name: str = "") -> Verdict:
        if value.origin and value.origin.location and name:
            return undecided(self, deployment, name, value)
        at = fact.location or deployment.config.at_value("agent")
        return self.undecided(at, f"{name}: {value.reason}" if name else value.reason, deployment=deployment)


_PROBLEMS = {"postgres_dsn": dsn_problem, "redis_url": redis_url_problem, "schema": schema_problem}
_WAYS_OUT = {
    "postgres_dsn": "Write it as postgresql://user:password@host:5432/database; asyncpg reads it, not SQLAlchemy.",
    "redis_url": "Write the URL as redis://host:6379/0.",
    "schema": "Use letters, digits and underscores, and no digit at the start.",
}


def _is_given(given: Mapping[str, Value[object]], name: str) -> bool:
    value = given.get(name)
    return isinstance(value, Unknown) or (isinstance(value, Known) and bool(value.value))


def _constructed(fact: CheckpointerFact) -> tuple[Related, ...]:
    return (Related(fact.location, "the checkpointer is constructed here"),) if fact.location else ()


def _state(deployment: Deployment, name: str) -> str:
    value = deployment.environment.get(name)
    return f"{name} is empty, {source(value.origin)}" if isinstance(value, Known) else f"nothing sets {name}"


def _set_in_vain(deployment: Deployment, names: tuple[str, ...]) -> Iterator[Related]:
    """The line that leaves a variable empty, or that sets it in a file which the server does not get."""
    use = deployment.environment.env_file
    for name in names:
        value = deployment.environment.get(name)
        if isinstance(value, Known) and value.origin.location:
            yield Related(value.origin.location, f"{name} is left empty here")
        unread = use.values.get(name)
        if isinstance(value, Absent) and isinstance(unread, Known) and unread.origin.location:
            yield Related(unread.origin.location, f"{name} is set here, but the server runs without it: {use.reason}")
