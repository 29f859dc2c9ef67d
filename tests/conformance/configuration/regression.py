"""The regression corpus: configurations that the linter once read differently from the server, one folder each.

``config.json`` is the config's text (JSON or not), ``env`` that of the env file, ``environment.json`` the process
environment, and ``expected.json`` what the server does: the ``reason`` for the case, the ``referees`` that were asked,
the ``outcome`` (accepted or refused), for a refusal the type of the ``error``, and ``settings``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.configuration.case import Configuration
from tests.conformance.referees import BY_NAME, Referee

FOLDER = Path(__file__).parent.parent / "regressions"


@dataclass(frozen=True)
class Regression:
    """One folder, for one of its referees."""

    name: str
    referee: Referee
    configuration: Configuration
    expected: dict[str, Any]

    @property
    def refused(self) -> bool:
        """Whether the server does not start."""
        return bool(self.expected["outcome"] == "refused")

    @property
    def settings(self) -> dict[str, Any]:
        """Effective settings that the server has."""
        return dict(self.expected.get("settings", {}))


def regressions() -> list[Regression]:
    """Every case of the corpus, by folder and referee."""
    return [case for folder in sorted(FOLDER.iterdir()) if folder.is_dir() for case in _of(folder)]


def _of(folder: Path) -> list[Regression]:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    unknown = set(expected) - {"reason", "referees", "outcome", "error", "settings"}
    if unknown or expected["outcome"] not in ("accepted", "refused") or not expected["reason"]:
        raise ValueError(f"{folder.name}/expected.json: {sorted(unknown) or 'outcome or reason'}")
    configuration = Configuration(
        _text(folder / "config.json") or "",
        _text(folder / "env"),
        json.loads(_text(folder / "environment.json") or "{}"),
    )
    return [Regression(folder.name, BY_NAME[name], configuration, expected) for name in expected["referees"]]


def _text(path: Path) -> str | None:
    # Byte for byte: line ends and byte order marks are part of some cases.
    return path.read_bytes().decode("utf-8") if path.is_file() else None
