"""Cold run of the linter against the imports it cannot do without, measured side by side.

Each round starts both commands once, in turn, so that a change of the machine's speed hits both; the printed ratio
is the median of the rounds' ratios. What is measured is processor time, which other processes disturb least. The
modules' bytecode is cached before the first round, as it is after any first run.

    python benchmarks/cold_run.py [PROJECT] [--rounds N]

PROJECT defaults to examples/sound-agent; any project folder will do, a framework scaffold for example. Needs a Unix.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

BASELINE = [sys.executable, "-c", "import click, libcst"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str]) -> float:
    """User and system seconds of one run of ``command``; its output is dropped, its exit code may be 0 or 1."""
    before = _used()
    code = subprocess.run(command, capture_output=True, env=ENVIRONMENT, check=False).returncode
    if code not in (0, 1):
        raise SystemExit(f"exit code {code} from {' '.join(command)}")
    return _used() - before


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


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
