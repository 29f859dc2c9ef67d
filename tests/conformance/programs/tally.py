"""What became of a referee's programs, in figures and in the smallest programs that show a difference."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conformance.programs.case import Case
    from tests.conformance.programs.comparison import Compared

COLUMNS = ("programs", "starts", "refused", "agreements", "disagreements", "undecided", "facts", "open", "seconds")


@dataclass
class Tally:
    """What became of one referee's programs.

    A program is undecided if the linter leaves any question about any of its starts open, and nothing differs; it is
    an agreement if the linter answers all of them and nothing differs. ``starts`` counts every start, ``refused``
    those that ended; ``facts`` everything that was compared, ``open`` everything that was left open. ``first`` holds a
    program for each kind of difference, ``texts`` what differs in it, ``reasons`` why questions were left open, with a
    program. ``unavailable`` says why there are no programs.
    """

    name: str
    programs: int = 0
    starts: int = 0
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
    reasons: dict[str, Case] = field(default_factory=dict)

    @property
    def agreements(self) -> int:
        """The programs that the linter decides and in which nothing differs."""
        return self.programs - self.disagreements - self.undecided

    def add(self, case: Case, compared: Compared) -> None:
        """Count one program."""
        self.programs += 1
        self.starts += len(compared.starts)
        self.refused += sum(start.observed.refused for start in compared.starts)
        self.disagreements += bool(compared.differences)
        self.undecided += bool(compared.undecided) and not compared.differences
        self.facts += compared.facts
        self.open += len(compared.undecided)
        for difference in compared.differences:
            self.kinds[difference.kind] += 1
            self.first.setdefault(difference.kind, case)
            self.texts.setdefault(difference.kind, difference.text)
        if compared.undecided:
            self.reasons.setdefault(compared.undecided[0], case)

    def details(self) -> str:
        """Each kind of difference, the commonest first, with a program."""
        lines = []
        for kind, number in self.kinds.most_common():
            lines += [f"{self.name}: {number} times: {self.texts[kind]}", str(self.first[kind]), ""]
        return "\n".join(lines)
