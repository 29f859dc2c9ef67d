"""Loads what each framework release is: its settings, config keys, commands, requirements and import names.

The facts are data, one JSON document per release, read from the release's wheel by ``scripts/extract_release.py``
(``releases/`` for the servers, ``cores/`` for the core library). What a release *does* with them is in
:mod:`agentflow_lint.framework.behaviour`.

The server's releases share one numbering across its two distributions, so a version alone names one. The core's do
not: 0.10.0 and 0.10.1 exist under both names.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from agentflow_lint.framework.choice import Match, choose
from agentflow_lint.framework.facts import (
    Command,
    CoreRelease,
    Option,
    Release,
    Setting,
    UnknownRelease,
)
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.specifiers import SpecifierSet

    from agentflow_lint.framework.facts import ConfigKeys

__all__ = [
    "Command",
    "CoreChoice",
    "CoreRelease",
    "Match",
    "Option",
    "Release",
    "ReleaseChoice",
    "Setting",
    "UnknownRelease",
    "core_distributions",
    "distribution_of",
    "known_cores",
    "known_releases",
    "load_core",
    "load_release",
    "newest_core_for",
    "newest_release",
    "resolve_core",
    "resolve_release",
    "without_data",
]

#: Published server releases that there is deliberately no data for, and what their users should know.
_WITHOUT_DATA = {
    "0.1.5": "The wheel of 0.1.5 holds no code, so nothing of it runs.",
    "0.1.6": "The wheel of 0.1.6 holds no code, so nothing of it runs.",
    "0.1.7": "0.1.7 itself reads its import paths from an object `graphs`, so what is said here about the graph and "
    "the config keys does not hold for it.",
}

_DATA = Path(__file__).parent


@record(frozen=True)
class ReleaseChoice:
    """The server release that stands for a requirement; ``match`` and ``asked`` as in :class:`Choice`."""

    release: Release
    match: Match
    specifier: str
    asked: str | None

    @property
    def is_known(self) -> bool:
        """Whether the project really may get this release; otherwise it only stands in."""
        return self.match in ("exact", "allowed", "unpinned")


@record(frozen=True)
class CoreChoice:
    """The core release that stands for a requirement; as :class:`ReleaseChoice`."""

    core: CoreRelease
    match: Match
    specifier: str
    asked: str | None

    @property
    def is_known(self) -> bool:
        """Whether the project really may get this release; otherwise it only stands in."""
        return self.match in ("exact", "allowed", "unpinned")


def known_releases(distribution: str | None = None) -> tuple[str, ...]:
    """The server versions with data, oldest first; of one distribution or of both."""
    index = _index("releases")
    if distribution is not None:
        return _listed(index, distribution)
    return tuple(sorted((version for versions in index.values() for version in versions), key=Version))


def distribution_of(version: str) -> str:
    """The server distribution that ``version`` was published under. Raises :class:`UnknownRelease`."""
    for distribution, versions in _index("releases").items():
        if _spelled(versions, version) is not None:
            return distribution
    raise UnknownRelease("server", version)


def newest_release(distribution: str | None = None) -> str:
    """The newest server version with data, of one distribution or of both."""
    return known_releases(distribution)[-1]


def known_cores(distribution: str) -> tuple[str, ...]:
    """The core versions of ``distribution`` with data, oldest first. Raises :class:`UnknownRelease`."""
    return _listed(_index("cores"), distribution)


def core_distributions() -> tuple[str, ...]:
    """The names that the core library was published under, oldest first."""
    return tuple(_index("cores"))


def without_data(version: str | None) -> str:
    """A sentence about a published server release that is deliberately unknown here; empty for all others."""
    return _WITHOUT_DATA.get(version or "", "")


def load_release(version: str) -> Release:
    """The server release ``version``. Raises :class:`UnknownRelease`."""
    versions = _index("releases")[distribution_of(version)]
    return _load_release(str(_spelled(versions, version)))


def load_core(distribution: str, version: str) -> CoreRelease:
    """One core release. Raises :class:`UnknownRelease`."""
    spelled = _spelled(known_cores(distribution), version)
    if spelled is None:
        raise UnknownRelease(distribution, version)
    return _load_core(str(canonicalize_name(distribution)), spelled)


def newest_core_for(release: Release) -> CoreRelease:
    """The newest known core that the server's own requirement allows: what an unpinned install brings."""
    wanted = release.core_requirement.specifier
    allowed = wanted.filter(known_cores(release.core_distribution), prereleases=True)
    return load_core(release.core_distribution, max(allowed, key=Version))


