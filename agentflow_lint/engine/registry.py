"""The catalogue: every rule of every installed rule pack.

A rule pack is an importable package named by the entry-point group ``agentflow_lint.rules``. Every module below it
may define rules; each rule's page is the Markdown file beside its module. The built-in pack comes in by the same door.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from agentflow_lint.engine.finding import Consequence
from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.engine.options import declaration_fault, options_of
from agentflow_lint.engine.rule import DeploymentRule, ProjectRule, Rule, RunRule
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

#: The entry-point group through which rule packs are found.
GROUP = "agentflow_lint.rules"

_CODE = re.compile(r"[A-Z]{2,8}[0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class CatalogueError(Exception):
    """A rule pack that cannot be used; the message names the pack, the module or the rules at fault."""


@record(frozen=True)
class Catalogue:
    """Rules in the order of their codes; codes and names are unique."""

    rules: tuple[Rule, ...]

    @cached_property
    def by_code(self) -> dict[str, Rule]:
        """Each rule under its code."""
        return {rule.code: rule for rule in self.rules}

    @cached_property
    def by_name(self) -> dict[str, Rule]:
        """Each rule under its name."""
        return {rule.name: rule for rule in self.rules}

    def find(self, code_or_name: str) -> Rule | None:
        """The rule with that code (in any case) or name."""
        return self.by_code.get(code_or_name.upper()) or self.by_name.get(code_or_name.lower())

    def known(self, code_or_name: str) -> Rule:
        """As :meth:`find`; raises :class:`UnknownNameError` when there is no such rule."""
        rule = self.find(code_or_name)
        if rule is None:
            raise UnknownNameError("rule", code_or_name, self.known_names)
        return rule

    @property
    def known_names(self) -> tuple[str, ...]:
        """Every code and every name."""
        return (*self.by_code, *self.by_name)


def installed_packs() -> tuple[str, ...]:
    """The package names that the installed distributions declare, sorted."""
    from importlib.metadata import entry_points  # 30 ms, and ``--version`` has no use for it

    return tuple(sorted({entry.value for entry in entry_points(group=GROUP)}))


def load_catalogue(packs: Iterable[str] | None = None) -> Catalogue:
    """Import every module of ``packs`` (default: the installed ones) and collect their rules.

    Raises :class:`CatalogueError` when there is no pack, a module does not import, a rule is declared badly, or two
    rules share a code or a name.
    """
    names = tuple(installed_packs() if packs is None else packs)
    if not names:
        raise CatalogueError(f"no rule pack is installed (no distribution declares the entry-point group {GROUP})")
    rules = [rule() for pack in names for module in _modules(pack) for rule in _rules_of(module)]
    _check_unique(rules)
    return Catalogue(tuple(sorted(rules, key=lambda rule: rule.code)))


def page_path(rule: Rule) -> str:
    """Where the rule's page is: the Markdown file beside its module, with the same base name."""
    module = sys.modules[type(rule).__module__]
    return os.path.splitext(module.__file__ or module.__name__)[0] + ".md"


def page_url(rule: Rule) -> str | None:
    """The page's address, below the ``PAGES_URL`` that the rule's package or one above it declares; None without."""
    parts = type(rule).__module__.split(".")
    for size in range(len(parts) - 1, 0, -1):
        base = getattr(sys.modules[".".join(parts[:size])], "PAGES_URL", None)
        if base is not None:
            return "/".join((str(base).rstrip("/"), *parts[size:])) + ".md"
    return None


def summary(rule: Rule) -> str:
    """The first line of the rule's docstring, without its full stop."""
    lines = (type(rule).__doc__ or "").strip().splitlines()
    return lines[0].rstrip(".") if lines else ""


def _modules(pack: str) -> Iterator[ModuleType]:
    root = _import(pack, pack)
    yield root
    for found in pkgutil.walk_packages(getattr(root, "__path__", ()), prefix=f"{pack}."):
        yield _import(found.name, pack)


def _import(name: str, pack: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise CatalogueError(f"rule pack {pack}: importing {name} fails: {type(error).__name__}: {error}") from error


def _rules_of(module: ModuleType) -> Iterator[type[Rule]]:
    for value in vars(module).values():
        if not (isinstance(value, type) and value.__module__ == module.__name__ and issubclass(value, Rule)):
            continue
        if hasattr(value, "code") and not getattr(value, "__abstractmethods__", None):
            _check_declaration(value)
            yield value


def _check_declaration(rule: type[Rule]) -> None:
    where = f"rule {rule.__module__}.{rule.__qualname__}"
    if not (isinstance(rule.code, str) and _CODE.fullmatch(rule.code)):
        raise CatalogueError(f"{where}: code {rule.code!r} is not letters and three digits, such as AF301")
    name = getattr(rule, "name", None)
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise CatalogueError(f"{where}: name {name!r} is not kebab-case, such as wildcard-origins")
    if not isinstance(getattr(rule, "consequence", None), Consequence):
        raise CatalogueError(f"{where}: it declares no consequence")
    if not (rule.__doc__ or "").strip():
        raise CatalogueError(f"{where}: it has no docstring, whose first line is its summary")
    names = set()
    for option in options_of(rule):
        if not (isinstance(option.name, str) and _NAME.fullmatch(option.name)) or option.name in names:
            raise CatalogueError(f"{where}: the option's name {option.name!r} is not kebab-case, or is declared twice")
        names.add(option.name)
        if fault := declaration_fault(option):
            raise CatalogueError(f"{where}: the option {option.name}: {fault}")
    if not issubclass(rule, (ProjectRule, DeploymentRule, RunRule)):
        raise CatalogueError(f"{where}: it is neither a ProjectRule, a DeploymentRule nor a RunRule")


def _check_unique(rules: Iterable[Rule]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        for label in (rule.code, rule.name):
            other = seen.setdefault(label, rule)
            if other is not rule:
                raise CatalogueError(
                    f"{_described(other)} and {_described(rule)} both claim {label}; codes and names must be unique"
                )


def _described(rule: Rule) -> str:
    return f"{type(rule).__module__}.{type(rule).__qualname__}"
