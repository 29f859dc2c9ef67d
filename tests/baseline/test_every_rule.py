"""The findings of every rule are known again after lines or their folder have moved, and hide no other finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.baseline.file import baseline_text, read_baseline
from agentflow_lint.check import Request, check
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.testing import page_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from agentflow_lint.engine.pages import Example
    from agentflow_lint.engine.rule import Rule

CATALOGUE = load_catalogue(["agentflow_rules"])
#: The example of each rule that has the most findings.
EXAMPLES = [
    (rule, max((each for each in page_of(rule).examples if each.fires), key=lambda each: len(each.findings)))
    for rule in CATALOGUE.rules
]
COMMENT = b"# a line that was not here before\n"
#: Files in which a line that starts with "#" says nothing.
_COMMENTED = re.compile(
    r"(?:^|/)(?:[^/]*\.(?:py|ya?ml|toml|conf|env)|\.env[^/]*|[^/]*Dockerfile[^/]*|requirements[^/]*\.txt)$"
)
#: How files start whose first line has to stay the first: a byte order mark, a shebang, a directive of a Dockerfile.
_FIRST = (b"\xef\xbb\xbf", b"\xff\xfe", b"#!", b"# syntax", b"# escape")


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        target = folder.joinpath(*path.split("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def with_comments(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files, each with two more lines at its top where that changes nothing."""

    def commented(path: str, content: bytes) -> bytes:
        stays = content.lower().startswith(_FIRST) or b"coding" in content[:200]
        return content if stays or not _COMMENTED.search(path) else COMMENT * 2 + content

    return {path: commented(path, content) for path, content in files.items()}


def request(folder: Path, rule: Rule, example: Example, **other: str) -> Request:
    selects = any(re.search(rb"^select", content, re.MULTILINE) for content in example.files.values())
    return Request(paths=(str(folder),), select=None if selects else (rule.code,), **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[rule.code for rule, _ in EXAMPLES])
def test_its_findings_are_known_again_where_their_lines_have_moved(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    folder, known = tmp_path / "project", tmp_path / "known.json"
    folder.mkdir()
    write(folder, example.files)
    made = check(request(folder, rule, example), CATALOGUE)
    accepted = check(request(folder, rule, example, accept_into=str(known)), CATALOGUE)
    assert sum(len(run.findings) for run in made.runs) > 0
    (baseline,) = accepted.baselines
    known.write_text(baseline_text(baseline.entries), encoding="utf-8")
    assert read_baseline(str(known), CATALOGUE) == baseline.entries
    assert str(tmp_path) not in known.read_text(encoding="utf-8")

    write(folder, with_comments(example.files))
    moved = check(request(folder, rule, example, baseline=str(known)), CATALOGUE)
    assert [finding for run in moved.runs for finding in run.findings] == []
    assert moved.baselines[0].removable == ()
    assert baseline_text(moved.baselines[0].entries) == known.read_text(encoding="utf-8")

    renamed = folder.rename(tmp_path / "service")
    report = check(request(renamed, rule, example, baseline=str(known)), CATALOGUE)
    assert [finding for run in report.runs for finding in run.findings] == []
    assert {entry.project.partition("/")[0] for entry in report.baselines[0].entries} == {"service"}


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[rule.code for rule, _ in EXAMPLES])
def test_without_one_of_its_entries_something_is_new(rule: Rule, example: Example, tmp_path: Path) -> None:
    folder, known = tmp_path / "project", tmp_path / "known.json"
    folder.mkdir()
    write(folder, example.files)
    (baseline,) = check(request(folder, rule, example, accept_into=str(known)), CATALOGUE).baselines
    known.write_text(baseline_text(baseline.entries[1:]), encoding="utf-8")
    report = check(request(folder, rule, example, baseline=str(known)), CATALOGUE)
    assert sum(len(run.findings) for run in report.runs) > 0
    assert report.baselines[0].removable == ()


def test_most_examples_have_lines_that_move() -> None:
    moved = [rule.code for rule, example in EXAMPLES if with_comments(example.files) != example.files]
    assert len(moved) > len(EXAMPLES) * 2 // 3
