from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.command.signals import unheard_stop
from agentflow_lint.model.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "uvicorn tenxgraph_api.src.app.main:app"
DOCKERFILE = 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["sh", "start.sh"]\n'


def heard_in(folder: Path, script: str, dockerfile: str = DOCKERFILE, **more: str) -> tuple[int, int] | None:
    files = {"10xgraph.json": '{"agent": "graph.agent:app"}', "Dockerfile": dockerfile, "start.sh": script, **more}
    for path, content in files.items():
        (folder / path).write_bytes(content.encode())
    (deployment,) = load_project(str(folder)).deployments
    found = unheard_stop(deployment)
    return found.span[:2] if found else None


@pytest.mark.parametrize(
    ("script", "place"),
    [
        (f"{SERVER}\n", (1, 1)),
        (f"#!/bin/sh\nset -e\n{SERVER} \\\n  --port 80  # there\n\n# done\n", (3, 1)),
        (f"alembic upgrade head && {SERVER}", (1, 25)),
        (f"  {SERVER}\r\n", (1, 3)),
        (f"exec {SERVER}\n", None),
        (f"cd /app && exec {SERVER}\n", None),
        (f"{SERVER} &\nwait\n", None),
        (f"{SERVER}\necho bye\n", None),
        (f"trap 'kill 0' TERM\n{SERVER}\n", None),
        (f"tini -- {SERVER}\n", None),
        (f"PORT=80 {SERVER}\n", None),
    ],
)
def test_a_shell_that_waits_for_the_server_hears_nothing(
    tmp_path: Path, script: str, place: tuple[int, int] | None
) -> None:
    assert heard_in(tmp_path, script) == place


@pytest.mark.parametrize(
    "dockerfile",
    [
        DOCKERFILE.replace('["sh"', '["tini", "-g", "--", "sh"'),
        DOCKERFILE.replace("CMD", 'ENTRYPOINT ["/usr/bin/dumb-init", "--"]\nCMD'),
        f"FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD {SERVER}\n",
    ],
)
def test_nothing_is_said_about_an_init_program_and_about_a_command_without_a_script(
    tmp_path: Path, dockerfile: str
) -> None:
    assert heard_in(tmp_path, f"{SERVER}\n", dockerfile) is None


def test_nothing_is_said_where_compose_adds_an_init_program(tmp_path: Path) -> None:
    compose = "services:\n  web:\n    build: .\n    init: true\n"
    assert heard_in(tmp_path, f"{SERVER}\n", **{"compose.yaml": compose}) is None


#: Says that it runs, and does its work when it is told to; SIGTERM ends it at once.
PROGRAM = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
open("ready", "w").close()
while not os.path.exists("go"):
    time.sleep(0.01)
open("done", "w").close()
"""


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs a process namespace of its own")
@pytest.mark.parametrize("shell", ["dash", "bash"])
@pytest.mark.parametrize(("before", "hears"), [("", False), ("true && ", False), ("exec ", True)])
def test_real_shells_do_so(tmp_path: Path, shell: str, before: str, hears: bool) -> None:
    """A shell as process 1 that waits lives on after SIGTERM, and so does its child; what took its place does not."""
    (tmp_path / "server.py").write_text(PROGRAM)
    (tmp_path / "start.sh").write_text(f"{before}{sys.executable} server.py\n")
    alone = ["unshare", "-rpf", "--kill-child"]
    if not shutil.which(shell) or subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        pytest.skip("namespaces are not allowed here")
    outer = subprocess.Popen([*alone, shell, "start.sh"], cwd=tmp_path)
    try:
        while not (tmp_path / "ready").exists():
            assert outer.poll() is None
            time.sleep(0.02)
        with open(f"/proc/{outer.pid}/task/{outer.pid}/children", encoding="ascii") as stream:
            first = int(stream.read().split()[0])
        os.kill(first, signal.SIGTERM)
        if hears:
            outer.wait()
        (tmp_path / "go").touch()
        outer.wait()
    finally:
        outer.kill()
        outer.wait()
    assert (tmp_path / "done").exists() is not hears
