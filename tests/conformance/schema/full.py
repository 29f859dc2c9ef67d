"""The full run: generated configs for each referee, and a table of what server and schema say of them.

``python -m tests.conformance.schema.full`` asks every referee; name some to ask only those.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import traceback
import warnings

from tests.conformance.referees import BY_NAME, CONFIGURED, UnavailableError, install, required
from tests.conformance.schema.asking import COLUMNS, Tally, ask
from tests.conformance.tables import table

#: What a full run asks of each referee.
CASES = 1000
SEED = 1


def _one(job: tuple[str, int, int]) -> Tally:
    name, cases, number = job
    warnings.simplefilter("ignore")  # hypothesis complains of long descriptions
    try:
        return ask(install(BY_NAME[name]), cases, number)
    except UnavailableError as error:
        return Tally(name, unavailable=str(error))
    except Exception:  # the other referees are asked all the same
        return Tally(name, unavailable=traceback.format_exc(), broken=True)


def main() -> int:
    """Ask, and print the table; 1 for a disagreement, or for a referee that is missing and required."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = [referee.name for referee in CONFIGURED]
    parser.add_argument("names", nargs="*", metavar="REFEREE", help=f"default: {', '.join(known)}")
    parser.add_argument("--cases", type=int, default=CASES, help="per referee (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed, the same cases (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="referees at a time (default: %(default)s)")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BY_NAME]
    if unknown:
        parser.error(f"no such referee: {', '.join(unknown)}")
    jobs = [(name, options.cases, options.seed) for name in options.names or known]
    tallies = []
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for tally in pool.imap(_one, jobs):
            tallies.append(tally)
            print(tally.unavailable or tally.details(), file=sys.stderr, flush=True)
    print(table(tallies, COLUMNS))
    missing = required() and any(tally.unavailable for tally in tallies)
    return int(missing or any(tally.disagreements or tally.broken for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
