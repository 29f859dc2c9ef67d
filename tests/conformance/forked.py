"""Servers that start in a fraction of the time, as their third-party packages are imported already.

Everything of the release, its core and the project is imported by each server anew, by the real uvicorn's own script
in a process of its own; see :mod:`tests.conformance.forking`. ``starts/test_starts.py`` shows that such servers answer
like those of a new interpreter.
"""

from __future__ import annotations

import atexit
import functools
import json
import subprocess
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any

from tests.conformance import forking

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conformance.referees import Installed


class Forks:
    """One referee's process that forks; threads may share it."""

    def __init__(self, installed: Installed) -> None:
        self._lock = threading.Lock()
        home = tempfile.mkdtemp(prefix="forks-")
        self._process = subprocess.Popen(
            [installed.python, "-I", forking.__file__, installed.referee.package],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=home,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home},
        )
        self._read()
        atexit.register(self._process.kill)

    def ask(self, **job: object) -> dict[str, Any]:
        """The answer to one job."""
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process that forks ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@functools.cache
def forks_of(installed: Installed) -> Forks:
    """The process of a referee, started when it is first asked for."""
    return Forks(installed)


class Forked:
    """A server in a fork, with the part of :class:`subprocess.Popen` that is asked of one."""

    def __init__(
        self, installed: Installed, arguments: list[str], cwd: Path, env: Mapping[str, str], log: Path
    ) -> None:
        self._forks = forks_of(installed)
        job = {"argv": arguments, "cwd": str(cwd), "env": dict(env), "log": str(log)}
        self.pid: int = self._forks.ask(do="start", **job)["pid"]

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        code: int | None = self._forks.ask(do="poll", pid=self.pid)["code"]
        return code

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended. Raises :class:`subprocess.TimeoutExpired`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.05)
        return code
