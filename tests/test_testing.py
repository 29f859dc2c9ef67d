"""The harness that holds rules to their pages must itself notice every kind of disagreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.pages import PageError
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.testing import ExampleMismatchError, page_of, verify_example
from tests.engine.packs import pack, rule_source

if TYPE_CHECKING:
    from pathlib import Path

#: Fires on each line of marks.txt that holds an X, does not decide those with a question mark, crashes at an "!".
BODY = """
text = subject.files.read("marks.txt")
for number in range(1, getattr(text, "line_count", 0) + 1):
    line = text.line(number)
    at = Location("marks.txt", Span(number, line.find("X") + 1, number, line.find("X") + 2))
    if "!" in line:
        raise RuntimeError("hunter2")
    if "X" in line:
        yield self.finding(at, "mark", "A mark.", "Remove it.")
    if "?" in line:
        yield self.undecided(at, "Unclear.")
"""

PAGE = """\
# XX101 marked

Decides whether a line is marked.

## Why it matters

It does.

## What the server does

Nothing.

## Fires

```json title="agentflow.json"
{}
```

```text title="marks.txt"
one
two X
```

```text title="findings"
marks.txt:2:5 XX101
```

## Does not fire

```json title="agentflow.json"
{}
```

```text title="marks.txt"
one
```

## Fix

Do.

## Options

None.

## References

- None
"""


def verify(tmp_path: Path, page: str, fires: bool) -> None:
    with pack(tmp_path, {"marked": rule_source("XX101", "marked", body=BODY)}) as name:
        (tmp_path / name / "marked.md").write_text(page)
        catalogue = load_catalogue([name])
        (rule,) = catalogue.rules
        (example,) = [example for example in page_of(rule).examples if example.fires is fires]
        folder = tmp_path / "example"
        folder.mkdir()
        verify_example(rule, example, str(folder), catalogue)


@pytest.mark.parametrize("fires", [True, False])
def test_a_page_that_tells_the_truth_passes(tmp_path: Path, fires: bool) -> None:
    verify(tmp_path, PAGE, fires)


@pytest.mark.parametrize(
    ("old", "new", "fires"),
    [
        ("marks.txt:2:5 XX101", "marks.txt:2:4 XX101", True),
        ("marks.txt:2:5 XX101", "marks.txt:1:5 XX101", True),
        ("marks.txt:2:5 XX101", "marks.md:2:5 XX101", True),
        ("marks.txt:2:5 XX101", "marks.txt:2:5 XX102", True),
        ("marks.txt:2:5 XX101", "marks.txt:2:5 XX101 project", True),
        ("marks.txt:2:5 XX101", "marks.txt:2:5 XX101 - degrades", True),
        ("marks.txt:2:5 XX101", "marks.txt:2:5 XX101\nmarks.txt:2:5 XX101", True),
        ("two X", "two X\nthree X", True),
        ("two X", "two", True),
        ('```text title="marks.txt"\none\n```\n\n## Fix', '```text title="marks.txt"\none X\n```\n\n## Fix', False),
        ('```text title="marks.txt"\none\n```\n\n## Fix', '```text title="marks.txt"\none ?\n```\n\n## Fix', False),
        (
            'title="marks.txt"\none\n```\n\n## Fix',
            'title="marks.txt"\none ?\n```\n\n```text title="undecided"\nmarks.txt:2\n```\n\n## Fix',
            False,
        ),
        (
            'title="marks.txt"\none\n```\n\n## Fix',
            'title="marks.txt"\none ?\n```\n\n```text title="undecided"\n2\n```\n\n## Fix',
            False,
        ),
    ],
)
def test_a_page_that_does_not_fails(tmp_path: Path, old: str, new: str, fires: bool) -> None:
    assert old in PAGE
    with pytest.raises(ExampleMismatchError, match="expected"):
        verify(tmp_path, PAGE.replace(old, new), fires)


@pytest.mark.parametrize("undecided", ["1", "marks.txt:1"])
def test_an_expected_undecided_case_passes_by_count_or_place(tmp_path: Path, undecided: str) -> None:
    old = 'title="marks.txt"\none\n```\n\n## Fix'
    new = f'title="marks.txt"\none ?\n```\n\n```text title="undecided"\n{undecided}\n```\n\n## Fix'
    verify(tmp_path, PAGE.replace(old, new), fires=False)


def test_a_consequence_may_be_given(tmp_path: Path) -> None:
    verify(tmp_path, PAGE.replace("marks.txt:2:5 XX101", "marks.txt:2:5 XX101 - exposes"), fires=True)


def test_a_crash_fails_and_quotes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ExampleMismatchError, match="crashes with RuntimeError") as error:
        verify(tmp_path, PAGE.replace("two X", "two X!"), fires=True)
    assert "hunter2" not in str(error.value)


def test_an_example_without_a_project_fails(tmp_path: Path) -> None:
    with pytest.raises(ExampleMismatchError, match="no project"):
        verify(tmp_path, PAGE.replace('"agentflow.json"', '"other.json"'), fires=False)


@pytest.mark.parametrize("title", ["# XX102 marked", "# XX101 other"])
def test_a_page_of_another_rule_fails(tmp_path: Path, title: str) -> None:
    with pytest.raises(PageError, match="is titled"):
        verify(tmp_path, PAGE.replace("# XX101 marked", title), fires=True)


def test_a_missing_page_fails(tmp_path: Path) -> None:
    with pack(tmp_path, {"marked": rule_source("XX101", "marked")}) as name:
        (rule,) = load_catalogue([name]).rules
        with pytest.raises(PageError, match="cannot be read"):
            page_of(rule)


OPTION = 'most = Option("most", default=8, description="How many.")'


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ("- `most` (default `8`): how many.", ""),
        ("- `most` (default `9`): how many.", r"does not name the option `most` \(default `8`\)"),
        ("None.", r"does not name the option `most` \(default `8`\)"),
    ],
)
def test_the_page_names_each_option_with_its_default(tmp_path: Path, told: str, complaint: str) -> None:
    source = "from agentflow_lint.engine.options import Option\n" + rule_source("XX101", "marked", extra=OPTION)
    with pack(tmp_path, {"marked": source}) as name:
        (tmp_path / name / "marked.md").write_text(PAGE.replace("None.", told))
        (rule,) = load_catalogue([name]).rules
        if not complaint:
            assert page_of(rule).sections["Options"] == told
            return
        with pytest.raises(PageError, match=complaint):
            page_of(rule)
