"""What is known of the packages that occur beside an agent server: what one imports from them, and what they require.

``packages.json`` has one line per distribution. ``imports`` are the names that it is imported by, dotted where it
shares its first part with others (``google.genai``). ``requires`` is all that any of its recent releases requires on
Linux, so that what is not in it is certainly not required; null where that is too much to tell. ``extras`` are those
whose requirements are known as well.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.requirements import Requirement

_DATA = Path(__file__).with_name("packages.json")


@record(frozen=True)
class Package:
    """One distribution; ``requires`` is None where what it requires is not known."""

    imports: tuple[str, ...]
    requires: tuple[str, ...] | None
    extras: Mapping[str, tuple[str, ...]]


@record(frozen=True)
class Brought:
    """What some requirements may bring with them: ``names``, and all that those in ``unfollowed`` require."""

    names: frozenset[str]
    unfollowed: tuple[str, ...]


@lru_cache(maxsize=4096)
def parsed_requirement(line: str) -> Requirement:
    """A requirement, parsed once; nobody changes it. Raises as packaging does."""
    from packaging.requirements import Requirement

    return Requirement(line)


def known_package(distribution: str) -> Package | None:
    """What is known of a distribution (any spelling); None for one that nothing is known of."""
    return _packages().get(canonicalize_name(distribution))


def providers_of(module: str) -> frozenset[str]:
    """The distributions that are known to bring ``import module``; empty for a name that none of them has."""
    name = module
    while name:
        found = _providers().get(name)
        if found is not None:
            return found
        name = name.rpartition(".")[0]
    return frozenset()


def brought_by(requirements: Iterable[Requirement], complete: frozenset[str] = frozenset()) -> Brought:
    """Everything that the requirements may bring, themselves left out.

    The distributions in ``complete`` bring nothing that is not named anyway (a lock file lists it).
    """
    names: set[str] = set()
    unfollowed: dict[str, None] = {}
    waiting: list[tuple[str, frozenset[str]]] = [
        (canonicalize_name(each.name), frozenset(map(canonicalize_name, each.extras))) for each in requirements
    ]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop(0)
        if name in complete:
            continue
        package = known_package(name)
        if package is None or package.requires is None or not extras <= package.extras.keys():
            unfollowed[name] = None
            continue
        for more in (*package.requires, *(one for extra in extras for one in package.extras[extra])):
            names.add(more)
            if (more, frozenset()) not in seen:
                seen.add((more, frozenset()))
                waiting.append((more, frozenset()))
    return Brought(frozenset(names), tuple(unfollowed))


@cache
def _packages() -> Mapping[str, Package]:
    return MappingProxyType(
        {
            name: Package(
                tuple(facts["imports"]),
                None if facts["requires"] is None else tuple(facts["requires"]),
                {canonicalize_name(extra): tuple(more) for extra, more in facts.get("extras", {}).items()},
            )
            for name, facts in json.loads(_DATA.read_text(encoding="utf-8")).items()
        }
    )


@cache
def _providers() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, package in _packages().items():
        for module in package.imports:
            found.setdefault(module, set()).add(name)
    return {module: frozenset(names) for module, names in found.items()}
