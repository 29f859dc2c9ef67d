"""Every published example of a referee's framework with the answers of both sides, one a line.

``python -m tests.conformance.examples.full [REFEREE...]``; ``0.9.0-examples`` without a name.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.conformance.examples.asking import ask, published
from tests.conformance.referees import BY_NAME, install


def main(names: list[str]) -> int:
    """Print them; 1 for a difference."""
    differ = 0
    for name in names or ["0.9.0-examples"]:
        referee = install(BY_NAME[name])
        counted: Counter[str] = Counter()
        for example, compared in ask(referee, published(referee)):
            first = compared.starts[0].observed
            bound = "refused" if first.checkpointer is None else f"starts with {first.checkpointer[0]}"
            verdict = "differs" if compared.differences else "open" if compared.undecided else "agreed"
            counted[f"{verdict}, {bound.partition(' with')[0]}"] += 1
            differ += bool(compared.differences)
            reason = (first.reason or "").partition("\n")[0][:160]
            print(" | ".join((name, example.id, verdict, bound, reason)))
        print(f"{name}: {dict(sorted(counted.items()))}")
    return int(differ > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
