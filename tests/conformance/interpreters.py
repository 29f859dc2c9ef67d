"""Where to find a Python that the released servers support (3.12 is their floor)."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Names the interpreter to use; nothing else is tried when it is set.
VARIABLE = "AGENTFLOW_LINT_PYTHON"

#: Every release of the core package requires this.
MINIMUM = (3, 12)

_NAMES = ("python3.14", "python3.13", "python3.12", "python3")
_ASK = "import sys, venv, ensurepip; print(sys.version_info[0], sys.version_info[1], sys.version_info[2])"


@dataclass(frozen=True)
class Interpreter:
    """A Python that runs and can make virtual environments."""

    path: str
    version: tuple[int, int, int]

    @property
    def label(self) -> str:
        """For example ``3.12.1``."""
        return ".".join(map(str, self.version))


class NoInterpreterError(Exception):
    """There is none; the message says what was tried."""


def find(minimum: tuple[int, int] = MINIMUM) -> Interpreter:
    """The first Python of at least ``minimum``: the variable's, else one on PATH, else one of pyenv's, newest first.

    A name on PATH proves nothing (pyenv's shims exist for versions that are switched off), so each is run.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        interpreter = ask(chosen)
        if interpreter is None:
            raise NoInterpreterError(f"{VARIABLE}={chosen} does not run, or has no venv module")
        if interpreter.version < minimum:
            raise NoInterpreterError(f"{VARIABLE}={chosen} is {interpreter.label}, older than {_label(minimum)}")
        return interpreter
    for path in _candidates():
        interpreter = ask(path)
        if interpreter is not None and interpreter.version >= minimum:
            return interpreter
    raise NoInterpreterError(f"no Python >= {_label(minimum)} on PATH or under pyenv (set {VARIABLE} to one)")


def ask(path: str) -> Interpreter | None:
    """The interpreter at ``path``, or None when it does not run or cannot make virtual environments."""
    try:
        answer = subprocess.run([path, "-I", "-c", _ASK], capture_output=True, text=True, timeout=30, check=False)
        major, minor, micro = map(int, answer.stdout.split())
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Interpreter(path, (major, minor, micro))


def _candidates() -> Iterator[str]:
    for name in _NAMES:
        path = shutil.which(name)
        if path is not None:
            yield path
    pyenv = shutil.which("pyenv")
    if pyenv is None:
        return
    try:
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, timeout=30, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return
    installed = [path for path in Path(root, "versions").glob("3.*/bin/python") if root]
    yield from map(str, sorted(installed, key=lambda path: _number(path.parts[-3]), reverse=True))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _label(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
