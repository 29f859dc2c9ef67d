"""A small rule pack of its own, so that these tests say nothing about the built-in rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from agentflow_lint.cli.main import main
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Says what the line of marks.txt says: "error", "warning", "info", "undecided" or "crash".
MARKS = """
text = subject.files.read("marks.txt")
for number in range(1, getattr(text, "line_count", 0) + 1):
    word = text.line(number).partition("  #")[0].strip()
    at = Location("marks.txt", Span(number, 1, number, 1 + len(word)))
    if word in ("error", "warning", "info"):
        yield self.finding(at, "mark", f"It says {word}.", "Remove it.", severity=Severity(word))
    if word == "undecided":
        yield self.undecided(at, "It says undecided.")
    if word == "crash":
        raise RuntimeError("hunter2")
"""

UNDECIDED = """
for item in subject.undecided:
    yield self.finding(item.location, "undecided", item.reason, "Nothing.")
"""

EVERY_DEPLOYMENT = 'yield self.finding(subject.anchor, "anchor", "It is there.", "Nothing.", deployment=subject)'


#: What a CI system tells, which the reports heed.
CI = (
    *("GITHUB_WORKSPACE", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_STEP_SUMMARY"),
    *("CI_PROJECT_DIR", "CI_PROJECT_URL", "CI_COMMIT_SHA"),
)


class Result(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository that is the working directory."""
    path = tmp_path / "repository"
    (path / ".git").mkdir(parents=True)
    monkeypatch.chdir(path)
    for name in ("NO_COLOR", "FORCE_COLOR", *CI):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture
def project(folder: Path) -> Path:
    """The repository as a project about which nothing is to be said."""
    (folder / "agentflow.json").write_text('{"agent": "graph.agent:app"}\n')
    return folder


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Result]]:
    """The command line on a rule pack of three rules."""
    severity = "from agentflow_lint.engine.finding import Severity\n"
    modules = {
        "marks": severity + rule_source("XX101", "marked", consequence="DEGRADES", body=MARKS),
        "anchors": rule_source("XX201", "anchored", "DeploymentRule", "CONFUSES", body=EVERY_DEPLOYMENT),
        "undecided": rule_source("XX904", "undecided", "RunRule", "CONFUSES", body=UNDECIDED, extra="opt_in = True"),
    }
    with pack(tmp_path, modules) as name:
        (tmp_path / name / "marks.md").write_text("# XX101 marked\n\n## Fires\n\n```ini\n# comment\n```\n")
        monkeypatch.setattr("agentflow_lint.engine.registry.installed_packs", lambda: (name,))

        def call(*arguments: str) -> Result:
            code = main(arguments)
            captured = capsys.readouterr()
            return Result(code, captured.out, captured.err)

        yield call
