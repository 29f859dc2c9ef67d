"""The full run: every referee starts its generated projects, and a table says how the linter did.

``python -m tests.conformance.starts.full`` asks every referee; name some releases to ask only those.
"""

from __future__ import annotations

import argparse
import sys

from tests.conformance.referees import ERA_BY_RELEASE, UnavailableError, install, required
from tests.conformance.starts.asking import ask
from tests.conformance.starts.tally import COLUMNS, Tally
from tests.conformance.tables import table

#: How many projects a full run starts per referee.
CASES = 160
SEED = 1


def main() -> int:
    """Ask, and print the table; 1 for a disagreement, or for a referee that is missing and required."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("releases", nargs="*", metavar="RELEASE", help=f"default: {', '.join(ERA_BY_RELEASE)}")
    parser.add_argument("--cases", type=int, default=CASES, help="per referee (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed, the same cases (default: %(default)s)")
    parser.add_argument("--no-shrink", action="store_true", help="show cases with a difference as they were found")
    options = parser.parse_args()
    unknown = [name for name in options.releases if name not in ERA_BY_RELEASE]
    if unknown:
        parser.error(f"no such referee: {', '.join(unknown)}")
    tallies = []
    for release in options.releases or ERA_BY_RELEASE:
        try:
            installed = install(ERA_BY_RELEASE[release])
        except UnavailableError as error:
            tally = Tally(ERA_BY_RELEASE[release].name, unavailable=str(error))
        else:
            numbers = range(options.first, options.first + options.cases)
            tally = ask(installed, numbers, options.seed, smallest=not options.no_shrink)
        tallies.append(tally)
        print(table([tally], COLUMNS).splitlines()[-1], file=sys.stderr, flush=True)
        if tally.kinds:
            print(tally.details(), flush=True)
    print(table(tallies, COLUMNS))
    missing = required() and any(tally.unavailable for tally in tallies)
    return int(missing or any(tally.disagreements for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
