"""What the rules about state that each copy of the server keeps for itself have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Related
from agentflow_rules.runtime.command import place_of_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.engine.finding import Undecided
    from agentflow_lint.engine.rule import Rule
    from agentflow_lint.model.copies import Copies
    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.values import Location


def place_of_copies(deployment: Deployment, copies: Copies) -> Location:
    """Where it says that there are several; the command where it stands in no file."""
    places = (number.origin.location for _, number in copies.several)
    return next((place for place in places if place), place_of_command(deployment))


def said_here(copies: Copies) -> tuple[Related, ...]:
    """The places that say how many copies run."""
    return tuple(
        Related(number.origin.location, f"{number.value} {kind} are set here")
        for kind, number in copies.several
        if number.origin.location
    )


def undecided_copies(rule: Rule, deployment: Deployment, copies: Copies, what: str) -> Iterator[Undecided]:
    """That the number of copies, on which ``what`` depends, is not known."""
    if deployment.process is None:
        return  # no command in the repository says anything
    for kind, number in copies.open:
        at = number.origin.location if number.origin else None
        reason = f"{what}, and how many {kind} there are is not known: {number.reason}"
        yield rule.undecided(at or place_of_command(deployment), reason, deployment=deployment)
