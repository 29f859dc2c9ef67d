"""Reads the examples of a referee's framework, and asks the referee and the linter about them."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from tests.conformance.examples.projects import Example, Published
from tests.conformance.programs.asking import ask_about
from tests.conformance.starts.modules import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conformance.programs.comparison import Compared
    from tests.conformance.referees import Installed

_SCRIPT = Path(__file__).with_name("published.py")
_SECONDS = 120


def published(installed: Installed) -> list[Example]:
    """The examples that the server's and the core's distributions carry."""
    referee = installed.referee
    distributions = [Requirement(line).name for line in referee.requirements[:2]]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [installed.python, "-I", str(_SCRIPT), referee.package, names(referee)["core"], *distributions],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    answer = json.loads(done.stdout)
    return Published(referee, answer["documents"], answer["exports"]).examples()


def ask(installed: Installed, examples: Sequence[Example]) -> list[tuple[Example, Compared]]:
    """What became of each."""
    return list(zip(examples, ask_about(installed, examples), strict=True))
