#!/usr/bin/env python
"""Runs agentflow-lint, four other tools and the real server on the same projects, and says who is right.

    python scripts/compare.py --work /tmp/comparison [--python PYTHON]

Prints the two tables of docs/comparison.md. ``--work`` is a folder for the environments, which are kept, and the
projects, which are written anew; ``--python`` is the Python, 3.12 or newer, that the server runs on. It needs a
package registry the first time. The exit code is 1 if agentflow-lint is wrong or silent about a defect that the server
shows, or the server does not do what a project expects.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.comparison import server, tools  # noqa: E402
from scripts.comparison.projects import PROJECTS  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.comparison.projects import Project


EXAMPLES = ("leaky-agent", "sound-agent")


def main() -> int:
    """Make the environments, run everything, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--linter", type=Path, default=Path(sys.executable).parent, help="bin folder of agentflow-lint")
    options = parser.parse_args()
    work: Path = options.work.resolve()
    installed = _environment(work / "server", options.python, server.REQUIREMENTS)
    plain = _environment(work / "server-without-extras", options.python, server.PLAIN_REQUIREMENTS)
    others = _environment(work / "tools", options.python, tools.REQUIREMENTS)
    folders = work / "projects"
    shutil.rmtree(folders, ignore_errors=True)
    for project in PROJECTS:
        _write(project, folders)
    for name in EXAMPLES:
        shutil.copytree(ROOT / "examples" / name, folders / name)
    searched = tools.patterns(folders, others)

    def found(name: str, framework: Path) -> list[tuple[str, ...]]:
        asked = [tools.reports(tool, folders / name, options.linter, framework, others) for tool in tools.TOOLS]
        return [*asked, searched.get(name, ())]

    held = True
    columns = " | ".join((*tools.TOOLS, "semgrep"))
    print(f"| project | the server | {columns} |\n| --- | --- |" + " --- |" * (len(tools.TOOLS) + 1))
    for project in PROJECTS:
        said = found(project.name, plain if project.plain else installed)
        truth, defect = ("not asked", project.defect)
        if project.question is not None:
            truth, defect = server.observe(project, folders / project.name, installed, plain)
            held &= defect == project.defect == any(code.rstrip("?") in project.telling for code in said[0])
        cells = " | ".join(cell(project, each) for each in said)
        print(f"| {project.about} | {truth} | {cells} |", flush=True)
    print(f"\n| example | {columns} |\n| --- |" + " --- |" * (len(tools.TOOLS) + 1))
    for name in EXAMPLES:
        print(f"| {name} | " + " | ".join(listing(each) for each in found(name, installed)) + " |")
    return 0 if held else 1


def cell(project: Project, found: Sequence[str]) -> str:
    """Right, wrong, undecided or silent, with the codes that decide that; in brackets what else the tool finds."""
    told = [code for code in found if code in project.telling]
    open_questions = [code[:-1] for code in found if code[-1] == "?" and code[:-1] in project.telling]
    beside = [code for code in found if code not in project.telling and code[-1] != "?"]
    if told:
        verdict = ("right" if project.defect else "**wrong**") + ": " + ", ".join(told)
    elif open_questions and project.defect:
        verdict = "undecided: " + ", ".join(open_questions)
    else:
        verdict = "silent" if project.defect else "right: nothing"
    return verdict + (f" (also {', '.join(beside)})" if beside else "")


def listing(found: Sequence[str]) -> str:
    """What a tool finds in an example, and how many rules it leaves undecided."""
    undecided = sum(code[-1] == "?" for code in found)
    listed = ", ".join(code for code in found if code[-1] != "?") or "nothing"
    return listed + (f" ({undecided} undecided)" if undecided else "")


def _write(project: Project, folders: Path) -> None:
    for path, text in project.files.items():
        file = folders / project.name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _environment(folder: Path, python: str, requirements: Sequence[str]) -> Path:
    """The ``bin`` folder of a virtual environment with the requirements, made if it is not there."""
    done = folder / "installed.txt"
    if not done.exists() or done.read_text().split() != list(requirements):
        subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", *requirements], check=True)
        done.write_text("\n".join(requirements))
    return folder / "bin"


if __name__ == "__main__":
    sys.exit(main())
