"""Operators and methods on known values, kept from growing: what could take long or get big is not computed."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

#: Strings and bytes above this length are not built.
LONGEST = 20_000
_LARGEST = 10**40
_LARGE_WIDTH = re.compile(r"\d{4}")

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

#: Methods of str without side effects whose result is no longer than its operands together.
STRING_METHODS = frozenset(
    """capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit isidentifier islower
    isnumeric isspace istitle isupper lower lstrip partition removeprefix removesuffix rfind rindex rpartition rsplit
    rstrip split splitlines startswith strip swapcase title upper encode""".split()  # noqa: SIM905
)


class NotComputed(Exception):  # noqa: N818 - no fault: the value is left unknown
    """The operation is not one that is computed."""


def binary(sign: str, left: Any, right: Any) -> Any:
    """``left sign right`` for two primitive values.

    Raises NotComputed for what is left alone, and what Python raises (TypeError, ZeroDivisionError) otherwise.
    """
    function = _BINARY.get(sign)
    if function is None:
        raise NotComputed
    if sign == "*" and not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
        size = len(left) if isinstance(left, (str, bytes)) else len(right) if isinstance(right, (str, bytes)) else 0
        times = right if isinstance(right, int) else left if isinstance(left, int) else 0
        if size * abs(times) > LONGEST:
            raise NotComputed
    if sign == "%" and isinstance(left, (str, bytes)) and not _is_plain_template(left, right):
        raise NotComputed
    for operand in (left, right):
        if isinstance(operand, int) and abs(operand) > _LARGEST:
            raise NotComputed
    result = function(left, right)
    if isinstance(result, (str, bytes)) and len(result) > LONGEST:
        raise NotComputed
    return result


def unary(sign: str, value: Any) -> Any:
    """``sign value`` for a primitive value."""
    if sign == "not":
        return not value
    if sign == "-":
        return -value
    return +value if sign == "+" else ~value


def compare(sign: str, left: Any, right: Any) -> bool:
    """``left sign right`` for two primitive values; ``is`` only between constants that are single objects."""
    if sign in ("is", "is not"):
        if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
            return (left is right) == (sign == "is")
        if hasattr(left, "owner") and hasattr(right, "owner"):  # members of enumerations
            return (left is right) == (sign == "is")
        raise NotComputed
    if sign in ("in", "not in"):
        return (left in right) == (sign == "in")
    return bool(_COMPARE[sign](left, right))


def method(value: str | bytes, name: str, arguments: list[Any]) -> Any:
    """``value.name(*arguments)`` for the methods of :data:`STRING_METHODS`, ``replace`` and ``join``."""
    if name in STRING_METHODS or (name == "replace" and _replaces_little(value, arguments)):
        return getattr(value, name)(*arguments)
    if name == "format" and isinstance(value, str) and _is_plain_format(value, arguments):
        return value.format(*arguments)
    raise NotComputed


def formatted(template: str, value: Any) -> str:
    """``template.format(value)`` for one replacement without a large width.

    Raises NotComputed for a large one, and what Python raises (ValueError) otherwise.
    """
    if _LARGE_WIDTH.search(template):
        raise NotComputed
    return template.format(value)


def _is_plain_format(template: str, arguments: list[Any]) -> bool:
    """Only ``{}`` and doubled braces, as many as there are arguments, which are texts and the like."""
    rest = template.replace("{{", "").replace("}}", "")
    plain = rest.count("{}")
    size = len(template) + sum(len(str(item)) for item in arguments)
    return "{" not in rest.replace("{}", "") and plain == len(arguments) and size <= LONGEST


def _replaces_little(value: str | bytes, arguments: list[Any]) -> bool:
    if len(arguments) < 2 or not all(isinstance(item, type(value)) for item in arguments[:2]):
        return len(arguments) < 2
    return (len(value) + 1) * (len(arguments[1]) + 1) <= LONGEST


def _is_plain_template(template: str | bytes, values: Any) -> bool:
    """Only ``%s`` and ``%d`` without widths."""
    if not isinstance(template, str):
        return False
    rest = template.replace("%%", "").replace("%s", "").replace("%d", "")
    return "%" not in rest and not isinstance(values, (list, dict))
