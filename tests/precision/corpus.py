"""The corpus: projects as they run in production, each with what a naive linter would say about it.

``projects/<name>/about.json`` describes one, and is no part of it. Its keys:

- ``about``: what it is; ``release``: the server release that it pins; ``deployments``: those that have to be checked.
- ``findings``: the only ones, none of them an error, each with the reason for which it is right.
- ``undecided``: the most questions that may be left open.
- ``naive``: what a rule that matches words would report. ``rule`` is its code, ``sees`` the file and the text that it
  would match, ``why`` the reason for which it would be wrong. ``mutation`` is one edit (``file``, ``replace``, ``by``)
  with which the codes in ``fires`` are right.
- ``start``: for those that a real server is started on, the ``environment`` that the platform adds, and in
  ``stand_ins`` the packages that the server's environment in the test has under another name.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "projects"
DESCRIPTION = "about.json"


@dataclass(frozen=True)
class Mutation:
    """An edit of one file that makes a mistake of what was right."""

    file: str
    replace: str
    by: str
    fires: tuple[str, ...]


@dataclass(frozen=True)
class Naive:
    """What a rule that matches words would report, and why that would be wrong."""

    rule: str
    file: str
    text: str
    why: str
    mutation: Mutation | None


@dataclass(frozen=True)
class Expected:
    """A finding that is right; ``deployment`` None for one about the whole project."""

    code: str
    path: str
    deployment: str | None
    why: str


@dataclass(frozen=True, eq=False)
class Project:
    """One project of the corpus."""

    name: str
    about: str
    release: str
    deployments: tuple[str, ...]
    findings: tuple[Expected, ...]
    undecided: int
    naive: tuple[Naive, ...]
    start: Mapping[str, Any] | None = field(default=None)

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return FOLDER / self.name

    def copy_to(self, folder: Path) -> Path:
        """A copy without the description, as a repository of its own would be."""
        return Path(shutil.copytree(self.folder, folder / self.name, ignore=shutil.ignore_patterns(DESCRIPTION)))


def read_projects() -> tuple[Project, ...]:
    """Every project, by name. Raises KeyError or TypeError for a description that is not complete."""
    return tuple(_read(path) for path in sorted(FOLDER.glob(f"*/{DESCRIPTION}")))


def _read(path: Path) -> Project:
    data = json.loads(path.read_text(encoding="utf-8"))
    return Project(
        name=path.parent.name,
        about=data["about"],
        release=data["release"],
        deployments=tuple(data["deployments"]),
        findings=tuple(_expected(each) for each in data["findings"]),
        undecided=data["undecided"],
        naive=tuple(_naive(each) for each in data["naive"]),
        start=data.get("start"),
    )


def _expected(data: Mapping[str, Any]) -> Expected:
    return Expected(data["code"], data["path"], data.get("deployment"), data["why"])


def _naive(data: Mapping[str, Any]) -> Naive:
    edit = data.get("mutation")
    mutation = Mutation(edit["file"], edit["replace"], edit["by"], tuple(edit["fires"])) if edit else None
    return Naive(data["rule"], data["sees"]["file"], data["sees"]["text"], data["why"], mutation)
