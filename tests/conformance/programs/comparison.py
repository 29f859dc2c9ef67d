"""Where the linter's claims about a program differ from what the server did with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agentflow_lint.model.values import Unknown
from tests.conformance.starts.comparison import Difference, of_checkpointer, of_start

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.conformance.starts.linter import Claim
    from tests.conformance.starts.observing import Observed


@dataclass(frozen=True)
class Start:
    """What the server did and what the linter says of one start; ``without`` is the variable that was taken away."""

    without: str | None
    observed: Observed
    claim: Claim
    required: frozenset[str] | None = None
    """The variables that the linter takes to be required; None where it does not say. Of the first start only."""


@dataclass(frozen=True)
class Compared:
    """``undecided`` holds the questions that the linter left open, with its reason; ``facts`` counts those answered."""

    starts: tuple[Start, ...]
    differences: tuple[Difference, ...]
    undecided: tuple[str, ...]
    facts: int


def compare(starts: tuple[Start, ...], variables: Mapping[str, str]) -> Compared:
    """Compare every start of a program, and then which variables it cannot do without."""
    differences: list[Difference] = []
    undecided: list[str] = []
    facts = 0
    for start in starts:
        where = f"without {start.without}: " if start.without else ""
        if start.claim.refuses is None:
            undecided.append(f"{where}start: {'; '.join(start.claim.open)}")
            continue
        facts += 1
        differences += [Difference(each.kind, where + each.text) for each in of_start(start.observed, start.claim)]
        if start.observed.refused:
            continue
        for question, theirs, ours in of_checkpointer(start.observed, start.claim):
            if isinstance(ours, Unknown):
                undecided.append(f"{where}{question}: {_why(start.claim)}")
                continue
            facts += 1
            if theirs != ours:
                said = f"{where}{question}: the server has {theirs!r}, the linter says {ours!r}"
                differences.append(Difference(f"{question} {type(ours).__name__}", said))
    for question, said_by_server, said_by_linter in _required(starts, variables):
        if said_by_linter is None:
            undecided.append(f"{question}: {'; '.join(starts[0].claim.open)}")
            continue
        facts += 1
        if said_by_server != said_by_linter:
            words = ("optional", "required")
            text = f"{question}: the server finds it {words[said_by_server]}, the linter {words[said_by_linter]}"
            differences.append(Difference(f"required {said_by_linter}", text))
    return Compared(starts, tuple(differences), tuple(undecided), facts)


def _required(starts: tuple[Start, ...], variables: Mapping[str, str]) -> Iterator[tuple[str, bool, bool | None]]:
    """Variable by variable, if the program starts with all of them."""
    first = starts[0]
    if first.observed.refused:
        return
    for start in starts[1:]:
        assert start.without in variables
        unsaid = first.required is None or start.claim.refuses is None
        said = None if unsaid or first.required is None else start.without in first.required
        yield f"required {start.without}", start.observed.refused, said


def _why(claim: Claim) -> str:
    outcome = claim.deployment.graph.outcome
    compile_call = getattr(outcome, "compile", None)
    return str(compile_call.checkpointer.reason if compile_call else outcome)
