"""The configuration that a project is linted with, setting by setting, each with the place that it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.config_options import SHORTHANDS
from agentflow_lint.config_source import shown_path
from agentflow_lint.engine.options import options_of
from agentflow_lint.engine.selection import ALL, canonical
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.check import Request
    from agentflow_lint.config import Configuration
    from agentflow_lint.config_layers import Layer
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.engine.rule import Rule


@record(frozen=True)
class Origin:
    """Where a value comes from: a line of a file, an option of the command line, or neither for a default."""

    path: str | None = None
    line: int | None = None
    option: str | None = None


DEFAULT = Origin()


@record(frozen=True)
class Setting:
    """One setting: its key with dots between the parts, its value as JSON has it, and where that comes from.

    A list that several files have added to has several origins, the nearest last. None is a value that is not set.
    """

    key: str
    value: Any
    origins: tuple[Origin, ...]


#: Keys of one value, and the option of the command line that overrides each.
_SIMPLE = {
    "fail-on": "--fail-on",
    "target-release": "--target-release",
    "provided-env": "",
    "deployments": "--deployment",
    "exclude": "",
    "require-reason": "",
    "show-undecided": "--show-undecided",
    "baseline": "--baseline",
}


def effective_settings(configuration: Configuration, request: Request, catalogue: Catalogue) -> tuple[Setting, ...]:
    """Every setting of ``configuration``, over which ``request`` has had its say."""
    return (
        _selectors("select", configuration, "--select" if request.select is not None else ""),
        _selectors("ignore", configuration, _ignoring(request)),
        *(_simple(key, configuration, request) for key in _SIMPLE),
        *_severities(configuration, catalogue),
        *_options(configuration, catalogue),
        *_entries(configuration),
    )


def _selectors(key: str, configuration: Configuration, option: str) -> Setting:
    chosen = getattr(configuration, key)
    value = [ALL] if key == "select" and not chosen else list(chosen)
    if option:
        return Setting(key, value, (Origin(option=option),))
    places: list[Origin] = []
    for layer in configuration.layers:
        given = getattr(layer.table, key) or ()
        if layer.sets(key) and (not given or any(isinstance(each, str) for each in given)):
            places = [_at(layer, key)]
        if getattr(layer.table, f"extend_{key}"):
            places.append(_at(layer, f"extend-{key}"))
    return Setting(key, value, tuple(places) or (DEFAULT,))


def _ignoring(request: Request) -> str:
    """The option that decides which rules are ignored: a selection on the command line starts afresh."""
    return "--ignore" if request.ignore is not None else "--select" if request.select is not None else ""


def _simple(key: str, configuration: Configuration, request: Request) -> Setting:
    field = key.replace("-", "_")
    value = getattr(configuration, field)
    if key == "fail-on":
        value = value.value if value else "never"
    if key == "baseline":
        value = shown_path(value) if value else None
    if isinstance(value, tuple):
        value = list(value)
    asked = getattr(request, field, None)
    if asked not in (None, ()):
        value = list(asked) if isinstance(asked, tuple) else value
        option = "--no-baseline" if (key, asked) == ("baseline", "") else _SIMPLE[key]
        return Setting(key, value, (Origin(option=option),))
    layer = next((layer for layer in reversed(configuration.layers) if layer.sets(field)), None)
    return Setting(key, value, (_at(layer, key) if layer else DEFAULT,))


def _severities(configuration: Configuration, catalogue: Catalogue) -> Iterator[Setting]:
    said: dict[str, Setting] = {}
    for layer in configuration.layers:
        for name, word in layer.table.severity.items():
            selector = canonical(catalogue, name)
            said[selector] = Setting(f"severity.{selector}", word, (_at(layer, "severity", name),))
    yield from (said[selector] for selector in sorted(said))


def _options(configuration: Configuration, catalogue: Catalogue) -> Iterator[Setting]:
    """The options of every installed rule, those that nobody sets too."""
    for rule in catalogue.rules:
        values = configuration.rule_options.get(rule.code, {})
        for option in options_of(type(rule)):
            value = values.get(option.name, option.default)
            places = [place for layer in configuration.layers if (place := _option_place(layer, rule, option.name))]
            shown = list(value) if isinstance(value, tuple) else value
            yield Setting(f"rules.{rule.code}.{option.name}", shown, tuple(places[-1:]) or (DEFAULT,))


def _option_place(layer: Layer, rule: Rule, option: str) -> Origin | None:
    for name, given in layer.table.rules.items():
        if option in given and name.casefold() in (rule.code.casefold(), rule.name):
            return _at(layer, "rules", name, option)
    if option in SHORTHANDS and layer.sets(option.replace("-", "_")):
        return _at(layer, option)
    return None


def _entries(configuration: Configuration) -> Iterator[Setting]:
    """The entries about findings in files, of every file of the configuration."""
    for layer in configuration.layers:
        for index, entry in enumerate(layer.table.ignore):
            if not isinstance(entry, str):
                value: Mapping[str, Any] = entry.model_dump(exclude_defaults=True)
                yield Setting(f"ignore[{index}]", value, (_at(layer, "ignore", index),))
        for path, selectors in layer.table.per_file_ignores.items():
            yield Setting(f'per-file-ignores."{path}"', list(selectors), (_at(layer, "per-file-ignores", path),))


def _at(layer: Layer, *keys: str | int) -> Origin:
    return Origin(layer.source.path, layer.source.span(*keys).line)
