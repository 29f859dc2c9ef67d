"""What the linter says of a case, asked as a user asks it: by its command line."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

REFUSES = "refuses-to-start"

_SECONDS = 60


@dataclass(frozen=True)
class Verdict:
    """Codes of the findings by which the deployment refuses to start, and their messages."""

    refusing: frozenset[str]
    messages: tuple[str, ...]

    @property
    def refuses(self) -> bool:
        """Whether the linter says that the server does not start."""
        return bool(self.refusing)


class LinterError(Exception):
    """The linter gave no verdict: another exit code than 0 or 1, or no JSON."""


def ask(project: Path, release: str, deployment: str) -> Verdict:
    """The linter's verdict on one deployment of the project in front of that release."""
    command = [sys.executable, "-m", "agentflow_lint", "check", str(project), "--output-format", "json"]
    command += ["--target-release", release, "--deployment", deployment]
    done = subprocess.run(
        command,
        cwd=project.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise LinterError(f"exit code {done.returncode}: {(done.stderr or done.stdout)[-2000:]}")
    try:
        diagnostics = json.loads(done.stdout)["diagnostics"]
    except (ValueError, KeyError) as error:
        raise LinterError(f"no JSON ({error}): {done.stdout[:500]}{done.stderr[-2000:]}") from error
    found = [item for item in diagnostics if item["consequence"] == REFUSES]
    return Verdict(
        frozenset(item["code"] for item in found), tuple(f"{item['code']} {item['message']}" for item in found)
    )
