"""The short form of ``ports``: ``8000``, ``8000:8000``, ``127.0.0.1:8000:8000/tcp``, ``3000-3005:3000-3005``."""

from __future__ import annotations

import re

from agentflow_lint.records import record

_NUMBER = re.compile(r"\+?[0-9]{1,5}", re.ASCII)
_HIGHEST = 65535


@record(frozen=True)
class PortSpec:
    """Ports of a container, ``first`` to ``last``, and the ones of the host that lead to them.

    ``published`` is (first, last) on the host, None where compose picks any. Where it is the longer of the two, the
    one port of the container gets any of them. ``host_ip`` is the address on the host, empty for all.
    """

    first: int
    last: int
    published: tuple[int, int] | None = None
    host_ip: str = ""
    protocol: str = "tcp"

    @property
    def targets(self) -> range:
        """The container's ports."""
        return range(self.first, self.last + 1)


def read_port(text: str) -> PortSpec | None:
    """What a short form says; None where compose stops at it."""
    parts = text.split(":")
    host_ip, host, rest = ":".join(parts[:-2]), parts[-2] if len(parts) > 1 else "", parts[-1]
    number, _, protocol = rest.partition("/")
    protocol = protocol.lower() or "tcp"
    target = port_range(number)
    published = port_range(host) if host else None
    if target is None or protocol not in ("tcp", "udp", "sctp") or (host and published is None):
        return None
    is_range = target[0] != target[1]
    if published and is_range and published[1] - published[0] != target[1] - target[0]:
        return None
    if host_ip.startswith("["):
        host_ip = host_ip[1:-1] if host_ip.endswith("]") else "["
    if host_ip and not _is_address(host_ip):
        return None
    return PortSpec(*target, published, host_ip, protocol)


def port_range(text: str) -> tuple[int, int] | None:
    """The first and last of ``8000`` or ``8000-8010``; None for anything else."""
    first, dash, last = text.partition("-")
    if first == last:
        last = ""
        dash = ""
    if not _NUMBER.fullmatch(first) or (dash and not _NUMBER.fullmatch(last)):
        return None
    low, high = int(first), int(last or first)
    return (low, high) if low <= high <= _HIGHEST else None


def _is_address(text: str) -> bool:
    from ipaddress import ip_address  # for the rare port that names one

    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
