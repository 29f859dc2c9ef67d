"""Asks a referee and the schema about generated configs."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conformance.configuration import values
from tests.conformance.configuration.case import Configuration
from tests.conformance.configuration.process import RefereeProcess
from tests.conformance.configuration.strategies import ENV_PATHS, data
from tests.conformance.schema.comparison import compare

if TYPE_CHECKING:
    from tests.conformance.referees import Installed, Referee
    from tests.conformance.schema.comparison import Compared

COLUMNS = ("cases", "taken", "valid", "agreements", "inexpressible", "disagreements", "seconds")

_WORKER = Path(__file__).with_name("worker.py")

#: With these set, nothing is refused for want of a variable, but what names one that is not here.
_ENVIRONMENT = {
    "JWT_SECRET_KEY": "s" * 64,
    "JWT_ALGORITHM": "HS256",
    "REDIS_URL": "redis://localhost:6379/0",
    "HOST": "localhost",
}


@st.composite
def cases(draw: st.DrawFn, referee: Referee) -> Configuration:
    """A config that is JSON, in an environment that has what it takes; now and then in an empty one."""
    content = draw(data(referee))
    if draw(values.weighted((9, st.just(False)), (1, st.just(True)))):
        content["env"] = draw(ENV_PATHS)
    environment = draw(values.weighted((3, st.just(_ENVIRONMENT)), (1, st.just({}))))
    return Configuration(json.dumps(content), "A=1\n", environment)


@dataclass
class Tally:
    """What became of one referee's cases: ``reasons`` counts those that a schema cannot express."""

    name: str
    cases: int = 0
    taken: int = 0
    valid: int = 0
    agreements: int = 0
    inexpressible: int = 0
    disagreements: int = 0
    seconds: int = 0
    unavailable: str = ""
    broken: bool = False
    reasons: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def add(self, configuration: Configuration, compared: Compared) -> None:
        """Count one case."""
        self.cases += 1
        self.taken += compared.taken
        self.valid += compared.valid
        self.agreements += compared.taken is compared.valid
        self.inexpressible += bool(compared.reasons)
        self.reasons.update(compared.reasons)
        if compared.disagrees:
            self.disagreements += 1
            self.shown.append(f"{self.name}: {compared.difference}\n  {configuration}")

    def details(self) -> str:
        """What the schema could not express, and every disagreement."""
        reasons = ", ".join(f"{reason} {number}" for reason, number in self.reasons.most_common())
        return "\n".join([f"{self.name}: {reasons or 'nothing'} inexpressible", *self.shown])


def ask(installed: Installed, number_of_cases: int, number: int) -> Tally:
    """Ask about so many configs, the same ones for the same referee and ``number``."""
    started = time.monotonic()
    referee = installed.referee
    tally = Tally(referee.name)

    with RefereeProcess(installed, _WORKER) as process:

        def body(configuration: Configuration) -> None:
            answer = process.ask(configuration)
            if answer["outcome"] != "unserving":  # the process stays up and serves nothing: neither
                tally.add(configuration, compare(referee, configuration, answer))

        options = settings(
            max_examples=number_of_cases,
            phases=(Phase.generate,),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        seed(f"{number} {referee.name} schema")(options(given(cases(referee))(body)))()
    tally.seconds = round(time.monotonic() - started)
    return tally
