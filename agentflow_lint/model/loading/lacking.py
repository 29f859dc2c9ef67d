"""Which variables a deployment lacks: those without which the server cannot load what its config names.

The evaluation stops at the first one, so it is repeated with each variable found assumed to be set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.results import ConstructionError, MissingVariable, ServedGraph
from agentflow_lint.model.loading.serving import MOST_ASSUMED, evaluation
from agentflow_lint.model.values import Absent, Known
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.graph.results import Outcome, Place

#: More variables than this are not tried for one exception.
_MOST_TRIED = 20


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
    new: list[Demand] | None = None
    while (new is None or new) and len(assumed) < MOST_ASSUMED:
        for names, outcome in search.outcomes(assumed):
            new = [each for each in search.demands(outcome, names) if not names.issuperset(each.variables)]
            found += new
            assumed = names.union(*(each.variables for each in new))
    return tuple(found)


@record(frozen=True)
class _Search:
    deployment: Deployment
    import_path: str
    with_env_file: bool

    @property
    def is_agent(self) -> bool:
        """Whether the path is the one of the graph, and not a plugin's."""
        return bool(self.import_path == self.deployment.config.get("agent"))

    def outcome(self, assumed: frozenset[str]) -> Outcome | None:
        """What the loader runs into when the variables in ``assumed`` are set."""
        if self.is_agent and self.with_env_file and not assumed:
            return self.deployment.graph.outcome
        answers = evaluation(self.deployment, assumed, with_env_file=self.with_env_file)
        return answers.graph(self.import_path).outcome if self.is_agent else answers.target(self.import_path).problem

    def outcomes(self, assumed: frozenset[str]) -> Iterator[tuple[frozenset[str], Outcome | None]]:
        """The same, then what it runs into when what was missing is set too, as far as that shows; each with what is
        taken to be set.
        """
        if self.is_agent and self.with_env_file and not assumed:
            yield assumed, self.deployment.graph.outcome
            return
        answers = evaluation(self.deployment, assumed, with_env_file=self.with_env_file, meets_demands=True)
        found = answers.graph(self.import_path) if self.is_agent else answers.target(self.import_path)
        for each in found.met:
            yield assumed, each
            assumed = assumed.union(each.variables)
        yield assumed, found.outcome if isinstance(found, ServedGraph) else found.problem

    def demands(self, outcome: Outcome | None, assumed: frozenset[str]) -> list[Demand]:
        """The demands that show in what the loader runs into when the variables in ``assumed`` are set.

        Several for an exception that needs several variables to be avoided.
        """
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
        return unset[:_MOST_TRIED]

    def holds_nothing(self, name: str) -> bool:
        environment = self.deployment.environment
        value = environment.get(name) if self.with_env_file else environment.inherited(name)
        return isinstance(value, Absent) or (isinstance(value, Known) and not value.value)
