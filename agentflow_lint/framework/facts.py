"""The facts that one framework release is made of.

Built from the data files by :mod:`agentflow_lint.framework.release`; immutable, and shared by all who load a release.
"""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from agentflow_lint.framework.behaviour import behaviour_of
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from packaging.requirements import Requirement

    from agentflow_lint.framework.behaviour import Behaviour

    ConfigKeys: TypeAlias = "Mapping[str, ConfigKeys]"


class UnknownRelease(KeyError):  # noqa: N818 - a state of the data, no fault of the program
    """There is no data for this distribution or version."""

    def __init__(self, distribution: str, version: str = "") -> None:
        self.distribution = distribution
        self.version = version
        super().__init__(f"{distribution} {version}".strip())


@record(frozen=True)
class Setting:
    """One field of the server's settings classes, set through the environment variable of the same name.

    ``kind`` is str, int, float, bool or choice; ``optional`` fields also take None (only by being absent: the
    environment has no null). ``minimum`` and ``maximum`` are inclusive. ``group`` is ``settings`` (Settings,
    src/app/core/config/settings.py) or ``media`` (MediaSettings, media_settings.py, built at another moment).
    """

    name: str
    kind: str
    default: str | int | float | bool | None
    optional: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    group: str = "settings"


@record(frozen=True)
class Option:
    """One option of a command: its spellings, long ones first, and the spellings that switch it off."""

    names: tuple[str, ...]
    negative: tuple[str, ...] = ()
    takes_value: bool = True
    default: str | int | float | bool | None = None
    hidden: bool = False
    deprecated: bool = False


@record(frozen=True)
class Command:
    """One command of the console script (cli/main.py).

    ``arguments`` are its positional parameters; ``accepts_unknown`` says that it passes options it does not know
    on (``test`` hands them to pytest); ``commands`` are its own subcommands (``config`` of 0.5.1).
    """

    name: str
    options: tuple[Option, ...]
    arguments: tuple[str, ...] = ()
    accepts_unknown: bool = False
    hidden: bool = False
    deprecated: bool = False
    commands: Mapping[str, Command] = field(default_factory=dict)

    def option(self, spelling: str) -> Option | None:
        """The option written ``spelling`` (``--port``, ``-p`` or ``--no-reload``), or None."""
        return find_option(self.options, spelling)


def find_option(options: tuple[Option, ...], spelling: str) -> Option | None:
    """The option among ``options`` that has this spelling, positive or negative."""
    return next((option for option in options if spelling in option.names or spelling in option.negative), None)


@record(frozen=True, eq=False)
class Published:
    """What the servers and the cores have in common: metadata, and the public names of their modules.

    ``abstract_methods`` has, by the name of each class that cannot be instantiated, the methods that it leaves to the
    classes deriving from it. ``requires`` and the values of ``extras`` are PEP 508 requirements without ``extra``
    markers. ``aliases`` maps an old package name on the package whose modules it hands out, so both names import the
    same modules.
    """

    version: str
    distribution: str
    package: str
    aliases: Mapping[str, str]
    requires_python: str
    requires: tuple[str, ...]
    extras: Mapping[str, tuple[str, ...]]
    abstract_methods: Mapping[str, tuple[str, ...]]
    _names: Mapping[str, str] = field(repr=False)
    _dynamic: frozenset[str] = field(repr=False)

    @cached_property
    def modules(self) -> Mapping[str, frozenset[str]]:
        """Every importable module of the package, by its real name, with its public names.

        Public: bound at module level (imports count), not for type checkers only, no leading underscore. The
        submodules of a package are not among its names, see :meth:`provides`.
        """
        package = self.package
        return MappingProxyType(
            {
                f"{package}.{module}" if module else package: frozenset(names.split())
                for module, names in self._names.items()
            }
        )

    def real_name(self, dotted: str) -> str:
        """``dotted`` with an alias package replaced by the package that it stands for."""
        top, separator, rest = dotted.partition(".")
        return self.aliases.get(top, top) + separator + rest

    def _below(self, dotted: str) -> str | None:
        """``dotted`` relative to the package, or None when it is not below it."""
        top, _, rest = self.real_name(dotted).partition(".")
        return rest if top == self.package else None

    def has_module(self, dotted: str) -> bool:
        """Whether ``import dotted`` finds a module of this distribution."""
        return self._below(dotted) in self._names

    def names(self, dotted: str) -> frozenset[str] | None:
        """The public names of module ``dotted``; None when there is no such module."""
        below = self._below(dotted)
        listed = self._names.get(below) if below is not None else None
        return None if listed is None else frozenset(listed.split())

    def is_dynamic(self, dotted: str) -> bool:
        """Whether ``dotted`` may also bind names that cannot be listed."""
        return self._below(dotted) in self._dynamic

    def provides(self, dotted: str, name: str) -> bool | None:
        """Whether ``from dotted import name`` finds something; None when that cannot be told.

        Names that start with an underscore are not recorded, so they cannot be told either.
        """
        names = self.names(dotted)
        if names is None:
            return False
        if name in names or self.has_module(f"{dotted}.{name}"):
            return True
        return None if name.startswith("_") or self.is_dynamic(dotted) else False


@record(frozen=True, eq=False)
class CoreRelease(Published):
    """One release of the core library: 10xscale-agentflow (package agentflow) or 10xgraph (package tenxgraph)."""


@record(frozen=True, eq=False)
class Release(Published):
    """One release of the server: 10xscale-agentflow-cli up to 0.6.1, 10xgraph-api from 0.7.0 on.

    ``asgi_targets`` are the ``module:app`` strings that import, the present name first; ``config_names`` the file
    names that the ASGI target tries in the working directory, in order; ``config_keys`` the keys that some part of
    the release reads from it (an empty mapping: it looks no deeper there).
    """

    core_distribution: str
    core_package: str
    scripts: Mapping[str, str]
    settings: Mapping[str, Setting]
    config_keys: ConfigKeys
    commands: Mapping[str, Command]
    root_options: tuple[Option, ...]
    asgi_targets: tuple[str, ...]
    config_names: tuple[str, ...]

    @property
    def behaviour(self) -> Behaviour:
        """What this release does that its signatures do not show."""
        return behaviour_of(self.version)

    @property
    def core_requirement(self) -> Requirement:
        """The release's own requirement on the core library."""
        from packaging.requirements import Requirement
        from packaging.utils import canonicalize_name

        parsed = map(Requirement, self.requires)
        return next(line for line in parsed if canonicalize_name(line.name) == self.core_distribution)

    def root_option(self, spelling: str) -> Option | None:
        """The option before the command that is written ``spelling``, or None."""
        return find_option(self.root_options, spelling)
