"""The Host headers that a deployment's server answers, set up from ALLOWED_HOST."""

from __future__ import annotations

import re

ANY_HOST = "*"


def allowed_hosts(text: str) -> tuple[str, ...]:
    """The entries of ALLOWED_HOST as the server compares them: split on commas, not stripped (setup_middleware.py)."""
    return tuple(text.split(","))


def is_host_pattern(entry: str) -> bool:
    """Whether Starlette takes an entry; with one that it does not, every request is a 500 (trustedhost.py)."""
    if "*" in entry[1:]:
        return False
    return entry == ANY_HOST or not entry.startswith("*") or entry.startswith("*.")


def answers_any_host(text: str) -> bool:
    """Whether requests are served whatever their Host header says."""
    entries = allowed_hosts(text)
    return ANY_HOST in entries and all(map(is_host_pattern, entries))


def reason_unmatchable(entry: str) -> str | None:
    """Why an entry equals the host of no request, as an apposition; None for one that can match, or that is empty.

    The Host header's port is cut off before the comparison, and an entry is compared as it stands (trustedhost.py).
    """
    name = entry[1:] if entry.startswith("*.") else entry
    if not entry:
        return None  # a comma too many; it takes nothing away
    if name != name.strip():
        return "which has a blank that is never stripped"
    if "://" in name:
        return "which has a scheme"
    if "/" in name:
        return "which has a path"
    if any(quote in name for quote in "\"'"):
        return "which has quotes"
    if re.fullmatch(r"\[[0-9A-Fa-f:.]+\]", name):
        return None
    if re.search(r":\d+$", name) and name.count(":") == 1:
        return "which has a port"
    if ":" in name:
        return "which is an IPv6 address without its brackets" if name.count(":") > 1 else "which has a colon"
    if not name.isascii():
        return "which is not the ASCII form (`xn--...`) that clients send"
    return None if re.fullmatch(r"[\w.~%!$&*+;=()-]+", name) else "which has a character that no host name has"


def matches(entry: str, host: str) -> bool:
    """Whether an entry allows a Host header, taken without its port (trustedhost.py)."""
    name = host.lower()
    return entry.lower() == name or (entry.startswith("*.") and name.endswith(entry[1:].lower()))
