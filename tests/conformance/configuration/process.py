"""A referee's worker, kept running while cases are asked."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    from tests.conformance.configuration.case import Configuration
    from tests.conformance.referees import Installed

_WORKER = Path(__file__).with_name("worker.py")


class WorkerError(Exception):
    """The worker did not answer, or could not run a case: a defect of the suite, not of the linter."""


class RefereeProcess:
    """One worker; use it as a context manager. Cases are answered one after the other, in order."""

    def __init__(self, installed: Installed, worker: Path = _WORKER) -> None:
        self._installed = installed
        self._process = subprocess.Popen(
            [installed.python, "-I", "-X", "utf8", str(worker), installed.referee.package],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self._read()

    def send(self, configuration: Configuration) -> None:
        """Have the worker start on a case."""
        case = {
            "files": configuration.files(self._installed.referee),
            "environment": dict(configuration.environment),
        }
        self.send_case(case)

    def send_case(self, case: dict[str, Any]) -> None:
        """Have the worker start on a case as it takes them: an object of JSON."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The answer to the oldest case that has none yet. Raises :class:`WorkerError`."""
        answer = self._read()
        if answer["outcome"] == "crashed":
            raise WorkerError(f"{self._installed.referee.name}: {answer['message']}")
        return answer

    def ask(self, configuration: Configuration) -> dict[str, Any]:
        """Both at once."""
        self.send(configuration)
        return self.receive()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WorkerError(f"{self._installed.referee.name}: the worker ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> RefereeProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
