"""What became of a referee's cases, in figures and in the smallest cases that show a difference."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conformance.starts.case import Case
    from tests.conformance.starts.comparison import Compared
    from tests.conformance.starts.observing import Observed

COLUMNS = ("cases", "started", "refused", "agreements", "disagreements", "undecided", "facts", "open", "seconds")


@dataclass
class Tally:
    """What became of one referee's cases.

    ``undecided`` counts the cases for which the linter leaves open whether the server starts, which are no
    agreements; ``facts`` everything that was compared, ``open`` whatever else the linter left open. ``first`` holds a
    case for each kind of difference, ``texts`` what differs in it. ``unavailable`` says why there are no cases.
    """

    name: str
    cases: int = 0
    refused: int = 0
    disagreements: int = 0
    undecided: int = 0
    facts: int = 0
    open: int = 0
    seconds: int = 0
    unavailable: str = ""
    kinds: Counter[str] = field(default_factory=Counter)
    first: dict[str, Case] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def started(self) -> int:
        """The cases in which the process came up."""
        return self.cases - self.refused

    @property
    def agreements(self) -> int:
        """The cases that the linter decides and in which nothing differs."""
        return self.cases - self.disagreements - self.undecided

    def add(self, case: Case, observed: Observed, compared: Compared) -> None:
        """Count one case."""
        self.cases += 1
        self.refused += observed.refused
        differs = bool(compared.differences)
        self.disagreements += differs
        self.undecided += "refused" in compared.undecided and not differs
        self.facts += compared.compared
        self.open += sum(question != "refused" for question in compared.undecided)
        for difference in compared.differences:
            self.kinds[difference.kind] += 1
            self.first.setdefault(difference.kind, case)
            self.texts.setdefault(difference.kind, difference.text)

    def details(self) -> str:
        """Each kind of difference, the commonest first, with a case."""
        lines = []
        for kind, number in self.kinds.most_common():
            lines += [f"{self.name}: {number} cases: {self.texts[kind]}", f"  {self.first[kind]}"]
        return "\n".join(lines)
