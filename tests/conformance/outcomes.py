"""Both answers to every case, worked out two at a time, and how they compare."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.conformance import cases, reasons, referees, scaffolds, verdicts
from tests.conformance.referees import Installed, UnavailableError
from tests.conformance.server import NeitherError, Refused
from tests.conformance.verdicts import LinterError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.conformance.cases import Case
    from tests.conformance.server import Outcome
    from tests.conformance.verdicts import Verdict

#: A server needs one processor for about three seconds.
_AT_ONCE = 2


@dataclass(frozen=True)
class Answered:
    """What the server did and what the linter said."""

    case: Case
    truth: Outcome
    verdict: Verdict

    @property
    def refused(self) -> bool:
        """Whether the server did not start."""
        return isinstance(self.truth, Refused)

    @property
    def disagreement(self) -> str | None:
        """What is wrong with the linter's verdict, or None."""
        if not isinstance(self.truth, Refused):
            if not self.verdict.refuses:
                return None
            return "the server starts; the linter says it refuses:\n  " + "\n  ".join(self.verdict.messages)
        told = f"the server refuses (exit code {self.truth.exit_code}):\n  {self.truth.reason}\n"
        if not self.verdict.refuses:
            return told + "the linter finds no reason"
        accountable = reasons.codes(self.truth.reason)
        if not accountable:
            return told + "no pattern of reasons.py knows this reason"
        if not accountable & self.verdict.refusing:
            wanted = " or ".join(sorted(accountable))
            return f"{told}that is {wanted}; the linter refuses for\n  " + "\n  ".join(self.verdict.messages)
        return None


@dataclass(frozen=True)
class Unanswered:
    """A case without one of the two answers; ``unavailable`` when there is no referee, else something is broken."""

    case: Case
    why: str
    unavailable: bool = False


Answers = dict[str, Answered | Unanswered]


def answer(chosen: Iterable[Case], folder: Path) -> Answers:
    """Both answers to each case by its name; ``folder`` is an empty folder to work in."""
    wanted = list(chosen)
    installed = referees.install_all(case.referee.name for case in wanted)

    def one(numbered: tuple[int, Case]) -> Answered | Unanswered:
        number, case = numbered
        referee = installed[case.referee.name]
        if isinstance(referee, UnavailableError):
            return Unanswered(case, str(referee), unavailable=True)
        return _answer(case, referee, folder / str(number))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        needed = {(case.referee.name, case.scaffold.name): case for case in wanted}.values()
        ready = [
            (made, case.scaffold) for case in needed if isinstance(made := installed[case.referee.name], Installed)
        ]
        list(pool.map(lambda pair: scaffolds.make(*pair), ready))
        results = pool.map(one, enumerate(wanted))
        return {result.case.name: result for result in results}


def _answer(case: Case, installed: Installed, folder: Path) -> Answered | Unanswered:
    folder.mkdir()
    try:
        project = cases.prepare(case, installed, folder)
        truth = cases.start(case, installed, project, folder)
        verdict = verdicts.ask(project, case.referee.release, case.deployment)
    except (NeitherError, LinterError, OSError) as error:
        return Unanswered(case, f"{type(error).__name__}: {error}")
    shutil.rmtree(folder)
    return Answered(case, truth, verdict)
