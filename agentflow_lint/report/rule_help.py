"""What a rule's page says, for the reports that carry it along."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.pages import DOES_NOT_FIRE, FIRES, PageError, read_page
from agentflow_lint.engine.registry import page_path, page_url, summary
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agentflow_lint.engine.rule import Rule

#: The sections left out: they are the rule's tests, and several times as long as the rest.
EXAMPLES = (FIRES, DOES_NOT_FIRE)

_LINK = re.compile(r"\[(?P<text>[^\]\[]+)\]\((?P<target>[^)\s]+)\)")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|#")


@record(frozen=True)
class RuleHelp:
    """A page in parts: what the rule decides, and its other sections (title, Markdown) without the examples.

    Links lead to the pages' published address; where there is none, only their text is left.
    """

    introduction: str
    sections: tuple[tuple[str, str], ...] = ()

    @property
    def markdown(self) -> str:
        """The parts as one text."""
        return "\n\n".join([self.introduction, *(f"## {title}\n\n{text}" for title, text in self.sections)])


def rule_help(rule: Rule, only: Iterable[str] | None = None) -> RuleHelp:
    """The help of a rule, with all its sections or ``only`` some; its summary when it has no readable page."""
    try:
        with open(page_path(rule), encoding="utf-8") as stream:
            page = read_page(stream.read(), page_path(rule))
    except (OSError, UnicodeDecodeError, PageError):
        return RuleHelp(f"{summary(rule)}.")
    url = page_url(rule)
    wanted = [title for title in page.sections if title not in EXAMPLES and (only is None or title in only)]
    return RuleHelp(
        _with_published_links(page.introduction, url),
        tuple((title, _with_published_links(page.sections[title], url)) for title in wanted),
    )


def without_links(markdown: str) -> str:
    """A text with only the words of its links."""
    return _LINK.sub(lambda link: link["text"], markdown)


def _with_published_links(markdown: str, url: str | None) -> str:
    def published(link: re.Match[str]) -> str:
        if _ADDRESS.match(link["target"]):
            return link[0]
        return f"[{link['text']}]({_joined(url, link['target'])})" if url else link["text"]

    return _LINK.sub(published, markdown)


def _joined(url: str, target: str) -> str:
    """``target`` as seen from the page ``url``."""
    scheme, separator, rest = url.partition("://")
    return scheme + separator + posixpath.normpath(posixpath.join(posixpath.dirname(rest), target))
