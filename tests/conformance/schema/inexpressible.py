"""What a JSON Schema cannot say about a config, each by name: the only reasons for which schema and server may differ.

The schema takes more than the server for all of them but one: it knows the digits of ASCII only.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from agentflow_lint.framework.config_checks import rejections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import ValidationError

    from agentflow_lint.framework.config_checks import Lookup, Rejection

#: Each reason, and what it is about; docs/schema.md lists them.
REASONS: Mapping[str, str] = {
    "environment": "Whether variables are set: those that a Redis URL names, REDIS_URL, MODE and those of the JWT.",
    "import-targets": "Whether a module, an attribute or the file of auth.path exists, and what is bound there.",
    "project-code": "What the project's code does: what its InjectQ container binds, what its authorization decides, "
    "which nodes of the graph run tools.",
    "broken-in-release": "What is right by the rules of a release and that release cannot run (AF108).",
    "equal-names": "That no two remote tools have one name.",
    "fractions-of-zero": "That 10.0 is no whole number for runs.max_concurrent_per_user: for JSON it is 10.",
    "unusual-numbers": "NaN and Infinity, which are no JSON, numbers beyond 1.8e308, and texts of 4,300 digits.",
    "unusual-urls": "Redis URLs with control characters, percent signs, brackets, characters beyond ASCII, or an "
    "argument that is given twice.",
    "unusual-letters": "Which letters beyond ASCII Python takes for a name, and halves of surrogate pairs.",
    "other-digits": "Digits beyond ASCII, which the server takes in numbers that are texts, and the schema does not.",
}

UNUSUAL_URL = re.compile(r"[\x00-\x1f%\[\]\x80-\U0010ffff]|[?&]([a-z_]+)=[^#]*&\1=")
_HALF = re.compile("[\ud800-\udfff]")
_MOST_DIGITS = 4300


def expressible(version: str, data: Mapping[str, Any], environ: Lookup) -> Iterator[Rejection]:
    """What the release refuses and a schema can say."""
    for rejection in rejections(version, data, environ):
        if why_valid(rejection, data) is None:
            yield rejection


def why_valid(rejection: Rejection, data: Mapping[str, Any]) -> str | None:
    """The reason for which a schema has to take what the release refuses; None where it can refuse it too."""
    if rejection.uncertain:
        return "project-code"
    if rejection.rule == "AF108":
        return "broken-in-release"
    if rejection.environment:
        return "environment"
    if "the name that" in rejection.message:
        return "equal-names"
    return _unusual(rejection, _at(data, rejection.path))


def _unusual(rejection: Rejection, value: object) -> str | None:
    if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
        return "unusual-numbers"
    if isinstance(value, int) and value > 10**308:
        return "unusual-numbers"
    if rejection.path == ("runs", "max_concurrent_per_user") and isinstance(value, float) and value.is_integer():
        return "fractions-of-zero" if value > 0 else None
    if not isinstance(value, str):
        return None
    if "redis" in rejection.path and UNUSUAL_URL.search(value):
        return "unusual-urls"
    if _HALF.search(value):
        return "unusual-letters"
    if rejection.rule in ("AF201", "AF206") and not value.isascii():
        return "unusual-letters"
    return "unusual-numbers" if sum(map(str.isdigit, value)) > _MOST_DIGITS else None


def why_invalid(error: ValidationError) -> str | None:
    """The reason for which a schema refuses what the release takes; None where it has no business to."""
    value = error.instance
    if isinstance(value, str) and any(letter.isdecimal() and not letter.isascii() for letter in value):
        return "other-digits"
    if isinstance(value, int) and value > 10**308:
        return "unusual-numbers"
    return None


def _at(data: Any, path: tuple[str | int, ...]) -> object:
    for step in path:
        held = step in data if isinstance(data, dict) else isinstance(data, list) and isinstance(step, int)
        if not held:
            return None
        data = data[step]
    return data
