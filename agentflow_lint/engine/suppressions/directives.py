"""What a suppression comment says, as it is spelled.

``# agentflow-lint: ignore[AF501, wildcard-origins] why`` and its relatives: ``disable[...]`` and ``enable[...]`` around
a range, ``ignore-file[...]`` for a file. A comment may hold other things before it (``# noqa: E501  # agentflow-lint:
ignore[AF501]``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.sources.comments.facts import Comment
    from agentflow_lint.sources.text import Span

IGNORE, IGNORE_FILE, DISABLE, ENABLE = VERBS = ("ignore", "ignore-file", "disable", "enable")

_START = re.compile(r"#[ \t#]*agentflow-lint:")
_FORM = re.compile(r"[ \t]*(?P<verb>[A-Za-z][\w-]*)?(?:\[(?P<names>[^\[\]]*)\])?(?P<rest>.*)")
#: Another comment in the same one, such as one for ruff: the reason ends before it.
_ANOTHER = re.compile(r"(?:^|\s)#\s")
_BEFORE_REASON = " \t:;,.-\N{EN DASH}\N{EM DASH}"


@record(frozen=True)
class Named:
    """One code or name between the brackets, and where it stands."""

    text: str
    span: Span


@record(frozen=True)
class Directive:
    """One suppression. ``span`` goes from its ``#`` to the end of its reason, ``bracket`` is inside the brackets."""

    verb: str
    names: tuple[Named, ...]
    reason: str
    span: Span
    bracket: Span
    comment: Comment


@record(frozen=True)
class Malformed:
    """A comment that begins like a suppression and is none."""

    message: str
    span: Span


def read_directives(comment: Comment) -> Iterator[Directive | Malformed]:
    """The suppressions of one comment, in order."""
    starts = [match.start() for match in _START.finditer(comment.text)]
    for start, end in zip(starts, [*starts[1:], len(comment.text)], strict=False):
        yield _directive(comment, start, end)


def _directive(comment: Comment, start: int, end: int) -> Directive | Malformed:
    opening = _START.match(comment.text, start)
    form = _FORM.match(comment.text, opening.end() if opening else start, end)
    if form is None:
        return Malformed(f"it must be one of {_spelled()}", _part(comment, start, end))
    verb, names = form["verb"] or "", form["names"]
    at = _part(comment, form.start("verb"), form.end("verb")) if verb else _part(comment, start, end)
    if verb not in VERBS:
        if not verb:
            return Malformed(f"it says nothing that a suppression can say; write one of {_spelled()}", at)
        return Malformed(f"{UnknownNameError('suppression', verb, VERBS)} (write one of {_spelled()})", at)
    if names is None:
        hint = f"write {verb}[AF501], with the rules that it is about right behind it"
        return Malformed(f"'{verb}' names no rule; {hint}", at)
    named = tuple(_named(comment, form.start("names"), names))
    if not all(each.text for each in named):
        return Malformed(f"an empty name between the brackets of '{verb}'; write {verb}[AF501]", at)
    another = _ANOTHER.search(form["rest"])
    rest = form["rest"][: another.start()] if another else form["rest"]
    span = _part(comment, start, form.start("rest") + len(rest.rstrip()))
    return Directive(verb, named, rest.strip().lstrip(_BEFORE_REASON), span, _names_span(comment, form), comment)


def _named(comment: Comment, start: int, names: str) -> Iterator[Named]:
    for match in re.finditer(r"[^,]*(?:,|$)", names):
        if match.start() == len(names) and names and not names.endswith(","):
            return
        item = match.group().removesuffix(",")
        text = item.strip()
        begin = start + match.start() + len(item) - len(item.lstrip())
        yield Named(text, _part(comment, begin, begin + len(text)))


def _names_span(comment: Comment, form: re.Match[str]) -> Span:
    return _part(comment, form.start("names"), form.end("names"))


def _part(comment: Comment, start: int, end: int) -> Span:
    line, column = comment.span[:2]
    return comment.span._replace(column=column + start, end_line=line, end_column=column + end)


def _spelled() -> str:
    return ", ".join(f"{verb}[AF501]" for verb in VERBS)
