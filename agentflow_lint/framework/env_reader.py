"""What python-dotenv, which the server reads its env file with, makes of a byte order mark.

Release 1.2.3 of python-dotenv drops the mark (``Reader`` in its parser.py); before, it became part of the first name,
which then is not set. No server release limits python-dotenv, so without a pin the newest one is installed.
"""

from __future__ import annotations

from packaging.specifiers import InvalidSpecifier, SpecifierSet

#: The last release that takes the mark for part of the first name.
LAST_TO_KEEP_THE_MARK = "1.2.2"
_KEEPING = ("0.21.1", "1.0.0", "1.0.1", "1.1.0", "1.1.1", "1.2.0", "1.2.1", LAST_TO_KEEP_THE_MARK)
_DROPPING = ("1.2.3", "1.2.4", "1.3.0", "2.0.0", "9999")


def keeps_byte_order_mark(specifier: str) -> bool | None:
    """Whether the python-dotenv that a requirement allows keeps the mark; None when it allows both kinds."""
    try:
        allowed = SpecifierSet(specifier)
    except InvalidSpecifier:
        return None
    keeping = any(allowed.contains(version, prereleases=True) for version in _KEEPING)
    dropping = any(allowed.contains(version, prereleases=True) for version in _DROPPING)
    return None if keeping == dropping else keeping
