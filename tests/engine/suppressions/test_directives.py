"""How a suppression comment is spelled."""

from __future__ import annotations

import pytest

from agentflow_lint.engine.suppressions.directives import Directive, Malformed, read_directives
from agentflow_lint.sources.comments import Comment
from agentflow_lint.sources.text import Span


def read(text: str) -> list[Directive | Malformed]:
    return list(read_directives(Comment(text, Span(3, 5, 3, 5 + len(text)), alone=True)))


def one(text: str) -> Directive:
    (found,) = read(text)
    assert isinstance(found, Directive)
    return found


def complaint(text: str) -> str:
    (found,) = read(text)
    assert isinstance(found, Malformed)
    return found.message


@pytest.mark.parametrize(
    ("text", "verb", "names", "reason"),
    [
        ("# agentflow-lint: ignore[AF501] known", "ignore", ["AF501"], "known"),
        ("#agentflow-lint:ignore[AF501]", "ignore", ["AF501"], ""),
        ("## agentflow-lint:  ignore[ AF501 , wildcard-origins ]", "ignore", ["AF501", "wildcard-origins"], ""),
        ("# agentflow-lint: ignore[AF501] -- see #12, and [x]", "ignore", ["AF501"], "see #12, and [x]"),
        ("# agentflow-lint: ignore[AF501]: it is so", "ignore", ["AF501"], "it is so"),
        ("# agentflow-lint: ignore[AF501]  # noqa: E501", "ignore", ["AF501"], ""),
        ("# agentflow-lint: ignore[AF501] why  # noqa: E501", "ignore", ["AF501"], "why"),
        ("# noqa: E501  # agentflow-lint: ignore[AF501] why", "ignore", ["AF501"], "why"),
        ("# agentflow-lint: ignore-file[AF501] why", "ignore-file", ["AF501"], "why"),
        ("# agentflow-lint: disable[AF501]", "disable", ["AF501"], ""),
        ("# agentflow-lint: enable[AF501]", "enable", ["AF501"], ""),
    ],
)
def test_what_it_says(text: str, verb: str, names: list[str], reason: str) -> None:
    found = one(text)
    assert (found.verb, [each.text for each in found.names], found.reason) == (verb, names, reason)


def test_places_are_exact() -> None:
    text = "# x # agentflow-lint: ignore[AF501, b] why  "
    found = one(text)

    def cut(span: Span) -> str:
        return text[span.column - 5 : span.end_column - 5]

    assert cut(found.span) == "# agentflow-lint: ignore[AF501, b] why"
    assert cut(found.bracket) == "AF501, b"
    assert [cut(each.span) for each in found.names] == ["AF501", "b"]


def test_two_in_one_comment() -> None:
    first, second = read("# agentflow-lint: ignore[A] x # agentflow-lint: ignore[B] y")
    assert isinstance(first, Directive)
    assert isinstance(second, Directive)
    assert (first.reason, second.reason) == ("x", "y")


@pytest.mark.parametrize("text", ["# agentflow", "# see agentflow-lint: ignore[AF501]", "# type: ignore[AF501]", "#"])
def test_other_comments_are_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# agentflow-lint: ignore", "'ignore' names no rule"),
        ("# agentflow-lint: ignore AF501", "'ignore' names no rule"),
        ("# agentflow-lint: ignore [AF501]", "'ignore' names no rule"),
        ("# agentflow-lint: ignore[AF501", "'ignore' names no rule"),
        ("# agentflow-lint: ignore[]", "an empty name"),
        ("# agentflow-lint: ignore[ ]", "an empty name"),
        ("# agentflow-lint: ignore[AF501,]", "an empty name"),
        ("# agentflow-lint: ignore[,AF501]", "an empty name"),
        ("# agentflow-lint: ingore[AF501]", "unknown suppression 'ingore'; did you mean 'ignore'?"),
        ("# agentflow-lint: ignore-line[AF501]", "did you mean 'ignore-file'?"),
        ("# agentflow-lint: off", "unknown suppression 'off'"),
        ("# agentflow-lint:", "it says nothing"),
        ("# agentflow-lint: [AF501]", "it says nothing"),
        ("# agentflow-lint: IGNORE[AF501]", "unknown suppression 'IGNORE'; did you mean 'ignore'?"),
    ],
)
def test_what_is_none_says_how_to_write_it(text: str, said: str) -> None:
    assert said in complaint(text)
    assert "ignore[AF501]" in complaint(text) or "ignore-file" in complaint(text)
