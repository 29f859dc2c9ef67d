"""What a browser sends as the Origin header, and which entries of ORIGINS can therefore match.

An origin is scheme, host and port and nothing else, in lower case, without the scheme's own port (RFC 6454, section
6.2). Starlette compares it with each entry as it stands (starlette/middleware/cors.py, ``origin in allow_origins``).
"""

from __future__ import annotations

import re

_DEFAULT_PORTS = {"http": "80", "https": "443"}
#: The host and port of an entry.
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::(?P<port>.*))?")


def reason_unmatchable(entry: str) -> str | None:
    """Why no browser sends an entry, as an apposition; None for one that some browser can send.

    ``null`` is what a browser sends for a page without an origin of its own.
    """
    if entry == "null" or not entry:
        return None
    if entry != entry.strip():
        return "which has a blank that this release does not strip"
    if any(quote in entry for quote in "\"'"):
        return "which has quotes"
    if re.search(r"[\s;]", entry):
        return "which has a blank or a semicolon; entries are separated by commas"
    scheme, mark, rest = entry.partition("://")
    if not mark:
        return "which has no scheme"
    if re.search(r"[/?#]", rest):
        bare = rest.rstrip("/")
        return "which ends with a slash" if not re.search(r"[/?#]", bare) else "which has a path"
    if "*" in entry:
        return "which has a wildcard, and entries are compared as they stand"
    if "@" in rest:
        return "which has a user name"
    if not entry.isascii():
        return "which is not the ASCII form (`xn--...`) that browsers send"
    if entry != entry.lower() and scheme.lower() in _DEFAULT_PORTS:
        return "which has capitals, and browsers send lower case"
    return _fault_of_authority(scheme, rest)


def _fault_of_authority(scheme: str, rest: str) -> str | None:
    found = _AUTHORITY.fullmatch(rest)
    if found is None or not found["host"]:
        return "which has no host" if scheme in _DEFAULT_PORTS else None
    port = found["port"]
    if port is None:
        return None
    if port == _DEFAULT_PORTS.get(scheme):
        return f"which names {scheme}'s own port, and browsers leave that out"
    return None if re.fullmatch(r"[1-9][0-9]{0,4}", port) else "which has no number for its port"


def host_of(entry: str) -> str | None:
    """The host of an origin; None for what is none."""
    from urllib.parse import urlsplit

    try:
        return urlsplit(entry).hostname
    except ValueError:
        return None
