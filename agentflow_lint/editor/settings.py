"""The settings that a client hands over: the options of the command line under the names that editors use."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from agentflow_lint.engine.names import UnknownNameError
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.check import Request

#: The section under which clients keep them.
SECTION = "agentflow-lint"


class SettingsError(Exception):
    """A setting that cannot be used; the message names it."""


@record(frozen=True)
class Settings:
    """What counts: the request (without paths), and the switches of features by their name."""

    request: Request
    features: dict[str, bool] = field(default_factory=dict)


#: The field of a request for each key, and what a value must be.
_FIELDS: dict[str, tuple[str, str]] = {
    "select": ("select", "a list of strings"),
    "ignore": ("ignore", "a list of strings"),
    "targetRelease": ("target_release", "a string"),
    "deployments": ("deployments", "a list of strings"),
    "showUndecided": ("show_undecided", "true or false"),
    "configuration": ("config", "a string"),
}
#: Switches, all of which are on by default.
FEATURES = ("inlayHints",)
KEYS = ("args", *_FIELDS, *FEATURES)


def read_settings(given: Any, base: Request, parse: Callable[[list[str]], Request]) -> Settings:
    """The settings in ``given``, a client's JSON; what it leaves out or sets to null stays as in ``base``.

    ``args`` are options as on the command line, which ``parse`` reads; they come before the other keys. Raises
    :class:`SettingsError`.
    """
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise SettingsError(f"the settings of {SECTION} are not an object")
    if SECTION in given and len(given) == 1:
        return read_settings(given[SECTION], base, parse)
    for key in given:
        if key not in KEYS:
            raise SettingsError(f"the settings of {SECTION}: {UnknownNameError('key', str(key), KEYS)}")
    request = base
    if given.get("args"):
        request = parse(_checked("args", given["args"], "a list of strings"))
    for key, (name, kind) in _FIELDS.items():
        if given.get(key) is not None:
            value = _checked(key, given[key], kind)
            changed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value}
            request = replace(request, **changed)
    switches = {key: _checked(key, given[key], "true or false") for key in FEATURES if given.get(key) is not None}
    return Settings(request, switches)


def _checked(key: str, value: Any, kind: str) -> Any:
    fits = {
        "a string": isinstance(value, str),
        "true or false": isinstance(value, bool),
        "a list of strings": isinstance(value, list) and all(isinstance(item, str) for item in value),
    }[kind]
    if not fits:
        raise SettingsError(f"the settings of {SECTION}: {key} is not {kind}")
    return value
