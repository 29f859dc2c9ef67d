"""From a keystroke to its diagnostics, next to a full run of the command line on the same project.

A real server is spoken to over standard input and output. Each round types one character into a file of each kind
(graph module, env file, config), waits for the diagnostics of that version, and starts the command line once. The files
are taken in turn, with a rest between two keystrokes, so that each is the first after a while. Printed are the median
and the 95th percentile of the time that passes, and of the processor time, which other processes disturb less.

    python benchmarks/editor_latency.py [PROJECT ...] [--rounds N]

Without PROJECT: a project of 50 modules with a graph module of 500 lines, made here, and the framework's own production
scaffold with all its deployment files, where the conformance tests have installed a server (see CONTRIBUTING.md). Needs
Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

from lowering import DEPARTMENT, HEAD, TAIL

from tests.editor.client import PATIENCE, connected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.editor.client import Editor

MODULES = 50
LINES = 500
#: Longer than the pause after which the server takes a keystroke for the first one.
REST = 0.25

TOOLS = '''"""Tools of area {n}."""

import json
import logging
import os
from dataclasses import dataclass, field

import httpx

logger = logging.getLogger(__name__)
URL = os.getenv("AREA_{n}_URL", "https://area{n}.example")


@dataclass
class Item{n}:
    name: str
    count: int = {n}
    labels: list[str] = field(default_factory=list)


async def look_up_{n}(query: str, limit: int = 10) -> str:
    """Look up items of area {n}."""
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.get(URL, params={{"q": query, "limit": limit}})
    if answer.status_code >= 400:
        logger.warning("area %s answered %s", {n}, answer.status_code)
        return "nothing found"
    return json.dumps([hit["title"] for hit in answer.json()["hits"] if hit.get("score", 0) > 0.5])
'''

FILES = {
    "10xgraph.json": '{\n  "agent": "graph.agent:app",\n  "env": ".env",\n  "auth": "jwt"\n}\n',
    ".env": "MODE=production\nIS_DEBUG=false\nORIGINS=*\nALLOWED_HOST=*\n",
    "pyproject.toml": '[project]\nname = "desk"\nversion = "1"\n'
    'dependencies = ["10xgraph-api==0.9.0", "10xgraph[pg_checkpoint]==0.10.3", "httpx"]\n',
    "Dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install . gunicorn uvicorn-worker\n"
    'CMD ["gunicorn", "tenxgraph_api.src.app.main:app", "-k", "uvicorn_worker.UvicornWorker", "-b", "0.0.0.0:8000"]\n',
    "compose.yaml": "services:\n  web:\n    build: .\n    env_file: .env\n    ports: ['8000:8000']\n",
}


def make_large(root: Path) -> Path:
    """A project of that many modules, all of which the graph module imports."""
    (root / "graph").mkdir(parents=True)
    (root / "graph" / "__init__.py").touch()
    areas = range(MODULES - 2)
    for number in areas:
        (root / "graph" / f"area_{number}.py").write_text(TOOLS.format(n=number), encoding="utf-8")
    imports = "".join(f"from graph.area_{number} import look_up_{number}\n" for number in areas)
    head = HEAD.replace("logger = ", f"{imports}\nlogger = ", 1)
    departments: list[str] = []
    while (head + "".join(departments) + TAIL).count("\n") < LINES:
        here = len(departments)
        tools = ", ".join(f"look_up_{number}" for number in areas if number % 8 == here)
        of_search = f"ToolNode([search_{here}"
        departments.append(
            DEPARTMENT.format(n=here).replace(of_search, f"{of_search}, {tools}" if tools else of_search)
        )
    (root / "graph" / "agent.py").write_text(head + "".join(departments) + TAIL, encoding="utf-8")
    for name, content in FILES.items():
        (root / name).write_text(content, encoding="utf-8")
    return root


def scaffold() -> Path | None:
    """The framework's production scaffold, where a server is installed that makes one."""
    from tests.conformance.referees import REFEREES, UnavailableError, install
    from tests.conformance.scaffolds import PRODUCTION, make

    try:
        return make(install(next(each for each in REFEREES if each.name == "0.9.0-start")), PRODUCTION[-1])
    except (UnavailableError, StopIteration):
        return None


