"""Enumerations of the program: their members, and how they are found.

Followed are classes that derive from Enum or StrEnum, or from str and Enum (enum.py of Python 3.12 to 3.14); members
with numbers that behave like numbers are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.model.graph.things import (
    Class,
    External,
    FrameworkName,
    Intrinsic,
    Items,
    Known,
    Mapping,
    Opaque,
    Thing,
)

if TYPE_CHECKING:
    from agentflow_lint.model.graph.attributes import Attributes
    from agentflow_lint.model.graph.results import Place

_TEXT_BASE = "enum.StrEnum"
_BASES = frozenset({"enum.Enum", _TEXT_BASE})


class EnumMember:
    """A member that is equal to nothing but itself."""

    def __init__(self, owner: Class, name: str, value: Thing) -> None:
        self.owner = owner
        self.name = name
        self.value = value

    def __str__(self) -> str:
        return f"{self.owner.name}.{self.name}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class TextMember(str):
    """A member that is its text as well; ``is_plain`` where str() gives that text (StrEnum)."""

    owner: Class
    name: str
    value: Thing
    is_plain: bool

    @staticmethod
    def of(owner: Class, name: str, value: Known, is_plain: bool) -> TextMember:
        """The member ``name`` of ``owner``, whose ``value`` is a text."""
        made = TextMember(value.value)
        made.owner, made.name, made.value, made.is_plain = owner, name, value, is_plain
        return made

    def __str__(self) -> str:
        return str.__str__(self) if self.is_plain else f"{self.owner.name}.{self.name}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def fill(cls: Class) -> None:
    """Turn what the body of an enumeration binds into its members; nothing for other classes."""
    externals = {base.dotted for base in cls.order if isinstance(base, External)}
    if not externals & _BASES:
        return
    is_text = _TEXT_BASE in externals or any(isinstance(base, Intrinsic) and base.name == "str" for base in cls.order)
    strange = [base for base in cls.order if not isinstance(base, (Class, External)) and _name(base) not in _PLAIN]
    if strange or externals - _BASES or cls.frame.doubt is not None:
        return
    made: dict[str, Thing] = {}
    for name, bound in list(cls.frame.names.items()):
        if name.startswith("_") or not isinstance(bound, (Known, Class, FrameworkName, Items, Mapping, Opaque)):
            continue
        value = _automatic(bound, name, len(made), is_text)
        if value is None or (isinstance(value, Class) and value.name == name):
            return
        made[name] = _alias(made, value) or _member(cls, name, value, is_text, _TEXT_BASE in externals)
    cls.members = made
    cls.frame.names.update(made)


_PLAIN = ("str", "object")


def _name(base: Thing) -> str:
    return base.name if isinstance(base, Intrinsic) else ""


def _automatic(bound: Thing, name: str, count: int, is_text: bool) -> Thing | None:
    """The value of a member; None where it is not known."""
    if not isinstance(bound, Opaque):
        return bound
    if bound.result_of != "enum.auto":
        return None
    return Known(name.lower() if is_text else count + 1)


def _member(cls: Class, name: str, value: Thing, is_text: bool, is_plain: bool) -> Thing:
    place = value.place if isinstance(value, Known) else None
    if is_text and isinstance(value, Known) and isinstance(value.value, str):
        return Known(TextMember.of(cls, name, value, is_plain), place)
    return Known(EnumMember(cls, name, value), place)


def _alias(made: dict[str, Thing], value: Thing) -> Thing | None:
    return next((each for each in made.values() if _has_value(each, value)), None)


def _has_value(member: Thing, value: Thing) -> bool:
    own = member.value.value if isinstance(member, Known) else None
    if own is value:
        return True
    return isinstance(own, Known) and isinstance(value, Known) and bool(own.value == value.value)


def by_value(run: Attributes, cls: Class, given: Thing, place: Place) -> Thing:
    """``Kind(value)``; raises Raised (ValueError) for what is no member's value."""
    assert cls.members is not None
    if isinstance(given, Opaque):
        return given
    for member in cls.members.values():
        if (isinstance(member, Known) and isinstance(given, Known) and member.value is given.value) or _has_value(
            member, given
        ):
            return member
    if not isinstance(given, Known) or run.in_order(cls.order[:1], "_missing_", place) is not None:
        return Opaque(f"which {cls.name} it is is not known", place)
    raise run.python_error("ValueError", f"{given.value!r} is not a valid {cls.name}", place)


def by_name(run: Attributes, cls: Class, index: Thing, place: Place) -> Thing:
    """``Kind["NAME"]``; raises Raised (KeyError) for a name that no member has."""
    assert cls.members is not None
    if not isinstance(index, Known):
        return index if isinstance(index, Opaque) else Opaque(f"which {cls.name} it is is not known", place)
    found = cls.members.get(index.value) if isinstance(index.value, str) else None
    if found is None:
        raise run.python_error("KeyError", repr(index.value), place)
    return found


def attribute(run: Attributes, thing: Known, name: str, place: Place) -> Thing | None:
    """An attribute that a member has as such; None for what its text has."""
    member = thing.value
    if name in ("value", "_value_"):
        value: Thing = member.value
        return value
    if name in ("name", "_name_"):
        return Known(member.name, place)
    if name == "__class__":
        return member.owner  # type: ignore[no-any-return]
    for cls in member.owner.order:
        if isinstance(cls, Class) and name in cls.frame.names:
            found = cls.frame.names[name]
            return run.read_class_attribute(found, thing, place)
    return None
