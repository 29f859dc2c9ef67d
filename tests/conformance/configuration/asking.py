"""Asks a referee and the linter about generated configurations."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.conformance.configuration.comparison import compare
from tests.conformance.configuration.linter import judge
from tests.conformance.configuration.process import RefereeProcess
from tests.conformance.configuration.strategies import configurations
from tests.conformance.configuration.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.configuration.case import Configuration
    from tests.conformance.configuration.comparison import Compared
    from tests.conformance.referees import Installed


class _DiffersError(Exception):
    """The case shows the difference that is being made smaller."""


def ask(installed: Installed, cases: int, number: int) -> Tally:
    """Ask about ``cases`` configurations, the same ones for the same referee and ``number``.

    For each kind of difference that shows, the smallest case is looked for.
    """
    started = time.monotonic()
    with RefereeProcess(installed) as process:
        run = _Run(installed, process, cases, number)
        run.count()
        for kind in sorted(run.tally.kinds):
            run.minimise(kind)
    run.tally.seconds = round(time.monotonic() - started)
    return run.tally


class _Run:
    def __init__(self, installed: Installed, process: RefereeProcess, cases: int, number: int) -> None:
        self._installed = installed
        self._process = process
        self._cases = cases
        self._number = number
        self._seen: dict[str, tuple[str, Compared]] = {}
        self.tally = Tally(installed.referee.name)

    def count(self) -> None:
        self._drive(lambda configuration: self.tally.add(*self._both(configuration)), Phase.generate)

    def minimise(self, kind: str) -> None:
        def body(configuration: Configuration) -> None:
            for difference in self._both(configuration)[1].differences:
                if difference.kind == kind:
                    self.tally.smallest[kind] = (configuration, difference)
                    raise _DiffersError

        with contextlib.suppress(_DiffersError):
            self._drive(body, Phase.generate, Phase.shrink)

    def _both(self, configuration: Configuration) -> tuple[str, Compared]:
        """The server's outcome and the comparison; the linter thinks while the server starts."""
        key = str(configuration)
        if key not in self._seen:
            self._process.send(configuration)
            try:
                verdict = judge(self._installed.referee, configuration)
            finally:
                answer = self._process.receive()
            self._seen[key] = (answer["outcome"], compare(answer, verdict))
        return self._seen[key]

    def _drive(self, body: Callable[[Configuration], None], *phases: Phase) -> None:
        options = settings(
            max_examples=self._cases,
            phases=phases,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        referee = self._installed.referee
        # By name too: releases that read the same keys would otherwise be asked the same cases.
        seed(f"{self._number} {referee.name}")(options(given(configurations(referee))(body)))()