def typed_files(root: Path) -> Iterator[tuple[str, str, int]]:
    """Files to type into, each with the end of a line in its middle, and a character that changes no finding."""
    for pattern, typed in (("graph/agent.py", "#"), ("graph/react.py", "#"), (".env", "#"), ("*.json", " ")):
        for path in sorted(root.glob(pattern))[:1]:
            lines = path.read_text(encoding="utf-8").split("\n")
            yield str(path.relative_to(root)), typed, len(lines) // 2


async def measure(root: Path, rounds: int) -> None:
    files = list(typed_files(root))
    waited: dict[str, list[float]] = {name: [] for name, _, _ in files}
    worked: dict[str, list[float]] = {name: [] for name, _, _ in files}
    runs: list[float] = []
    run_work: list[float] = []
    command = [sys.executable, "-m", "agentflow_lint", "check", str(root)]
    async with connected(root, process=True) as editor:
        for name, _, _ in files:
            editor.open(root / name)
            await editor.until_version(root / name, 1)
        for number in range(-2, rounds):
            for name, typed, line in files:
                await asyncio.sleep(REST)
                took, work = await keystroke(editor, root / name, number + 4, typed, line)
                if number >= 0:  # the first two warm everything up
                    waited[name].append(took)
                    worked[name].append(work)
            before, children = time.monotonic(), sum(os.times()[2:4])
            subprocess.run(command, capture_output=True, check=False)
            if number >= 0:
                runs.append(time.monotonic() - before)
                run_work.append(sum(os.times()[2:4]) - children)
    print(f"{root}: {sum(1 for _ in root.rglob('*.py'))} modules")
    for name, _, _ in files:
        show(f"  keystroke in {name}", waited[name], worked[name])
        print(f"    of a full run: {median(worked[name]) / median(run_work):.0%} of its processor time")
    show("  full run of the command line", runs, run_work)


async def keystroke(editor: Editor, path: Path, version: int, typed: str, line: int) -> tuple[float, float]:
    """Seconds until the diagnostics of the version are there, and of the server's processor time."""
    process = editor.wire._server
    assert process is not None
    work, before = processor_time(process.pid), time.monotonic()
    editor.type(path, version, f"{typed}\n" if version == 2 else typed, at=(line, 0, line, 0))
    while editor.versions.get(path.as_uri()) != version:
        editor.news.clear()
        await asyncio.wait_for(editor.news.wait(), PATIENCE)
    return time.monotonic() - before, processor_time(process.pid) - work


def processor_time(number: int) -> float:
    """Seconds that the threads of a process have run."""
    nanoseconds = 0
    for task in os.listdir(f"/proc/{number}/task"):
        with open(f"/proc/{number}/task/{task}/schedstat", encoding="ascii") as stream:
            nanoseconds += int(stream.read().split()[0])
    return nanoseconds / 1e9


def show(what: str, waited: list[float], worked: list[float]) -> None:
    ninety_five = quantiles(waited, n=20)[-1]
    print(
        f"{what}: median {median(waited) * 1000:.0f} ms, p95 {ninety_five * 1000:.0f} ms; "
        f"processor time: median {median(worked) * 1000:.0f} ms, p95 {quantiles(worked, n=20)[-1] * 1000:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=25)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        projects = [path.resolve() for path in arguments.projects]
        if not projects:
            made = scaffold()
            if made is None:
                print("no server is installed that makes a scaffold: see CONTRIBUTING.md", file=sys.stderr)
            projects = [*([made] if made else []), make_large(Path(folder, "large"))]
        for project in projects:
            asyncio.run(measure(project, arguments.rounds))


if __name__ == "__main__":
    main()
