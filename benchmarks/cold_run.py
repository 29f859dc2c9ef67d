"""Cold run of the linter against the imports it cannot do without, measured side by side.

Each round starts both commands once, in turn, so that a change of the machine's speed hits both; the printed ratio
is the median of the rounds' ratios.

    python benchmarks/cold_run.py [PROJECT] [--rounds N]

PROJECT defaults to examples/sound-agent; any project folder will do, a framework scaffold for example.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

BASELINE = [sys.executable, "-c", "import click, libcst"]


def seconds(command: list[str]) -> float:
    """Wall-clock seconds of one run of ``command``; its output is dropped, its exit code may be any but 2."""
    start = time.perf_counter()
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    elapsed = time.perf_counter() - start
    if code not in (0, 1):
        raise SystemExit(f"exit code {code} from {' '.join(command)}")
    return elapsed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(__file__).parent.parent / "examples" / "sound-agent"
    parser.add_argument("project", nargs="?", default=str(default))
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    lint = [sys.executable, "-m", "agentflow_lint", "check", arguments.project]
    for command in (lint, BASELINE):
        seconds(command)
    pairs = [(seconds(lint), seconds(BASELINE)) for _ in range(arguments.rounds)]
    print(f"agentflow-lint check {arguments.project}: median {median(a for a, _ in pairs) * 1000:.0f} ms")
    print(f"python -c 'import click, libcst': median {median(b for _, b in pairs) * 1000:.0f} ms")
    print(f"ratio, round by round: median {median(a / b for a, b in pairs):.2f} ({arguments.rounds} rounds)")


if __name__ == "__main__":
    main()
