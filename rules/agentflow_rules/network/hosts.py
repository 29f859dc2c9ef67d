"""The Host headers that a deployment's server answers, set up from ALLOWED_HOST."""

from __future__ import annotations

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
