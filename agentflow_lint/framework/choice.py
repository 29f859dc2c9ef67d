"""Which of the known versions a requirement means, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Sequence

Match = Literal["exact", "allowed", "unpinned", "newer", "older", "unlisted"]


@record(frozen=True)
class Choice:
    """The known version that stands for a requirement.

    ``match``: ``exact`` (the requirement allows this version and no other known one), ``allowed`` (the newest of
    several), ``unpinned`` (nothing is required). Where no known version is allowed the nearest one stands in, an
    older one if there is any: ``newer`` or ``older`` (the requirement lies beyond all known versions), ``unlisted``
    (between them). ``asked`` is the version that the requirement names, where it names one.
    """

    version: str
    match: Match
    asked: str | None


def choose(known: Sequence[str], specifier: SpecifierSet | str | None) -> Choice:
    """The version of ``known`` (not empty, oldest first) that ``specifier`` means.

    A specifier that does not parse counts as none. Pre-releases are as good as any other known version.
    """
    wanted = _parsed(specifier)
    if not len(wanted):
        return Choice(known[-1], "unpinned", None)
    asked = _asked(wanted)
    named = str(asked) if asked is not None else None
    allowed = [version for version in known if wanted.contains(version, prereleases=True)]
    if allowed:
        return Choice(allowed[-1], "exact" if len(allowed) == 1 else "allowed", named)
    if asked is None or asked < Version(known[0]):
        return Choice(known[0], "older", named)
    if asked > Version(known[-1]):
        return Choice(known[-1], "newer", named)
    return Choice([version for version in known if Version(version) <= asked][-1], "unlisted", named)


def _parsed(specifier: SpecifierSet | str | None) -> SpecifierSet:
    if isinstance(specifier, SpecifierSet):
        return specifier
    try:
        return SpecifierSet(specifier or "")
    except InvalidSpecifier:
        return SpecifierSet()


def _asked(specifier: SpecifierSet) -> Version | None:
    """The highest lower bound that the specifier names; None where it only names upper bounds or exclusions."""
    bounds = []
    for part in specifier:
        if part.operator in ("==", "===", ">=", ">", "~="):
            try:
                bounds.append(Version(part.version.removesuffix(".*")))
            except InvalidVersion:
                continue
    return max(bounds, default=None)
