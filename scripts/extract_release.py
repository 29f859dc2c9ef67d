#!/usr/bin/env python
"""Builds a framework release's data from its wheel, without importing or running any of it.

    python scripts/extract_release.py 10xgraph-api==0.9.0 10xgraph==0.10.3
    python scripts/extract_release.py path/to/some.whl
    python scripts/extract_release.py --check

Writes ``agentflow_lint/framework/releases/<version>.json`` for a server and
``agentflow_lint/framework/cores/<distribution>-<version>.json`` for a core, refreshes the indexes, and prints what
the release changed. ``--check`` writes nothing and fails when the committed data differs from the wheels'; without
arguments it checks every release in the indexes. Needs ``packaging``, pip for downloads, and a Python that parses
the framework's sources (3.12 or newer for the present ones).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.extraction.release_data import data_file, extract, render, render_index  # noqa: E402
from scripts.extraction.review import changes, previous  # noqa: E402
from scripts.extraction.wheel import ExtractionError, obtain  # noqa: E402

FOLDERS = ("releases", "cores")


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 done or equal, 1 the committed data differs, 2 a wheel could not be read."""
    parser = argparse.ArgumentParser(description="Build a framework release's data from its wheel.")
    parser.add_argument("wanted", nargs="*", metavar="WHEEL|DISTRIBUTION==VERSION")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the committed data differs")
    parser.add_argument("--quiet", action="store_true", help="print no review")
    parser.add_argument("--data", type=Path, default=ROOT / "agentflow_lint" / "framework", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    wanted = options.wanted or (_known(options.data) if options.check else [])
    if not wanted:
        parser.error("name at least one wheel or release")
    with tempfile.TemporaryDirectory() as downloads:
        try:
            differing = [name for name in wanted if not _process(name, Path(downloads), options)]
        except ExtractionError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
    if options.check:
        for name in differing:
            print(f"differs: {name}", file=sys.stderr)
        return 1 if differing else 0
    for folder in FOLDERS:
        if (options.data / folder).is_dir():
            (options.data / folder / "index.json").write_text(render_index(options.data / folder), encoding="utf-8")
    return 0


def _process(name: str, downloads: Path, options: argparse.Namespace) -> bool:
    """Whether the data of this release is (now) what its wheel says."""
    wheel = obtain(name, downloads)
    document = extract(wheel)
    path = options.data / data_file(wheel)
    text = render(document)
    if options.check:
        return bool(path.is_file() and path.read_text(encoding="utf-8") == text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if not options.quiet:
        before = previous(document, path.parent)
        print(f"{wheel.distribution} {wheel.version} (before: {before['version'] if before else 'nothing'})")
        for line in changes(before, document) if before else ():
            print(f"  {line}")
    return True


def _known(data: Path) -> list[str]:
    found = []
    for folder in FOLDERS:
        index = json.loads((data / folder / "index.json").read_text(encoding="utf-8"))
        found += [f"{distribution}=={version}" for distribution, versions in index.items() for version in versions]
    return found


if __name__ == "__main__":
    sys.exit(main())
