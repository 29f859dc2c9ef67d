from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.engine.run import Report
from agentflow_lint.report.html import html_report
from agentflow_lint.report.repository import RepositoryPaths
from tests.golden import assert_golden
from tests.report.samples import FINDINGS, run_in

if TYPE_CHECKING:
    from agentflow_lint.engine.registry import Catalogue

GOLDEN = Path(__file__).parent / "golden"
BROWSE = "https://gitlab.example/group/project/-/blob/abc"
_VOID = {"meta"}


class Page(HTMLParser):
    """What a browser reads: it fails at tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def page_of(report: Report, working: Path) -> Page:
    return Page(html_report(report, RepositoryPaths(str(working), browse=BROWSE)))


def test_the_page(odd_report: Report, working: Path) -> None:
    paths = RepositoryPaths(str(working), browse=BROWSE)
    assert_golden(GOLDEN / "odd.html", html_report(odd_report, paths))


def test_the_page_needs_nothing_else(odd_report: Report, working: Path) -> None:
    page = page_of(odd_report, working)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "base"}
    for _, attributes in page.tags:
        assert not {"src", "srcset", "style", "onclick"} & set(attributes)
        assert (attributes.get("href") or "https:").startswith("https:")
    style = next(text for text in page.texts if ":root" in text)
    assert "url(" not in style
    assert "@import" not in style
    (policy,) = [a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv")]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_texts_are_shown_as_they_are(odd_report: Report, working: Path) -> None:
    page = page_of(odd_report, working)
    assert "It says a|b <b>*bold*</b>, [see](1), 50%: ::error::x, \"quoted\" & 'so' ]]> on." in page.text
    assert "deployment compose:web, 1|<x>" in page.text
    assert "b" not in {tag for tag, _ in page.tags}
    assert "2 | NAME=😀😀*\n  |          ^" in page.text
    assert r"my apps/café/no\x07\udcff.json" in page.text


def test_every_finding_is_an_article_of_its_own(odd_report: Report, report: Report, working: Path) -> None:
    for each in (odd_report, report):
        articles = [attributes for tag, attributes in page_of(each, working).tags if tag == "article"]
        assert len(articles) == sum(len(run.findings) for run in each.runs)
        assert len({attributes["id"] for attributes in articles}) == len(articles)


def test_what_is_hidden_or_undecided_is_told(report: Report, odd_report: Report, working: Path) -> None:
    text = page_of(report, working).text
    assert "1 finding held back" in text
    assert "1 question undecided" in text
    assert "the checkpointer is unknown" in text
    assert "no project found for docs" in text
    assert "1 crash of the linter: the verdicts are not complete" in page_of(odd_report, working).text


def test_places_link_to_the_commit(odd_report: Report, working: Path) -> None:
    links = {attributes["href"] for tag, attributes in page_of(odd_report, working).tags if tag == "a"}
    assert f"{BROWSE}/my%20apps/caf%C3%A9/100%25%2Ca%3Ab%231.env#L2" in links
    paths = RepositoryPaths(str(working))
    assert "<a " not in html_report(odd_report, paths)


def test_nothing_to_lint_is_told(working: Path, catalogue: Catalogue) -> None:
    assert "nothing to lint" in page_of(Report((), catalogue), working).text


@pytest.mark.parametrize("code", [rule.code for rule in load_catalogue().rules])
def test_the_help_of_every_rule_is_read_whole(working: Path, code: str) -> None:
    catalogue = load_catalogue()
    rule = catalogue.known(code)
    finding = replace(FINDINGS[0], code=code, name=rule.name, related=())
    report = Report((run_in(working, catalogue, findings=(finding,)),), catalogue)
    html = html_report(report, RepositoryPaths(str(working)))
    _, _, about = Page(html).text.partition(f"about {code}")
    assert "Why it matters" in about
    assert "Fix" in about
    prose = "".join(re.findall(r"<(?:/?(?:p|li|td|code|strong)|a [^>]*)>[^<]*", html))
    assert not re.search(r"\*\*|```|\]\(|^\|", re.sub(r"<code>[^<]*", "", prose), re.MULTILINE)
