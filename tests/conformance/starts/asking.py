"""Asks a referee and the linter about generated projects, two servers at a time."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conformance.starts.case import generate, write
from tests.conformance.starts.comparison import compare
from tests.conformance.starts.linter import judge
from tests.conformance.starts.observing import observe
from tests.conformance.starts.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conformance.referees import Installed
    from tests.conformance.starts.case import Case
    from tests.conformance.starts.comparison import Compared
    from tests.conformance.starts.observing import Observed

#: A start needs one processor for some seconds.
AT_ONCE = 2
#: One linter at a time: ``ast.parse`` in two threads of Python 3.11 may end in a SystemError (cpython issue 106905).
_LINTER = threading.Lock()


def both(installed: Installed, case: Case) -> tuple[Observed, Compared]:
    """What the server does with a case, and how the linter's claim compares."""
    folder = Path(tempfile.mkdtemp(prefix="start-"))
    try:
        project = folder / "project"
        project.mkdir()
        write(case, project)
        with _LINTER:
            claim = judge(project, installed.referee.release)
        observed = observe(installed, project, folder)
        return observed, compare(observed, claim)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ask(installed: Installed, numbers: Iterable[int], seed: int, smallest: bool = True) -> Tally:
    """Ask about the cases of these numbers; for each kind of difference that shows, look for the smallest case."""
    started = time.monotonic()
    tally = Tally(installed.referee.name)
    cases = [generate(installed.referee, number, seed) for number in numbers]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for case, (observed, compared) in zip(cases, pool.map(lambda case: both(installed, case), cases), strict=True):
            tally.add(case, observed, compared)
        if smallest:
            kinds = list(tally.first)
            for kind, case in zip(
                kinds, pool.map(lambda kind: _smallest(installed, tally.first[kind], kind), kinds), strict=True
            ):
                tally.first[kind] = case
    tally.seconds = round(time.monotonic() - started)
    return tally


def _smallest(installed: Installed, case: Case, kind: str) -> Case:
    """The case with as many dimensions as possible put back while the difference stays."""
    for name in case.choices:
        smaller = case.without(name)
        if any(difference.kind == kind for difference in both(installed, smaller)[1].differences):
            case = smaller
    return case
