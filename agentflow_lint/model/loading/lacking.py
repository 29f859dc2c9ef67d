"""Which variables a deployment lacks: those without which the server cannot load what its config names.

The evaluation stops at the first one, so it is repeated with each variable found assumed to be set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.results import ConstructionError, MissingVariable
from agentflow_lint.model.loading.serving import evaluation
from agentflow_lint.model.values import Absent, Known
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Outcome, Place

#: More variables than this are not assumed one after the other, nor tried for one exception.
_MOST_ASSUMED = 20


@record(frozen=True)
class Demand:
    """The code at ``place`` ends the start while none of ``variables`` holds anything; ``reason`` says how."""

    variables: tuple[str, ...]
    reason: str
    place: Place


def lacking_variables(deployment: Deployment, import_path: str, *, with_env_file: bool = True) -> tuple[Demand, ...]:
    """What keeps the loader from getting ``import_path`` for want of a variable: the first demand, then the next one
    that shows once those before it are assumed to be met.

    Without the env file: what would be lacking if that supplied nothing.
    """
    if import_path == deployment.config.get("agent") and not deployment.graph.modules:
        return ()
    search = _Search(deployment, import_path, with_env_file)
    found: list[Demand] = []
    assumed: frozenset[str] = frozenset()
    while len(assumed) < _MOST_ASSUMED:
        demands = search.demands(assumed)
        names = {name for demand in demands for name in demand.variables} - assumed
        if not names:
            break
        found += demands
        assumed |= names
    return tuple(found)


@record(frozen=True)
class _Search:
    deployment: Deployment
    import_path: str
    with_env_file: bool

    def outcome(self, assumed: frozenset[str]) -> Outcome | None:
        """What the loader runs into when the variables in ``assumed`` are set."""
        is_agent = self.import_path == self.deployment.config.get("agent")
        if is_agent and self.with_env_file and not assumed:
            return self.deployment.graph.outcome
        answers = evaluation(self.deployment, assumed, with_env_file=self.with_env_file)
        return answers.graph(self.import_path).outcome if is_agent else answers.target(self.import_path).problem

    def demands(self, assumed: frozenset[str]) -> list[Demand]:
        """The demands that stop the loader now; several for an exception that needs several variables to be avoided."""
        outcome = self.outcome(assumed)
        if isinstance(outcome, MissingVariable):
            return [Demand(outcome.variables, outcome.reason, outcome.place)]
        if not isinstance(outcome, ConstructionError):
            return []
        if outcome.kind == "provider-key":
            return [Demand(outcome.variables, outcome.reason, outcome.place)]
        return self.behind(outcome, assumed) if outcome.kind == "raised" else []

    def behind(self, raised: ConstructionError, assumed: frozenset[str]) -> list[Demand]:
        """The variables whose absence leads the project's own code to raise: with them, it does not certainly raise.

        The exception's text is left out: it may hold a value.
        """
        reason = f"the project's own code raises {raised.reason.partition(':')[0]}"
        candidates = self.unset_reads(assumed)

        def is_averted(names: frozenset[str]) -> bool:
            outcome = self.outcome(assumed | names)
            return not (isinstance(outcome, ConstructionError) and outcome.place == raised.place)

        alone = tuple(name for name in candidates if is_averted(frozenset({name})))
        if alone:
            return [Demand(alone, reason, raised.place)]
        needed = frozenset(candidates)
        if not needed or not is_averted(needed):
            return []
        for name in candidates:
            if is_averted(needed - {name}):
                needed -= {name}
        return [Demand((name,), reason, raised.place) for name in candidates if name in needed]

    def unset_reads(self, assumed: frozenset[str]) -> list[str]:
        """The variables that were read without a default and hold nothing."""
        answers = evaluation(self.deployment, assumed, with_env_file=self.with_env_file)
        reads = answers.graph(self.import_path).env_reads
        names = [read.name for read in reads if read.at_import_time and not read.default]
        unset = [name for name in dict.fromkeys(names) if name not in assumed and self.holds_nothing(name)]
        return unset[:_MOST_ASSUMED]

    def holds_nothing(self, name: str) -> bool:
        environment = self.deployment.environment
        value = environment.get(name) if self.with_env_file else environment.inherited(name)
        return isinstance(value, Absent) or (isinstance(value, Known) and not value.value)
