"""The full run: thousands of generated configurations per referee, and a table.

``python -m tests.conformance.configuration.full`` asks every referee; name some to ask only those.
"""

from __future__ import annotations

from tests.conformance.configuration.asking import ask
from tests.conformance.configuration.tally import COLUMNS, Tally
from tests.conformance.every_referee import ask_all, to_errors
from tests.conformance.tables import table

#: What a full run asks of each referee.
CASES = 3000


def _show(tally: Tally) -> None:
    to_errors(table([tally], COLUMNS).splitlines()[-1])
    if tally.kinds:
        print(tally.details(), flush=True)


if __name__ == "__main__":
    raise SystemExit(ask_all(__doc__ or "", CASES, ask, Tally, COLUMNS, _show))