def resolve_release(specifier: SpecifierSet | str | None, distribution: str) -> ReleaseChoice:
    """The newest known server release of ``distribution`` that ``specifier`` allows, else the nearest one.

    Nothing required means the newest; a specifier that does not parse counts as nothing. Raises
    :class:`UnknownRelease` for a distribution that is no server.
    """
    choice = choose(known_releases(distribution), specifier)
    return ReleaseChoice(load_release(choice.version), choice.match, str(specifier or ""), choice.asked)


def resolve_core(specifier: SpecifierSet | str | None, distribution: str) -> CoreChoice:
    """The same for the core library."""
    choice = choose(known_cores(distribution), specifier)
    return CoreChoice(load_core(distribution, choice.version), choice.match, str(specifier or ""), choice.asked)


@cache
def _index(folder: str) -> Mapping[str, tuple[str, ...]]:
    """Distribution -> versions, oldest first."""
    found = json.loads((_DATA / folder / "index.json").read_text(encoding="utf-8"))
    return MappingProxyType({distribution: tuple(versions) for distribution, versions in found.items()})


def _listed(index: Mapping[str, tuple[str, ...]], distribution: str) -> tuple[str, ...]:
    try:
        return index[canonicalize_name(distribution)]
    except KeyError:
        raise UnknownRelease(distribution) from None


def _spelled(versions: tuple[str, ...], version: str) -> str | None:
    """The spelling under which ``versions`` has ``version`` (``0.6`` is ``0.6.0``), or None."""
    if version in versions:
        return version
    try:
        wanted = Version(version)
    except InvalidVersion:
        return None
    return next((known for known in versions if Version(known) == wanted), None)


@cache
def _load_release(version: str) -> Release:
    document = json.loads((_DATA / "releases" / f"{version}.json").read_text(encoding="utf-8"))
    return Release(
        **_published(document),
        core_distribution=document["core_distribution"],
        core_package=document["core_package"],
        scripts=MappingProxyType(document["scripts"]),
        settings=MappingProxyType({name: _setting(name, facts) for name, facts in document["settings"].items()}),
        config_keys=_keys(document["config_keys"]),
        commands=_commands(document["commands"]),
        root_options=_options(document["root_options"]),
        asgi_targets=tuple(document["asgi_targets"]),
        config_names=tuple(document["config_names"]),
    )


@cache
def _load_core(distribution: str, version: str) -> CoreRelease:
    path = _DATA / "cores" / f"{distribution}-{version}.json"
    return CoreRelease(**_published(json.loads(path.read_text(encoding="utf-8"))))


def _published(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": document["version"],
        "distribution": document["distribution"],
        "package": document["package"],
        "aliases": MappingProxyType(document["aliases"]),
        "requires_python": document["requires_python"],
        "requires": tuple(document["requires"]),
        "extras": MappingProxyType({name: tuple(lines) for name, lines in document["extras"].items()}),
        "abstract_methods": MappingProxyType(
            {name: tuple(methods) for name, methods in document["abstract_methods"].items()}
        ),
        "_names": MappingProxyType(document["modules"]),
        "_dynamic": frozenset(document["dynamic_modules"]),
    }


def _setting(name: str, facts: dict[str, Any]) -> Setting:
    return Setting(name=name, **facts | {"choices": tuple(facts.get("choices", ()))})


def _keys(tree: dict[str, Any]) -> ConfigKeys:
    return MappingProxyType({name: _keys(inner) for name, inner in tree.items()})


def _options(found: list[dict[str, Any]]) -> tuple[Option, ...]:
    return tuple(
        Option(**facts | {"names": tuple(facts["names"]), "negative": tuple(facts.get("negative", ()))})
        for facts in found
    )


def _commands(found: dict[str, Any]) -> Mapping[str, Command]:
    return MappingProxyType(
        {
            name: Command(
                name=name,
                options=_options(facts["options"]),
                arguments=tuple(facts.get("arguments", ())),
                accepts_unknown=facts.get("accepts_unknown", False),
                hidden=facts.get("hidden", False),
                deprecated=facts.get("deprecated", False),
                commands=_commands(facts.get("commands", {})),
            )
            for name, facts in found.items()
        }
    )
