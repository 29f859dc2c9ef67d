"""The small parsers that the server's config classes share, with their exact leniency.

Source: ``src/app/core/config/graph_config.py`` of 0.3.2 (booleans, integers) to 0.9.0.
"""

from __future__ import annotations

from typing import Any

#: The words for either, in any case and with blanks around them.
TRUE_WORDS = ("true", "1", "yes", "on")
FALSE_WORDS = ("false", "0", "no", "off")

BOOLEAN = 'true, false, or one of the strings "1", "true", "yes", "on", "0", "false", "no", "off" (numbers are refused)'
"""What :func:`boolean` takes, in words."""


def boolean(value: object) -> bool | None:
    """The boolean that the server reads, or None where it refuses: JSON numbers and null are refused."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None
    return None


def integer(value: Any) -> int | None:
    """The integer that ``int()`` makes of a JSON value, or None where it raises.

    So ``"100"``, ``"1_000"``, ``100.9`` and ``true`` are integers; null, lists, ``"1.5"`` and NaN are not.
    """
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def is_text(value: object) -> bool:
    """Whether pydantic takes the value for a ``str`` field: a string without lone surrogates."""
    if not isinstance(value, str):
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
