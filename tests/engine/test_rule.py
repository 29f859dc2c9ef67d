from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.finding import Consequence, Related
from agentflow_lint.engine.fix import Applicability, Fix
from agentflow_lint.engine.rule import ProjectRule
from agentflow_lint.model.values import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "redis://me:hunter2@cache/0"


class Quoting(ProjectRule):
    """Quotes what stands in a file."""

    code = "XX104"
    name = "quoting"
    consequence = Consequence.EXPOSES

    def check(self, project: Any) -> Iterator[Any]:
        at = Location("a.env")
        fix = Fix(f"Move {URL}", Applicability.UNSAFE, ())
        yield self.finding(at, f"at {URL}", f"It is {URL}.", f"Not {URL}.", related=[Related(at, URL)], fix=fix)
        yield self.undecided(at, f"What is {URL}?")


def test_nothing_that_a_rule_says_of_a_file_holds_credentials() -> None:
    found, undecided = Quoting().check(None)
    said = (found.place, found.message, found.help, found.related[0].message, found.fix.description, undecided.reason)
    assert all("redis://***@cache/0" in text for text in said)
    assert not any("hunter2" in text for text in said)
