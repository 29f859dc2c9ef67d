"""The kinds of symbols. Every one has its ``span`` in its file."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from agentflow_lint.records import record

if TYPE_CHECKING:
    from agentflow_lint.model.config_file import KeyPath
    from agentflow_lint.model.values import Notation
    from agentflow_lint.sources.text import Span


@record(frozen=True)
class SettingVariable:
    """A variable that a file sets for a process, a setting of the server or not.

    ``span`` covers name and value, ``name_span`` the name. ``value`` is what is written, None where there is nothing.
    ``notation`` is as in :class:`~agentflow_lint.model.values.Origin`, None for an ARG, a ConfigMap or a ``raw_env``.
    """

    name: str
    span: Span
    name_span: Span
    value: str | None = field(default=None, repr=False)
    value_span: Span | None = None
    notation: Notation | None = None


@record(frozen=True)
class ConfigKey:
    """A key of the config."""

    path: KeyPath
    span: Span


@record(frozen=True)
class ConfigValue:
    """A value of the config that is neither an object nor a list; ``span`` includes a string's quotes."""

    path: KeyPath
    span: Span
    value: str | int | float | bool | None = field(repr=False)


@record(frozen=True)
class VariableRead:
    """A place where code, or the config, takes a variable."""

    name: str
    span: Span


@record(frozen=True)
class FileName:
    """The name of a file of the project: ``path`` is relative to its root."""

    path: str
    span: Span


@record(frozen=True)
class RuleName:
    """A rule's code or name in a suppression."""

    text: str
    span: Span


Symbol: TypeAlias = "SettingVariable | ConfigKey | ConfigValue | VariableRead | FileName | RuleName"
