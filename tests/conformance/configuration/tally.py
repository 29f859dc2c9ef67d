"""What became of a referee's cases, in figures and in the smallest cases that show a difference."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conformance.configuration.case import Configuration
    from tests.conformance.configuration.comparison import Compared, Difference

COLUMNS = ("cases", "refused", "agreements", "disagreements", "undecided", "values", "open", "seconds")


@dataclass
class Tally:
    """What became of one referee's cases.

    ``undecided`` counts the cases for which the linter leaves open whether the server refuses, which are no agreements;
    ``values`` everything that was compared, ``open`` whatever else the linter left open. ``unserving`` are cases in
    which the process stays up and serves nothing, which is neither. ``smallest`` holds the smallest case found for each
    kind of difference.
    ``unavailable`` says why there are no cases, ``broken`` that the suite itself is at fault.
    """

    name: str
    cases: int = 0
    refused: int = 0
    unserving: int = 0
    disagreements: int = 0
    undecided: int = 0
    values: int = 0
    open: int = 0
    seconds: int = 0
    unavailable: str = ""
    broken: bool = False
    kinds: Counter[str] = field(default_factory=Counter)
    smallest: dict[str, tuple[Configuration, Difference]] = field(default_factory=dict)

    @property
    def agreements(self) -> int:
        """The cases that the linter decides and in which nothing differs."""
        return self.cases - self.disagreements - self.undecided

    def add(self, outcome: str, compared: Compared) -> None:
        """Count one case."""
        self.cases += 1
        self.refused += outcome == "refused"
        self.unserving += outcome == "unserving"
        differs = bool(compared.differences)
        self.undecided += "refused" in compared.undecided and outcome != "unserving" and not differs
        self.values += compared.compared
        self.open += sum(question != "refused" for question in compared.undecided)
        self.disagreements += differs
        self.kinds.update({difference.kind for difference in compared.differences})

    def details(self) -> str:
        """Each kind of difference, the commonest first, with its smallest case."""
        lines = []
        for kind, number in self.kinds.most_common():
            lines.append(f"{self.name}: {number} cases: {kind}")
            if kind in self.smallest:
                configuration, difference = self.smallest[kind]
                lines.append(f"  {difference.text}\n  {configuration}")
        return "\n".join(lines)
