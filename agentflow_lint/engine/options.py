"""Options: what the configuration may tell a rule.

A rule declares its options as class attributes and reads them as plain values::

    class SlowCalls(DeploymentRule):
        most = Option("most-calls", default=8, minimum=1, description="How many calls are not too many.")

        def check(self, deployment):
            if count > self.most:
                ...

``[tool.agentflow-lint.rules.CODE]`` sets them, with the rule's name as good as its code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.engine.rule import Rule

T = TypeVar("T", bool, int, float, str, tuple[str, ...])

_KINDS = {bool: "true or false", int: "an integer", float: "a number", str: "a string", tuple: "a list of strings"}
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


class Option(Generic[T]):
    """One option of a rule.

    ``name`` is kebab-case, the type that of ``default``: a boolean, a number, a string or a tuple of strings.
    ``description`` is a sentence. A number may have a ``minimum``; a string, or each item of a tuple, may be one of
    ``choices`` only.
    """

    def __init__(
        self,
        name: str,
        *,
        default: T,
        description: str,
        minimum: int | None = None,
        choices: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.default: T = default
        self.description = description
        self.minimum = minimum
        self.choices = tuple(choices)

    @overload
    def __get__(self, rule: None, owner: type[Rule]) -> Option[T]: ...
    @overload
    def __get__(self, rule: Rule, owner: type[Rule]) -> T: ...
    def __get__(self, rule: Rule | None, owner: type[Rule]) -> Option[T] | T:
        if rule is None:
            return self
        value: T = rule.option_values.get(self.name, self.default)  # type: ignore[assignment]  # was checked when read
        return value

    def complaint(self, value: object) -> str | None:
        """Why a value of a configuration is none for this option, in words that finish "the value ..."; else None."""
        kind = type(self.default)
        items = value if isinstance(value, list) else [value]
        accepted: dict[type, type | tuple[type, ...]] = {float: (int, float), tuple: list}
        if (
            not isinstance(value, accepted.get(kind, kind))
            or (isinstance(value, bool) and kind is not bool)
            or (kind is tuple and not all(isinstance(item, str) for item in items))
        ):
            return f"is not {_KINDS[kind]}"
        if self.choices and not all(item in self.choices for item in items):
            return f"is not one of {', '.join(self.choices)}"
        if self.minimum is not None and isinstance(value, (int, float)) and not value >= self.minimum:
            return f"is less than {self.minimum}"
        return None

    def value_of(self, value: Any) -> T:
        """A value about which there is no :meth:`complaint`, as the rule reads it."""
        converted: T = type(self.default)(value)
        return converted

    @property
    def default_text(self) -> str:
        """The default as a configuration spells it."""
        import json

        return json.dumps(self.default, ensure_ascii=False)

    @property
    def schema(self) -> dict[str, Any]:
        """The option as a JSON Schema."""
        default: Any = self.default
        one: dict[str, Any] = {"type": "string" if isinstance(default, tuple) else _JSON_TYPES[type(default)]}
        if self.choices:
            one["enum"] = list(self.choices)
        if self.minimum is not None:
            one["minimum"] = self.minimum
        if isinstance(default, tuple):
            return {"description": self.description, "type": "array", "items": one, "default": list(default)}
        return {"description": self.description, **one, "default": default}


def options_of(rule: type[Rule]) -> tuple[Option[Any], ...]:
    """The options that a rule class declares or inherits, in the order of their declaration."""
    declared = {
        attribute: value
        for base in reversed(rule.__mro__)
        for attribute, value in vars(base).items()
        if isinstance(getattr(rule, attribute, None), Option)
    }
    return tuple(getattr(rule, attribute) for attribute in declared)


def declaration_fault(option: Option[Any]) -> str | None:
    """What is wrong with how an option is declared; None when nothing is."""
    if type(option.default) not in _KINDS:
        return f"its default {option.default!r} is no boolean, number, string or tuple of strings"
    if not option.description.strip():
        return "it has no description"
    if complaint := option.complaint(list(option.default) if isinstance(option.default, tuple) else option.default):
        return f"its default {complaint}"
    return None
