"""How a JSON Schema (draft-07) is put together. Every function returns a new object, so that a caller may add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from agentflow_lint.framework.config_schema import patterns

if TYPE_CHECKING:
    from collections.abc import Iterable

Schema: TypeAlias = "dict[str, Any]"


def any_of(*shapes: Schema) -> Schema:
    """One of the shapes."""
    return {"anyOf": list(shapes)}


def no(shape: Schema) -> Schema:
    """Anything but the shape."""
    return {"not": shape}


def text(pattern: str, otherwise: str = "") -> Schema:
    """A string that matches; ``otherwise`` is what VS Code says of one that does not."""
    said = {"patternErrorMessage": otherwise} if otherwise else {}
    return {"type": "string", "pattern": pattern, **said}


def falsy() -> Schema:
    """What Python's ``if not value`` takes for nothing at all."""
    return {"enum": [None, False, 0, "", [], {}]}


def strings(item: Schema | None = None) -> Schema:
    """A list of strings (each of the shape ``item``), or null."""
    return {"type": ["array", "null"], "items": item or {"type": "string"}}


def one_of_words(choices: Iterable[str], *, blanks: bool) -> Schema:
    """One of the words in any case (``blanks``: with blanks around it); as they are written they are offered."""
    offered = list(choices)
    wrong = f"This has to be one of {', '.join(offered)}."
    return any_of({"enum": offered}, text(patterns.words(*offered, blanks=blanks), wrong))


def an_object(**more: Any) -> Schema:
    """An object with further keywords."""
    return {"type": "object", **more}


def has(key: str, shape: Schema) -> Schema:
    """The keywords of an object that has ``key`` in this shape."""
    return {"required": [key], "properties": {key: shape}}


def within(key: str, shape: Schema) -> Schema:
    """The keywords of an object whose ``key``, where it is there, has this shape."""
    return {"properties": {key: shape}}
