"""Programs that showed a disagreement once, as folders: ``expected.json`` and the files of the program.

``python -m tests.conformance.programs.regression NAME RELEASE NUMBER [SEED]`` writes the folder for a program of a full
run, with what the server does; the reason is then to be written by hand.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.conformance.programs.asking import WORKER, both
from tests.conformance.programs.case import Case, generate
from tests.conformance.programs.full import SEED, seed_of

if TYPE_CHECKING:
    from tests.conformance.programs.comparison import Compared

CORPUS = Path(__file__).with_name("regressions")
EXPECTED = "expected.json"


def load(folder: Path) -> tuple[Case, dict[str, Any]]:
    """The program of a folder, and what is expected of it."""
    expected = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))
    }
    return Case(expected["agent"], files, expected["variables"]), expected


def outcomes(compared: Compared) -> dict[str, str]:
    """By the variable that is taken away ("" for none): the class that is bound, or "refused"."""
    found = {}
    for start in compared.starts:
        bound = start.observed.checkpointer
        found[start.without or ""] = "refused" if bound is None else bound[0]
    return found


def write(name: str, case: Case, compared: Compared, release: str, reason: str) -> None:
    """Make the folder."""
    folder = CORPUS / name
    for path, text in case.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    expected = {
        "reason": reason,
        "referees": [release],
        "agent": case.agent,
        "variables": dict(case.variables),
        "outcomes": outcomes(compared),
    }
    (folder / EXPECTED).write_text(json.dumps(expected, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Write a program of a full run down."""
    from tests.conformance.configuration.process import RefereeProcess
    from tests.conformance.referees import ERA_BY_RELEASE, install

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("release")
    parser.add_argument("number", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=SEED)
    options = parser.parse_args()
    case = generate(options.number + 1, seed_of(options.release, options.seed))[-1]
    installed = install(ERA_BY_RELEASE[options.release])
    with RefereeProcess(installed, WORKER) as process:
        write(options.name, case, both(installed, process, case), options.release, "To be written.")


if __name__ == "__main__":
    main()
