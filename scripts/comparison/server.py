"""What the real server does with a project of the comparison."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

from scripts.comparison.projects import PLATFORM

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.comparison.projects import Project

#: What the image of the base installs, and of one that forgets the extras.
REQUIREMENTS = (
    "10xgraph-api[jwt,redis]==0.9.0",
    "10xgraph[pg-checkpoint,cloud-storage]==0.10.3",
    "gunicorn==27.0.1",
    "uvicorn-worker==0.4.0",
)
PLAIN_REQUIREMENTS = tuple(each.replace("pg-checkpoint,", "").replace("jwt,redis", "jwt") for each in REQUIREMENTS)

_SECONDS = 120.0

_STRANGER = "https://stranger.example.net"
_WHAT_IS_SERVED = "from graph.agent import make; print(type(make()._checkpointer).__name__)"


def observe(project: Project, folder: Path, installed: Path, plain: Path) -> tuple[str, bool]:
    """What the server does, in a few words, and whether that is a defect.

    ``folder`` has the project's files; a copy without those that the image lacks is served by the server of the
    environment whose ``bin`` folder ``installed`` (or ``plain``, without extras) is.
    """
    deployed = folder.parents[1] / "deployed" / folder.name
    shutil.rmtree(deployed, ignore_errors=True)
    shutil.copytree(folder, deployed)
    for name in project.absent:
        (deployed / name).unlink()
    programs = plain if project.plain else installed
    environ = {"PATH": os.pathsep.join((str(programs), os.defpath)), "HOME": str(deployed)}
    environ |= PLATFORM | project.production
    if project.question == "checkpointer":
        command = [str(programs / "python"), "-c", _WHAT_IS_SERVED]
        done = subprocess.run(command, cwd=deployed, env=environ, capture_output=True, text=True, check=True)
        return f"serves {done.stdout.strip()}", "InMemory" in done.stdout
    return _started(project, deployed, environ, programs)


def _started(project: Project, deployed: Path, environ: dict[str, str], programs: Path) -> tuple[str, bool]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [str(programs / "gunicorn"), "tenxgraph_api.src.app.main:app", "-k", "uvicorn_worker.UvicornWorker"]
    command += ["-b", f"127.0.0.1:{port}", "--timeout", "660"]
    log = deployed / "server.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=deployed, env=environ, stdout=stream, stderr=stream)
    try:
        if not _answers(process, port):
            return "refuses to start", True
        if project.question == "cors":
            asked = {"Origin": _STRANGER, "Access-Control-Request-Method": "POST", "Host": "api.example.com"}
            allowed = _ask(port, "OPTIONS", "/v1/graph/invoke", asked)[1].get("access-control-allow-origin")
            return ("lets any site call", True) if allowed in ("*", _STRANGER) else ("lets no other site call", False)
        if project.question == "docs":
            status = _ask(port, "GET", "/docs", {"Host": "api.example.com"})[0]
            return ("serves /docs: development mode", True) if status == 200 else (f"/docs is {status}", False)
        return "starts", False
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        try:
            return _ask(port, "GET", "/ping", {})[0] == 200
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
    raise TimeoutError(f"the server neither answered nor ended within {_SECONDS:.0f} seconds")


def _ask(port: int, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()
