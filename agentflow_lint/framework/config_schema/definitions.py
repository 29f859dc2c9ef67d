"""The shapes that a schema gives names to (``definitions``), because many keys take them or their patterns are long.

The parsers behind them are replayed in :mod:`agentflow_lint.framework.config_checks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.config_checks.leniency import FALSE_WORDS, TRUE_WORDS
from agentflow_lint.framework.config_schema import patterns
from agentflow_lint.framework.config_schema.redis_urls import EXPANDABLE, REDIS_URL, REFERENCE
from agentflow_lint.framework.config_schema.shapes import Schema, any_of, falsy, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATH = "This has to be module:attribute: one colon, a dotted module name without .py, one plain name."
_WHOLE = "This text has to be a whole number"
_URL = "A Redis URL begins with redis://, rediss:// or unix://, and its numbers have to be numbers."
_TRUE = text(patterns.words(*TRUE_WORDS), f"This has to be one of {', '.join(TRUE_WORDS)}.")
_FALSE = text(patterns.words(*FALSE_WORDS), f"This has to be one of {', '.join(FALSE_WORDS)}.")

_DEFINITIONS: Mapping[str, Schema] = {
    "nothing": {"description": "What counts as no value at all.", **falsy()},
    "importPath": {"description": "module:attribute", **text(patterns.IMPORT_PATH, _PATH)},
    "true": any_of({"const": True}, _TRUE),
    "false": any_of({"const": False}, _FALSE),
    # The numbers 1 and 0 are refused.
    "boolean": any_of(
        {"type": "boolean"},
        text(
            patterns.words(*TRUE_WORDS, *FALSE_WORDS),
            f"This has to be one of {', '.join((*TRUE_WORDS, *FALSE_WORDS))}.",
        ),
    ),
    # What int() makes a number above 0 of: 100, 100.9, "100", true.
    "positive": any_of(
        {"type": "number", "minimum": 1}, text(patterns.POSITIVE, f"{_WHOLE} above 0."), {"const": True}
    ),
    # What int() makes 0 or more of, 0.5 and -0.5 included; null, 0 and false are no limit.
    "limit": any_of(
        {"type": "number", "exclusiveMinimum": -1},
        {"type": ["null", "boolean"]},
        text(patterns.NOT_NEGATIVE, f"{_WHOLE}, 0 or above."),
    ),
    "network": text(patterns.NETWORK, "This has to be an IP address or a CIDR range, such as 10.0.0.0/8."),
    "redisUrl": text(REDIS_URL, _URL),
    "expandable": text(EXPANDABLE, "This asks for an environment variable and names none: write ${NAME}."),
    # After variables were replaced: one that names a variable may become anything.
    "expandedRedisUrl": any_of(text(REDIS_URL, _URL) | {"minLength": 1}, text(REFERENCE)),
    "notBlank": text(patterns.NOT_BLANK, "This has to be a text that is not blank."),
}

_PREFIX = "#/definitions/"


def named(name: str) -> Schema:
    """A reference to a definition. Raises :class:`KeyError` when there is none of that name."""
    if name not in _DEFINITIONS:
        raise KeyError(name)
    return {"$ref": _PREFIX + name}


def definitions(schema: Schema) -> dict[str, Schema]:
    """The definitions that ``schema`` refers to, by name, in alphabetical order."""
    return {name: _DEFINITIONS[name] for name in sorted(set(_names(schema)))}


def _names(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_PREFIX)
        for inner in part.values():
            yield from _names(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _names(inner)
