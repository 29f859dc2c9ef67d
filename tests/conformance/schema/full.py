"""The full run: generated configs for each referee, and a table of what server and schema say of them.

``python -m tests.conformance.schema.full`` asks every referee; name some to ask only those.
"""

from __future__ import annotations

from tests.conformance.every_referee import ask_all, to_errors
from tests.conformance.schema.asking import COLUMNS, Tally, ask

#: What a full run asks of each referee.
CASES = 1000


def _show(tally: Tally) -> None:
    to_errors(tally.unavailable or tally.details())


if __name__ == "__main__":
    raise SystemExit(ask_all(__doc__ or "", CASES, ask, Tally, COLUMNS, _show))
