"""What a scalar means, as go-yaml v3 (``resolve.go``) resolves it when the wanted type is not known.

That is the core schema of YAML 1.2 with a few survivals of 1.1: ``012`` and ``0o14`` are both octal, ``1_000`` is a
number, and ``<<`` merges. ``yes``, ``no``, ``on`` and ``off`` are strings (go-yaml takes them as booleans only where a
Go ``bool`` is wanted). Dates stay strings here: no reader of this linter wants one.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentflow_lint.sources.yaml.nodes import Scalar

#: What YAML 1.1 calls booleans beyond ``true`` and ``false``, in the spellings that go-yaml knows.
YAML_11_BOOLEANS: dict[str, bool] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_NUMBER_START = frozenset("+-.0123456789")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])_(?=[0-9])")
_BASES = (16, 2, 8, 10)
#: A Go ``int64`` has 19 digits, a ``uint64`` in binary 64; whatever is longer is a float or a string.
_LONGEST_NUMBER = 100


def resolve(text: str, tag: str | None, is_plain: bool) -> Scalar:
    """The value of a scalar with this text; ``tag`` is its explicit one, as in ``YamlScalar.tag``.

    A tag of the application (``!reset``) makes a string of it, as go-yaml does; ``!!binary`` is not decoded.
    """
    if tag is None:
        return resolve_plain(text) if is_plain else text
    if tag in ("!!int", "!!float", "!!bool", "!!null"):
        value = resolve_plain(text)
        if tag == "!!float" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        return value
    return text


def resolve_plain(text: str) -> Scalar:
    """The value of an untagged plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    # go-yaml drops them from what starts with a digit or a sign; Go's ParseFloat, which gets the rest, between digits.
    digits = _BETWEEN_DIGITS.sub("", text) if text[0] == "." else text.replace("_", "")
    match = _INTEGER.fullmatch(digits)
    if match and len(digits) <= _LONGEST_NUMBER:
        sign, *groups = match.groups()
        value = next(int(group, base) for group, base in zip(groups, _BASES, strict=True) if group)
        value = -value if sign == "-" else value
        # ParseUint, which go-yaml asks when the number is too large for an int64, takes no sign.
        if -(2**63) <= value < (2**63 if sign else 2**64):
            return value
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        return text if math.isinf(number) else number
    return text
