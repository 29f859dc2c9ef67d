"""Where an import of the core library lives in another release: answers computed from the cores' names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.framework.release import core_distributions, known_cores, load_core
from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.framework.facts import CoreRelease

#: Every package name that the core library has had.
_PACKAGES = ("agentflow", "tenxgraph")


@record(frozen=True)
class Whereabouts:
    """What is known about a module, or a name in it, that one core release lacks.

    ``first`` and ``last`` are the oldest and the newest core versions that have it, None when none has. ``now`` are
    the modules of the release in question that offer it instead (the best first, under the package name that was
    asked with where that still works).
    """

    first: str | None
    last: str | None
    now: tuple[str, ...]


@cache
def module_origin(module: str, name: str | None = None) -> tuple[tuple[str, str], ...]:
    """The core releases, as (distribution, version), oldest first, that have ``module`` (and ``name`` in it).

    The package may be written under any of the library's names: what counts is the module below it.
    """
    found = []
    for distribution in core_distributions():
        for version in known_cores(distribution):
            core = load_core(distribution, version)
            place = _in_package(module, core)
            if place is not None and (core.has_module(place) if name is None else core.provides(place, name)):
                found.append((distribution, version))
    return tuple(sorted(found, key=lambda pair: (Version(pair[1]), core_distributions().index(pair[0]))))


def where_moved(core: CoreRelease, module: str, name: str | None = None) -> Whereabouts:
    """What became of ``import module`` (or ``from module import name``), which ``core`` does not have.

    A name is looked for in every module of ``core``: shorter paths first, packages' own doors before the module that
    defines it. A module is looked for by its last part, then by what its newest version offered.
    """
    origin = module_origin(module, name)
    asked = _in_package(module, core)
    if asked is None:
        return Whereabouts(None, None, ())
    renamed = [asked] if asked != core.real_name(module) else []
    if name is not None:
        here = [place for place in renamed if core.provides(place, name)]
        found = here or _modules_with(core, name, module)
    else:
        here = [place for place in renamed if core.has_module(place)]
        found = here or _modules_like(core, module, origin)
    return Whereabouts(
        first=origin[0][1] if origin else None,
        last=origin[-1][1] if origin else None,
        now=tuple(_spelled_like(core, place, module) for place in found),
    )


def _in_package(module: str, core: CoreRelease) -> str | None:
    """``module`` under the package name of ``core``, or None when it is no module of the library at all."""
    top, separator, rest = module.partition(".")
    return core.package + separator + rest if top in _PACKAGES else None


def _spelled_like(core: CoreRelease, place: str, module: str) -> str:
    """``place`` under the package name that ``module`` uses, if that is an alias in this release."""
    top = module.partition(".")[0]
    return top + place[len(core.package) :] if core.aliases.get(top) == core.package else place


def _modules_with(core: CoreRelease, name: str, module: str) -> list[str]:
    """The modules of ``core`` that offer ``name``, the nearest to ``module`` and the shortest first."""
    parts = set(module.split("."))
    places = [place for place, names in core.modules.items() if name in names]
    return sorted(places, key=lambda place: (-len(parts & set(place.split("."))), place.count("."), place))


def _modules_like(core: CoreRelease, module: str, origin: tuple[tuple[str, str], ...]) -> list[str]:
    """The modules of ``core`` that end like ``module``, those that share most of its old names first."""
    old: frozenset[str] = frozenset()
    if origin:
        earlier = load_core(*origin[-1])
        old = earlier.names(_in_package(module, earlier) or "") or frozenset()
    tail = module.rpartition(".")[2]
    places = [place for place in core.modules if "." in place and place.rpartition(".")[2] == tail]
    return sorted(places, key=lambda place: (-len(old & core.modules[place]), place.count("."), place))
