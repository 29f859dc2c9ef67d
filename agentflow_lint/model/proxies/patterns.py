"""nginx's regular expressions (PCRE), run by Python's ``re`` where both surely say the same, and in bounded time."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

_MAX_LENGTH = 200
_MAX_REPEATS = 4
#: A repeated group can take time that grows exponentially with the subject.
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{)")
_REPEAT = re.compile(r"(?<!\\)[*+]|(?<!\\)\{\d")
#: What PCRE has and ``re`` has not, or has otherwise.
_FOREIGN = re.compile(r"\\[hHvVRXKGQEpPNgkzC]|\(\?[>|R&0-9(+]|\(\*|[*+?}]\+|\[\[[:.=]")
_MAX_SUBJECT = 2000


@lru_cache(maxsize=256)
def compiled(pattern: str, *, ignores_case: bool = False) -> re.Pattern[str] | None:
    """The pattern for ``search``; None where it is not sure that Python follows PCRE, or stops in time."""
    if len(pattern) > _MAX_LENGTH or _FOREIGN.search(pattern) or _REPEATED_GROUP.search(pattern):
        return None
    if len(_REPEAT.findall(pattern)) > _MAX_REPEATS:
        return None
    named = re.sub(r"\(\?(?:<(?![=!])|')(\w+)[>']", r"(?P<\1>", pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Python warns of what it may read otherwise some day, and PCRE does now
            return re.compile(named, (re.IGNORECASE if ignores_case else 0) | re.ASCII)
    except (re.error, RecursionError, OverflowError, Warning):
        return None


def search(pattern: str, subject: str, *, ignores_case: bool = False) -> re.Match[str] | bool | None:
    """The match of a pattern in a subject, False for none, None where that cannot be told."""
    found = compiled(pattern, ignores_case=ignores_case)
    if found is None or len(subject) > _MAX_SUBJECT:
        return None
    return found.search(subject) or False
