"""Asks the referees for configurations about generated ones, several at a time, and prints a table."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import traceback
import warnings
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from tests.conformance.referees import BY_NAME, CONFIGURED, UnavailableError, install, required
from tests.conformance.tables import Tallied, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.conformance.referees import Installed

SEED = 1


class Tally(Tallied, Protocol):
    """What asking one referee comes to; ``broken`` when asking it has failed."""

    broken: bool

    @property
    def disagreements(self) -> int:
        """How often it and the linter disagree."""
        ...

    def details(self) -> str:
        """What it said, in lines."""
        ...


_Tally = TypeVar("_Tally", bound=Tally)


def ask_all(
    doc: str,
    cases: int,
    ask: Callable[[Installed, int, int], _Tally],
    tally: Callable[..., _Tally],
    columns: Sequence[str],
    show: Callable[[_Tally], None],
) -> int:
    """Ask those that the command line names, or all, ``cases`` each unless it says otherwise, and print the table.

    ``ask`` and ``tally`` (the class) are functions of a module: they are called in other processes. ``show`` is called
    with each tally as it comes in. 1 for a disagreement, or for a referee that is missing and required.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = [referee.name for referee in CONFIGURED]
    parser.add_argument("names", nargs="*", metavar="REFEREE", help=f"default: {', '.join(known)}")
    parser.add_argument("--cases", type=int, default=cases, help="per referee (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed, the same cases (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="referees at a time (default: %(default)s)")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BY_NAME]
    if unknown:
        parser.error(f"no such referee: {', '.join(unknown)}")
    one = partial(_one, ask, tally, options.cases, options.seed)
    tallies: list[_Tally] = []
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for each in pool.imap(one, options.names or known):
            tallies.append(each)
            show(each)
    print(table(tallies, columns))
    missing = required() and any(each.unavailable for each in tallies)
    return int(missing or any(each.disagreements or each.broken for each in tallies))


def _one(
    ask: Callable[[Installed, int, int], _Tally], tally: Callable[..., _Tally], cases: int, seed: int, name: str
) -> _Tally:
    warnings.simplefilter("ignore")  # hypothesis complains of long descriptions
    try:
        return ask(install(BY_NAME[name]), cases, seed)
    except UnavailableError as error:
        return tally(name, unavailable=str(error))
    except Exception:  # the other referees are asked all the same
        return tally(name, unavailable=traceback.format_exc(), broken=True)


def to_errors(text: str) -> None:
    """Print what is no part of the result."""
    print(text, file=sys.stderr, flush=True)
