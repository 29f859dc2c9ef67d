"""What the schema of a release says of one key."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from agentflow_lint.framework.config_schema.document import config_schema
from agentflow_lint.framework.release import load_release
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.framework.config_keys import KeyPath
    from agentflow_lint.framework.config_schema.shapes import Schema

NO_DEFAULT = object()
#: The definitions that are said in words, and the values of which are not listed.
_NAMED = {
    "importPath": "module:attribute",
    "boolean": "true or false",
    "true": "true",
    "false": "false",
    "positive": "a whole number above 0",
    "limit": "a whole number, or null for no limit",
    "network": "an IP address or a CIDR range",
    "redisUrl": "a Redis URL",
    "expandable": "a text, in which ${NAME} is a variable",
    "expandedRedisUrl": "a Redis URL",
    "notBlank": "a text that is not blank",
    "nothing": "",
}
_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


@record(frozen=True)
class KeyFacts:
    """One key as a release sees it.

    ``accepts`` are what it takes, in words; ``values`` those values that can be listed, as JSON has them. ``default``
    is :data:`NO_DEFAULT` where no value says what a missing key means. ``deprecated`` says why the key does nothing.
    """

    description: str
    accepts: tuple[str, ...]
    values: tuple[Any, ...]
    default: Any
    examples: tuple[Any, ...]
    deprecated: str
    is_read: bool
    takes_import_path: bool


def keys_below(version: str, path: KeyPath) -> tuple[str, ...]:
    """The keys below ``path`` that some release knows; () for the top level. Indexes of lists are left out of paths."""
    schema = _at(version, path)
    return tuple(_properties(schema)) if schema is not None else ()


def key_facts(version: str, path: KeyPath) -> KeyFacts | None:
    """The facts of a key in server release ``version``; None for a key that no known release reads."""
    schema = _at(version, path)
    if schema is None or not path:
        return None
    words: list[str] = []
    values: list[Any] = []
    named: set[str] = set()
    for kind, found in _alternatives(schema):
        if kind == "named":
            named.add(found)
            words.append(_NAMED.get(found, found))
            if found == "boolean":
                values += [True, False]
        elif kind == "value":
            if isinstance(found, (str, bool, int, float)) or found is None:
                values.append(found)
        else:
            words.append(_TYPES.get(found, found))
            if found == "boolean":
                values += [True, False]
    return KeyFacts(
        schema.get("description", ""),
        tuple(dict.fromkeys(each for each in words if each)),
        tuple(_unique(values)),
        schema.get("default", NO_DEFAULT),
        tuple(schema.get("examples", ())),
        schema.get("deprecationMessage", ""),
        not schema.get("doNotSuggest", False),
        "importPath" in named,
    )


@cache
def _schema(version: str) -> Schema:
    return config_schema(load_release(version).version)


def _at(version: str, path: KeyPath) -> Schema | None:
    schema: Schema | None = _schema(version)
    for key in path:
        if schema is None:
            return None
        schema = _properties(schema).get(key)
    return schema


def _properties(schema: Schema) -> dict[str, Schema]:
    found = schema.get("properties")
    items = schema.get("items")
    if found is None and isinstance(items, dict):
        found = items.get("properties")
    # Only the config's own keys are described; others belong to shapes that a value must have.
    return {key: inner for key, inner in (found or {}).items() if "description" in inner}


def _alternatives(schema: Schema) -> Iterator[tuple[str, Any]]:
    """What a schema takes: ("named", definition), ("value", value) and ("type", type)."""
    if "$ref" in schema:
        yield "named", schema["$ref"].rpartition("/")[2]
    for value in schema.get("enum", ()):
        yield "value", value
    if "const" in schema:
        yield "value", schema["const"]
    if "type" in schema and "pattern" not in schema:
        kinds = schema["type"]
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            yield "type", kind
    for inner in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "required" not in inner or "type" in inner:
            yield from _alternatives(inner)


def _unique(values: list[Any]) -> Iterator[Any]:
    seen: set[tuple[type, Any]] = set()
    for value in values:
        if (type(value), value) not in seen:
            seen.add((type(value), value))
            yield value
