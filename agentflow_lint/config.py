"""The linter's own configuration: ``[tool.agentflow-lint]`` in pyproject.toml, or agentflow-lint.toml.

The nearest one counts, from the project's folder upwards to the repository's root, with the files that it extends; it
is not merged with others. Every name in it that nothing bears is an error with file and line.
"""

from __future__ import annotations

import os
from dataclasses import field
from typing import TYPE_CHECKING, Any

from agentflow_lint.config_layers import Layer, read_layers
from agentflow_lint.config_options import option_values
from agentflow_lint.config_problems import validated
from agentflow_lint.config_source import (
    OWN_FILE,
    SHARED_FILE,
    ConfigurationError,
    Problem,
    Source,
    mentions_linter,
    shown_path,
)
from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.selection import ALL, by_rule, canonical, rules_named
from agentflow_lint.model.disk import DISK, Disk
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agentflow_lint.config_schema import ConfigurationTable
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.suppressions.configured import ConfiguredIgnore


@record(frozen=True)
class Configuration:
    """What a configuration says, validated; without one, the defaults.

    ``select`` None means every rule; ``fail_on`` None means never. ``ignore`` are rules that are not asked, ``ignores``
    findings that are not reported; with ``require_reason`` a suppression counts only if it gives one. ``baseline`` is
    the path of a file; ``rule_options`` are values by rule code and option name. ``layers`` are the files that say
    so, the nearest last; there are none without a configuration.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    ignores: tuple[ConfiguredIgnore, ...] = ()
    require_reason: bool = False
    fail_on: Severity | None = Severity.ERROR
    target_release: str | None = None
    provided_env: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    rule_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    show_undecided: bool = False
    baseline: str | None = None
    layers: tuple[Layer, ...] = ()

    def source_of(self, key: str) -> Source | None:
        """The nearest file that says something about a key of the table."""
        field = key.replace("-", "_")
        return next((layer.source for layer in reversed(self.layers) if layer.sets(field)), None)


def find_configuration(folder: str, disk: Disk = DISK) -> str | None:
    """The path of the configuration that governs ``folder`` of ``disk``: the nearest, up to the repository's root.

    Outside a repository only the folder itself is looked at, and those above it up to the working directory. Raises
    :class:`ConfigurationError` when one folder holds two.
    """
    for candidate in _upwards(os.path.abspath(folder), disk):
        own, shared = os.path.join(candidate, OWN_FILE), os.path.join(candidate, SHARED_FILE)
        has_own, has_shared = disk.is_file(own), disk.is_file(shared) and mentions_linter(shared, disk)
        if has_own and has_shared:
            message = f"{SHARED_FILE} beside it configures agentflow-lint too; keep one of them"
            raise ConfigurationError(shown_path(own), [Problem(1, message)])
        if has_own or has_shared:
            return own if has_own else shared
    return None


def read_configuration(path: str, catalogue: Catalogue, disk: Disk = DISK) -> Configuration:
    """The configuration in ``path`` of ``disk`` with what it extends, every name in it checked.

    The nearest file that says something about a key decides it; ``extend-select`` and ``extend-ignore`` add to what the
    files before say. Of tables each key is decided by itself, and entries about findings in files add up.
    Raises :class:`ConfigurationError`.
    """
    layers = read_layers(path, lambda source: validated(source, catalogue), disk)

    def said(key: str) -> Any:
        """What the nearest file says; the default where none says anything."""
        return getattr(next((layer for layer in reversed(layers) if layer.sets(key)), layers[-1]).table, key)

    return Configuration(
        select=_selectors(layers, "select", (ALL,)),
        ignore=_selectors(layers, "ignore", ()) or (),
        ignores=tuple(each for layer in layers for each in _ignores(layer.table, layer.source, catalogue)),
        require_reason=said("require_reason"),
        fail_on=threshold(said("fail_on")),
        target_release=said("target_release"),
        provided_env=tuple(said("provided_env")),
        deployments=tuple(said("deployments")),
        exclude=tuple(said("exclude")),
        rule_options=_rule_options(layers, catalogue),
        severity=by_rule(catalogue, _severities(layers, catalogue)),
        show_undecided=said("show_undecided"),
        baseline=_baseline(layers),
        layers=layers,
    )


def threshold(word: str) -> Severity | None:
    """The severity that ``fail-on`` names; None for never."""
    return None if word == "never" else Severity(word)


def _upwards(folder: str, disk: Disk) -> Iterator[str]:
    """``folder`` and those above it that may hold its configuration, nearest first."""
    chain = [folder]
    while not disk.exists(os.path.join(chain[-1], ".git")):
        parent = os.path.dirname(chain[-1])
        if parent == chain[-1]:
            working = os.getcwd()
            return iter(chain[: chain.index(working) + 1] if working in chain else chain[:1])
        chain.append(parent)
    return iter(chain)


def _selectors(layers: Sequence[Layer], key: str, otherwise: tuple[str, ...]) -> tuple[str, ...] | None:
    """The selectors of the nearest file that has any, and those that it and nearer ones add; None without any.

    ``otherwise`` is what is added to when nothing is said. Entries of ``ignore`` about files are no selectors: a file
    that has only those leaves the selectors as they are.
    """
    chosen: tuple[str, ...] | None = None
    for layer in layers:
        given = getattr(layer.table, key) or ()
        own = tuple(each for each in given if isinstance(each, str))
        if layer.sets(key) and (own or not given):
            chosen = own
        if added := getattr(layer.table, f"extend_{key}"):
            chosen = (*(otherwise if chosen is None else chosen), *added)
    return chosen


def _baseline(layers: Sequence[Layer]) -> str | None:
    """The path of the nearest baseline, which is relative to the file that names it."""
    for layer in reversed(layers):
        if layer.table.baseline is not None:
            return os.path.join(os.path.dirname(layer.source.file), layer.table.baseline)
    return None


def _severities(layers: Sequence[Layer], catalogue: Catalogue) -> dict[str, Severity]:
    """The severities of all files by selector, in rising precedence."""
    said: dict[str, Severity] = {}
    for layer in layers:
        for name, word in layer.table.severity.items():
            selector = canonical(catalogue, name)
            said.pop(selector, None)
            said[selector] = Severity(word)
    return said


def _rule_options(layers: Sequence[Layer], catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """The option values of all files by rule code, the nearest value of each option."""
    said: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for code, values in option_values(layer.table, catalogue).items():
            said.setdefault(code, {}).update(values)
    return said


def _ignores(table: ConfigurationTable, source: Source, catalogue: Catalogue) -> Iterator[ConfiguredIgnore]:
    """The entries about files, in the order of the configuration."""
    from agentflow_lint.engine.suppressions.configured import ConfiguredIgnore

    def codes(selector: str) -> frozenset[str]:
        return frozenset(rule.code for rule in rules_named(catalogue, selector))

    for index, each in enumerate(table.ignore):
        if not isinstance(each, str):
            yield ConfiguredIgnore(
                each.rule, codes(each.rule), each.path, each.deployment, each.place, each.reason.strip(), "ignore",
                index, source.file, source.span("ignore", index), source.content,
            )  # fmt: skip
    for path, selectors in table.per_file_ignores.items():
        for index, selector in enumerate(selectors):
            yield ConfiguredIgnore(
                selector, codes(selector), path, None, None, "", "per-file-ignores",
                index, source.file, source.span("per-file-ignores", path, index), source.content,
            )  # fmt: skip
