"""What a configuration says about the options of rules, name by name checked against what the rules declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.engine.options import options_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.config_schema import ConfigurationTable
    from agentflow_lint.config_source import Problem, Source
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.rule import Rule

#: Keys of the table itself that set an option of the same name, whichever rule declares it.
SHORTHANDS = ("max-sequential-calls",)

#: Values by rule code and option name.
OptionValues = dict[str, dict[str, Any]]


def option_values(table: ConfigurationTable, catalogue: Catalogue) -> OptionValues:
    """The option values of one file, of which :func:`option_problems` has nothing to say."""
    values: OptionValues = {}
    for key, value in _shorthands(table):
        for rule in _declaring(catalogue, key):
            values.setdefault(rule.code, {})[key] = value
    for name, given in table.rules.items():
        rule = catalogue.known(name)
        declared = {option.name: option for option in options_of(type(rule))}
        for key, value in given.items():
            values.setdefault(rule.code, {})[key] = declared[key].value_of(value)
    return values


def option_problems(table: ConfigurationTable, source: Source, catalogue: Catalogue) -> Iterator[Problem]:
    """What is wrong with the options that one file sets."""
    seen: dict[str, str] = {}
    for name, given in table.rules.items():
        try:
            rule = catalogue.known(name)
        except UnknownNameError as error:
            yield source.problem(f"rules: {error}", "rules", name)
            continue
        other = seen.setdefault(rule.code, name)
        if other != name:
            yield source.problem(f"rules: {other} and {name} are the same rule; keep one of them", "rules", name)
            continue
        yield from _problems_of(rule, name, given, source)
    for key, _ in _shorthands(table):
        declaring = _declaring(catalogue, key)
        if not declaring:
            yield source.problem(f"{key}: no installed rule has this option", key)
        for rule in declaring:
            if rule.code in seen and key in table.rules[seen[rule.code]]:
                yield source.problem(f"{key}: rules.{seen[rule.code]} sets it too; keep one of them", key)


def _problems_of(rule: Rule, name: str, given: Mapping[str, Any], source: Source) -> Iterator[Problem]:
    declared = {option.name: option for option in options_of(type(rule))}
    for key, value in given.items():
        if key not in declared:
            complaint = UnknownNameError("option", key, declared) if declared else f"{rule.code} has no options"
            yield source.problem(f"rules.{name}: {complaint}", "rules", name, key)
        elif why := declared[key].complaint(value):
            yield source.problem(f"rules.{name}.{key}: the value {why}", "rules", name, key)


def _shorthands(table: ConfigurationTable) -> Iterator[tuple[str, Any]]:
    for key in SHORTHANDS:
        value = getattr(table, key.replace("-", "_"))
        if value is not None:
            yield key, value


def _declaring(catalogue: Catalogue, option: str) -> list[Rule]:
    return [rule for rule in catalogue.rules if any(each.name == option for each in options_of(type(rule)))]
