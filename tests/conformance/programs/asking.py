"""Asks a referee and the linter about generated programs, two at a time."""

from __future__ import annotations

import queue
import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import Phase

from agentflow_lint.model.loading.contract import contract
from tests.conformance.configuration.process import RefereeProcess
from tests.conformance.programs.case import drive, generate
from tests.conformance.programs.comparison import Start, compare
from tests.conformance.programs.tally import Tally
from tests.conformance.starts.linter import judge
from tests.conformance.starts.modules import names
from tests.conformance.starts.observing import Observed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.model.deployment import Deployment
    from tests.conformance.programs.case import Case
    from tests.conformance.programs.comparison import Compared
    from tests.conformance.referees import Installed

WORKER = Path(__file__).with_name("worker.py")
AT_ONCE = 2
#: How long a smaller case is looked for.
_SECONDS = 90
#: The linter runs in one thread; two at once trip over ast.parse() of Python 3.11, and win nothing.
_LINTER = threading.Lock()


def ask(installed: Installed, count: int, number: int | str, smallest: bool = True) -> Tally:
    """Ask about so many programs; for each kind of difference that shows, look for the smallest program."""
    started = time.monotonic()
    tally = Tally(installed.referee.name)
    cases = generate(count, number)
    for case, compared in zip(cases, ask_about(installed, cases), strict=True):
        tally.add(case, compared)
    if smallest:
        with RefereeProcess(installed, WORKER) as process:
            for kind in list(tally.first):
                tally.first[kind] = _smallest(installed, process, tally.first[kind], kind, count * 5, number)
    tally.seconds = round(time.monotonic() - started)
    return tally


def ask_about(installed: Installed, cases: Iterable[Case]) -> Iterable[Compared]:
    """The comparisons, in the order of the cases."""
    with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE) as pool:
        free: queue.Queue[RefereeProcess] = queue.Queue()
        for _ in range(AT_ONCE):
            free.put(stack.enter_context(RefereeProcess(installed, WORKER)))

        def one(case: Case) -> Compared:
            process = free.get()
            try:
                return both(installed, process, case)
            finally:
                free.put(process)

        yield from pool.map(one, cases)


def both(installed: Installed, process: RefereeProcess, case: Case) -> Compared:
    """Start a program with all its variables, and once without each; compare."""
    starts = [_start(installed, process, case, None)]
    starts += [_start(installed, process, case.without(name), name) for name in case.variables]
    return compare(tuple(starts), case.variables)


def _start(installed: Installed, process: RefereeProcess, case: Case, without: str | None) -> Start:
    referee = installed.referee
    _send(installed, process, case)
    folder = Path(tempfile.mkdtemp(prefix="program-"))
    try:
        case.write(referee, folder)
        with _LINTER:
            claim = judge(folder, referee.release)
            required = _required(claim.deployment) if without is None else None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        answer = process.receive()
    return Start(without, _observed(answer), claim, required)


def observe(installed: Installed, process: RefereeProcess, case: Case) -> Observed:
    """What the server does with a program."""
    _send(installed, process, case)
    return _observed(process.receive())


def _send(installed: Installed, process: RefereeProcess, case: Case) -> None:
    process.send_case(
        {
            "files": case.project(installed.referee),
            "environment": {"HOME": "/nonexistent"},
            "checkpointers": names(installed.referee)["checkpointer"],
        }
    )


def _required(deployment: Deployment) -> frozenset[str] | None:
    """The variables without which the program does not start; None where the linter does not know all of them."""
    found = contract(deployment)
    if found.open_reason is not None:
        return None
    return frozenset(name for need in found.needs if need.required and not need.late for name in _names(need))


def _names(need: Any) -> tuple[str, ...]:
    return need.alternatives or (need.name,)


def _observed(answer: dict[str, Any]) -> Observed:
    if answer["outcome"] == "accepted":
        return Observed(checkpointer=(answer["class"], answer["in_memory"]))
    return Observed(reason=answer["reason"])


class _DiffersError(Exception):
    """The case shows the difference that is being made smaller."""


def _smallest(
    installed: Installed, process: RefereeProcess, case: Case, kind: str, most: int, number: int | str
) -> Case:
    """The smallest case that Hypothesis finds in the time there is."""
    found = case
    deadline = time.monotonic() + _SECONDS

    def body(tried: Case) -> None:
        nonlocal found
        if time.monotonic() > deadline:
            return
        if any(difference.kind == kind for difference in both(installed, process, tried).differences):
            if len(str(tried)) < len(str(found)):
                found = tried
            raise _DiffersError

    try:
        drive(body, most, number, Phase.generate, Phase.shrink)
    except Exception:  # Hypothesis calls a case flaky that no longer differs after the deadline
        return found
    return found
