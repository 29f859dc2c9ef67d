"""Whether the fork that starts the programs does what plain uvicorn does."""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conformance.configuration.process import RefereeProcess
from tests.conformance.programs.asking import AT_ONCE, WORKER, observe
from tests.conformance.programs.case import generate
from tests.conformance.starts import observing

if TYPE_CHECKING:
    from tests.conformance.programs.case import Case
    from tests.conformance.referees import Installed
    from tests.conformance.starts.observing import Observed


def cross_check(installed: Installed, count: int, number: int | str) -> list[str]:
    """Start the first programs both ways; what differs, in words."""
    cases = generate(count, number)
    with RefereeProcess(installed, WORKER) as process:
        forked = [observe(installed, process, case) for case in cases]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        plain = list(pool.map(lambda case: start_plainly(installed, case), cases))
    return [
        f"{_words(fork)} in the fork, {_words(server)} under uvicorn\n{case}"
        for case, fork, server in zip(cases, forked, plain, strict=True)
        if _words(fork) != _words(server)
    ]


def start_plainly(installed: Installed, case: Case) -> Observed:
    """What the server does as production starts it."""
    folder = Path(tempfile.mkdtemp(prefix="program-"))
    try:
        project = folder / "project"
        project.mkdir()
        case.write(installed.referee, project)
        return observing.observe(installed, project, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _words(observed: Observed) -> str:
    if observed.refused:
        line = (observed.reason or "").partition("\n")[0]  # uvicorn prints what Python warns of behind it
        return f"refused ({line.partition(' (')[0]})"  # the rest may name a folder
    return f"started with {observed.checkpointer}"
