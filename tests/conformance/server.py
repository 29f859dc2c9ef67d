"""Start a released server as production does, see whether it comes up, and leave nothing behind."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.conformance.forked import Forked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.conformance.referees import Installed

#: How long a server may take to answer or to exit. It needs about three seconds of one processor.
START_SECONDS = 60.0

_STOP_SECONDS = 10.0
_TAIL_LINES = 400
_PORT_TAKEN = "address already in use"


@dataclass(frozen=True)
class Started:
    """The process answers; ``ping`` is the status of GET /ping."""

    port: int
    ping: int

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str]]:
        """Status and lower-cased headers of a GET, while the server is still up."""
        return self.ask("GET", path, headers)[:2]

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, lower-cased headers and body of a request, while the server is still up."""
        return _ask(self.port, method, path, headers)


@dataclass(frozen=True)
class Refused:
    """The process ended before it served; ``output`` is the end of what it printed."""

    exit_code: int
    output: str

    @property
    def reason(self) -> str:
        """The line that names the error: the last one of a traceback, with the message it carries."""
        return _reason(self.output)


Outcome = Started | Refused


class NeitherError(Exception):
    """The server neither answered nor exited in time."""


@contextlib.contextmanager
def serve(
    installed: Installed,
    project: Path,
    home: Path,
    environment: Mapping[str, str] | None = None,
    target: str | None = None,
    *,
    forked: bool = False,
) -> Iterator[Outcome]:
    """Run the server on ``project`` for the time of the block.

    ``home`` is an empty folder of the caller's that becomes HOME and holds the log; ``environment`` is the process
    environment that a deployment would add; ``target`` the ASGI target, if it is not the server's own. A ``forked`` one
    starts sooner (:mod:`tests.conformance.forked`). The whole process group is ended on the way out.
    """
    for _ in range(3):
        with _attempt(
            installed, project, home, environment or {}, target or installed.referee.target, forked
        ) as outcome:
            if isinstance(outcome, Refused) and _PORT_TAKEN in outcome.output:
                continue  # somebody else got the port between our asking and the server's binding
            yield outcome
            return
    raise NeitherError("no free port in three attempts")


def clean_environment(installed: Installed, home: Path) -> dict[str, str]:
    """A process environment with nothing of ours in it."""
    path = os.pathsep.join((str(installed.folder / "bin"), "/usr/local/bin", "/usr/bin", "/bin"))
    return {"PATH": path, "HOME": str(home), "TMPDIR": str(home)}


@contextlib.contextmanager
def _attempt(
    installed: Installed, project: Path, home: Path, environment: Mapping[str, str], target: str, forked: bool
) -> Iterator[Outcome]:
    port = _free_port()
    log = home / "server.log"
    command = [*installed.script("uvicorn"), target, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1"]  # an image's WEB_CONCURRENCY is meant for gunicorn, and uvicorn would follow it
    env = clean_environment(installed, home) | dict(environment)
    log.write_bytes(b"")
    process = Forked(installed, command[1:], project, env, log) if forked else _new(command, project, env, log)
    try:
        yield _wait(process, port, log)
    finally:
        _end(process)


def _new(command: list[str], project: Path, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            command,
            cwd=project,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait(process: subprocess.Popen[bytes] | Forked, port: int, log: Path) -> Outcome:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        code = process.poll()
        if code is not None:
            return Refused(code, _tail(log))
        try:
            status = _ask(port, "GET", "/ping")[0]
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        if process.poll() is None:  # else the answer came from a stranger on that port
            return Started(port, status)
    raise NeitherError(f"neither answered nor exited in {START_SECONDS:.0f} s: {_tail(log)}")


def _end(process: subprocess.Popen[bytes] | Forked) -> None:
    for sign, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # children that outlived their parent


def _ask(
    port: int, method: str, path: str, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, headers=dict(headers or {}))
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:])


def _reason(output: str) -> str:
    """The last unindented ``Name: message`` line of a traceback and the indented or plain lines after it."""
    lines = output.splitlines()
    start = None
    in_traceback = False
    for number, line in enumerate(lines):
        text = line.removeprefix("ERROR:").strip() if line.startswith("ERROR:") else line
        if text.startswith("Traceback (most recent call last)"):
            in_traceback = True
        elif in_traceback and text[:1].strip():
            start, in_traceback = number, False
    if start is None:
        return "\n".join(lines[-3:])
    return "\n".join(line for line in lines[start:] if line.strip() and not line.startswith("ERROR:"))
