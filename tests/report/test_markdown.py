from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from agentflow_lint.engine.run import Report
from agentflow_lint.report.markdown import markdown_report
from agentflow_lint.report.repository import RepositoryPaths
from tests.golden import assert_golden
from tests.report.samples import FINDINGS, ODD_FOLDER, run_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from agentflow_lint.engine.registry import Catalogue

GOLDEN = Path(__file__).parent / "golden"
BROWSE = "https://github.com/some/repository/blob/abc"


def tables(markdown: str) -> list[list[list[Token]]]:
    """Each table as rows of cells, as GitHub reads it."""
    found: list[list[list[Token]]] = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and token.level > 3:
            found[-1][-1].append(token)
    return found


def text_of(tokens: Sequence[Token]) -> str:
    """What a reader sees: code between backticks, breaks as line ends."""
    shown = ""
    for token in tokens:
        if token.type == "html_inline":
            shown += {"<br>": "\n", "<code>": "`", "</code>": "`"}[token.content]
        elif token.type == "code_inline":
            shown += f"`{token.content}`"
        else:
            shown += token.content
    return shown


def test_the_summary(report: Report, working: Path) -> None:
    assert_golden(GOLDEN / "report.md", markdown_report(report, RepositoryPaths(str(working))))


def test_the_summary_of_an_odd_project(odd_report: Report, working: Path) -> None:
    paths = RepositoryPaths(str(working), browse=BROWSE)
    assert_golden(GOLDEN / "odd.md", markdown_report(odd_report, paths))


def test_nothing_in_a_text_is_markup(odd_report: Report, working: Path) -> None:
    ladder, findings, held = tables(markdown_report(odd_report, RepositoryPaths(str(working))))
    assert len(ladder) == 6
    assert [len(row) for row in findings] == [5] * (1 + sum(len(run.findings) for run in odd_report.runs))
    assert [len(row) for row in held] == [4] * 4
    assert text_of(held[2][0].children or ()).startswith("suppressed by a comment: known | <b>; see https")
    cells = [[text_of(cell.children or ()) for cell in row] for row in findings]
    (star,) = [row for row in cells if "compose:web" in row[2]]
    assert star[1] == "XX301 wildcard-origins"
    assert star[2].splitlines()[:2] == [f"{ODD_FOLDER}/100%,a:b#1.env:2", "deployment compose:web, 1|<x>"]
    message = "It says `a|b` <b>*bold*</b>, [see](1), 50%: ::error::x, \"quoted\" & 'so' ]]> on."
    assert star[3].splitlines()[0] == message
    assert star[4] == "Name `them` | <all>.\nfix: Take the star away. (safe; --fix)"


@pytest.mark.parametrize(
    "text",
    [
        "`a|b` and a\\|b and `a\\|b` | `",
        "# no heading",
        "``` no fence",
        "~~struck~~ ![x](y) <!-- --> &amp; $x$ @someone",
        "a `code` b `more <b>` c",
        "_emphasis_ **strong** __both__",
        "ends with a backslash \\",
    ],
)
def test_any_text_is_shown_as_it_is(working: Path, catalogue: Catalogue, text: str) -> None:
    finding = replace(FINDINGS[0], message=text, help=text, deployment=text, related=())
    report = Report((run_in(working, catalogue, findings=(finding,)),), catalogue)
    _, findings = tables(markdown_report(report, RepositoryPaths(str(working))))
    (row,) = findings[1:]
    assert text_of(row[3].children or ()).splitlines()[0] == text
    assert text_of(row[4].children or ()) == text
    assert text_of(row[2].children or ()).splitlines()[1] == f"deployment {text}"


def test_places_link_to_the_commit(odd_report: Report, working: Path) -> None:
    _, findings, _ = tables(markdown_report(odd_report, RepositoryPaths(str(working), browse=BROWSE)))
    links = {
        str(token.attrs["href"]) for row in findings[1:] for token in row[2].children or () if token.type == "link_open"
    }
    assert f"{BROWSE}/my%20apps/caf%C3%A9/100%25%2Ca%3Ab%231.env#L2" in links
    assert f"{BROWSE}/my%20apps/caf%C3%A9/deploy/Docker%20file#L2-L3" in links
    assert f"{BROWSE}/api/agentflow.json#L3" in links


def test_the_loudest_come_first(report: Report, working: Path) -> None:
    _, findings, *_ = tables(markdown_report(report, RepositoryPaths(str(working))))
    severities = [row[0].content for row in findings[1:]]
    assert severities == ["error", "error", "error", "warning", "warning", "info"]


def test_what_is_hidden_or_undecided_is_told(report: Report, working: Path) -> None:
    markdown = markdown_report(report, RepositoryPaths(str(working)))
    _, _, held, undecided = tables(markdown)
    assert [cell.content for cell in held[1]][:2] == ["suppressed by a comment", "XX301 wildcard-origins"]
    assert [cell.content for cell in undecided[1]][2] == "the checkpointer is unknown"
    assert "- no project found for docs" in markdown


def test_a_table_that_would_be_too_long_says_what_it_leaves_out(working: Path, catalogue: Catalogue) -> None:
    findings = tuple(replace(FINDINGS[0], message=f"{number} " + "x" * 2000) for number in range(1000))
    report = Report((run_in(working, catalogue, findings=findings),), catalogue)
    markdown = markdown_report(report, RepositoryPaths(str(working)))
    assert len(markdown.encode()) < 1024 * 1024
    _, table = tables(markdown)
    left_out = 1000 - len(table) + 1
    assert f"\n{left_out} more are left out here.\n" in markdown
    assert 100 < len(table) < 1000
    assert "found 1000 errors" in markdown


def test_nothing_to_lint_is_told(working: Path, catalogue: Catalogue) -> None:
    report = Report((), catalogue, ("docs",))
    assert markdown_report(report, RepositoryPaths(str(working))).startswith("## agentflow-lint: nothing to lint\n")
