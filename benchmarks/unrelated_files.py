"""A run on a project against a run on the same project with thousands of Python files that have nothing to do with it.

Each round starts both runs once, in turn and each time in another order, so that a change of the machine's speed hits
both; the printed ratio is the median of the rounds' ratios. What is measured is processor time, which other processes
disturb least.

    python benchmarks/unrelated_files.py [PROJECT] [--files N] [--rounds N]

PROJECT defaults to examples/sound-agent. Both copies are made in a temporary folder. Needs a Unix.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from cold_run import seconds

MODULE = '''"""Part {number} of something else."""

import json
from dataclasses import dataclass


@dataclass
class Record{number}:
    name: str
    value: int = {number}


def load(path: str) -> list[Record{number}]:
    with open(path) as stream:
        return [Record{number}(**each) for each in json.load(stream)]
'''
#: A package holds so many modules.
_IN_ONE_FOLDER = 50


def add_files(root: Path, count: int) -> None:
    """Packages of modules that nothing imports."""
    for number in range(count):
        folder = root / "services" / f"area{number // _IN_ONE_FOLDER // 10}" / f"package{number // _IN_ONE_FOLDER}"
        if number % _IN_ONE_FOLDER == 0:
            folder.mkdir(parents=True)
            (folder / "__init__.py").touch()
        (folder / f"part{number}.py").write_text(MODULE.format(number=number), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(__file__).parent.parent / "examples" / "sound-agent"
    parser.add_argument("project", nargs="?", default=str(default))
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=25)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        alone, crowded = Path(folder, "alone"), Path(folder, "crowded")
        for each in (alone, crowded):
            shutil.copytree(arguments.project, each)
        add_files(crowded, arguments.files)
        runs = [[sys.executable, "-m", "agentflow_lint", "check", str(each)] for each in (crowded, alone)]
        for run in runs:
            seconds(run)
        pairs = []
        for number in range(arguments.rounds):
            order = (0, 1) if number % 2 else (1, 0)
            taken = {which: seconds(runs[which]) for which in order}
            pairs.append((taken[0], taken[1]))
    print(f"{arguments.project}: median {median(b for _, b in pairs) * 1000:.0f} ms")
    print(f"with {arguments.files} unrelated Python files: median {median(a for a, _ in pairs) * 1000:.0f} ms")
    print(f"ratio, round by round: median {median(a / b for a, b in pairs):.3f} ({arguments.rounds} rounds)")


if __name__ == "__main__":
    main()
