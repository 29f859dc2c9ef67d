"""The full run: generated programs are started under the referees, and a table says how the linter did.

``python -m tests.conformance.programs.full`` asks the referees of :data:`RELEASES`; name others to ask those.
"""

from __future__ import annotations

import argparse
import sys

from tests.conformance.programs.asking import ask
from tests.conformance.programs.plain import cross_check
from tests.conformance.programs.tally import COLUMNS, Tally
from tests.conformance.referees import ERA_BY_RELEASE, UnavailableError, install, required
from tests.conformance.tables import table

#: The releases whose servers start the programs.
RELEASES = ("0.6.1", "0.9.0")
#: How many programs a full run starts per referee; each is started once more for every variable that it reads.
CASES = 300
SEED = 1
#: How many of them plain uvicorn starts too.
PLAIN = 10
#: What share of the programs may be undecided.
MOST_UNDECIDED = 0.1


def seed_of(release: str, seed: int) -> str:
    """What the programs of a referee are drawn from: each referee starts programs of its own."""
    return f"{release} {seed}"


def main() -> int:
    """Ask, and print the table; 1 for a disagreement, too much undecided, or a missing referee that is required."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("releases", nargs="*", metavar="RELEASE", help=f"default: {', '.join(RELEASES)}")
    parser.add_argument("--cases", type=int, default=CASES, help="per referee (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="the same seed, the same programs (default: %(default)s)"
    )
    parser.add_argument("--no-shrink", action="store_true", help="show programs with a difference as they were found")
    options = parser.parse_args()
    unknown = [name for name in options.releases if name not in ERA_BY_RELEASE]
    if unknown:
        parser.error(f"no such referee: {', '.join(unknown)}")
    tallies = []
    failures = []
    for release in options.releases or RELEASES:
        try:
            installed = install(ERA_BY_RELEASE[release])
        except UnavailableError as error:
            tally = Tally(ERA_BY_RELEASE[release].name, unavailable=str(error))
        else:
            number = seed_of(release, options.seed)
            tally = ask(installed, options.cases, number, smallest=not options.no_shrink)
            failures += cross_check(installed, min(PLAIN, options.cases), number)
        tallies.append(tally)
        print(table([tally], COLUMNS).splitlines()[-1], file=sys.stderr, flush=True)
        if tally.kinds:
            print(tally.details(), flush=True)
        for reason in tally.reasons:
            print(f"{tally.name}: undecided: {reason}", flush=True)
    print(table(tallies, COLUMNS))
    for failure in failures:
        print(f"the fork and plain uvicorn differ: {failure}")
    missing = required() and any(tally.unavailable for tally in tallies)
    undecided = any(tally.undecided > MOST_UNDECIDED * tally.programs for tally in tallies)
    return int(missing or undecided or bool(failures) or any(tally.disagreements for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
