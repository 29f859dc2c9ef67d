"""A baseline: the findings that a project is known to have, and which of them a run still makes.

An entry is a finding's identity (:mod:`agentflow_lint.engine.identity`) in the clear, so it survives moved lines and
new deployments. What was found on two lines of one file under one place is two entries.
"""

from __future__ import annotations

from collections import Counter
from posixpath import basename
from typing import TYPE_CHECKING

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.sources.text import Span


@record(frozen=True)
class Entry:
    """One known finding.

    ``project`` is the project's folder below the repository's root ("" for that root), ``path`` the file below the
    project. ``outline`` stands for what its line looks like, to know it again when the file was renamed; it does not
    belong to the identity.
    """

    project: str
    path: str
    code: str
    place: str
    outline: str

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes it this finding and no other."""
        return self.project, self.path, self.code, self.place

    @property
    def content(self) -> tuple[str, str, str]:
        """What a renamed file keeps; a place that names its own file says so without the name."""
        return self.code, self.place.replace(self.path, "\0"), self.outline


@record(frozen=True)
class Mistake:
    """One line's mistake: the findings that share a place in a file, whichever deployment each of them is about."""

    entry: Entry
    findings: tuple[Finding, ...]


@record(frozen=True)
class Match:
    """What comparing a baseline with a run has come to.

    ``known`` are the mistakes that are in the baseline, ``new`` those that are not; ``removable`` the entries that
    nothing matches any more, and ``unjudged`` those about which this run says nothing.
    """

    known: tuple[Mistake, ...]
    new: tuple[Mistake, ...]
    removable: tuple[Entry, ...]
    unjudged: tuple[Entry, ...]


@record(frozen=True)
class AppliedBaseline:
    """What a run has done with a baseline.

    ``path`` as people read it; ``removable`` are the entries that nothing matches any more, ``entries`` those that a
    new version of the file holds, of which ``added`` are new.
    """

    path: str
    removable: tuple[Entry, ...]
    entries: tuple[Entry, ...]
    added: int = 0


def mistakes(findings: Iterable[Finding], project: str, outline: Callable[[Finding], str]) -> tuple[Mistake, ...]:
    """The findings of one run as mistakes, in the order of their lines."""
    together: dict[tuple[str, Span, str, str], list[Finding]] = {}
    for finding in findings:
        line = finding.location.path, finding.location.span, finding.code, finding.place
        together.setdefault(line, []).append(finding)
    return tuple(
        Mistake(Entry(project, path, code, place, outline(same[0])), tuple(same))
        for (path, _, code, place), same in together.items()
    )


def match(
    entries: Iterable[Entry],
    found: Iterable[Mistake],
    *,
    gone: Callable[[Entry], bool],
    judged: Callable[[Entry], bool],
) -> Match:
    """Compare what is known with what was found.

    First by identity, as often as an entry occurs; where a file has more mistakes than entries, those whose lines still
    look alike are the known ones. Then an entry whose file is ``gone`` takes a mistake of the same content in another
    file, one of the same name if there is one. Of the entries that are left, those that the run could have found
    (``judged``) are removable.
    """
    left, new = sorted(entries, key=order), list(found)
    known: list[Mistake] = []
    for key in (order, lambda entry: entry.identity):
        taken, new, left = _paired(new, left, key)
        known += taken
    lost, left = [entry for entry in left if gone(entry)], [entry for entry in left if not gone(entry)]
    for key in (lambda entry: (*entry.content, basename(entry.path)), lambda entry: entry.content):
        taken, new, lost = _paired(new, lost, key)
        known += taken
    left = sorted((*left, *lost), key=order)
    return Match(
        known=tuple(known),
        new=tuple(new),
        removable=tuple(entry for entry in left if judged(entry)),
        unjudged=tuple(entry for entry in left if not judged(entry)),
    )


def order(entry: Entry) -> tuple[str, ...]:
    """The order of entries in a file, and what makes two of them the same in every respect."""
    return (*entry.identity, entry.outline)


def _paired(
    found: list[Mistake], entries: list[Entry], key: Callable[[Entry], tuple[str, ...]]
) -> tuple[list[Mistake], list[Mistake], list[Entry]]:
    """The mistakes to each of which one of the entries has an equal key, the other mistakes, and the other entries."""
    pool = Counter(map(key, entries))
    taken, others = [], []
    for mistake in found:
        if pool[key(mistake.entry)]:
            pool[key(mistake.entry)] -= 1
            taken.append(mistake)
        else:
            others.append(mistake)
    rest = []
    for entry in reversed(entries):
        if pool[key(entry)]:
            pool[key(entry)] -= 1
            rest.append(entry)
    return taken, others, rest[::-1]
