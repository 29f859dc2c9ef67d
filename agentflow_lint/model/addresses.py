"""Network addresses as they stand in commands and URLs."""

from __future__ import annotations

import re

#: What /etc/hosts of a container maps to its loopback interface.
_LOOPBACK_NAMES = frozenset({"localhost", "ip6-localhost", "ip6-loopback"})

#: 127.0.0.0/8, also in the short forms that the system's resolver takes (127.1).
_LOOPBACK_V4 = re.compile(r"127(?:\.[0-9]{1,8}){1,3}", re.ASCII)


def is_loopback(host: str) -> bool:
    """Whether a host, with or without brackets, is the machine's (or the container's) own loopback interface."""
    name = host.strip("[]").lower().rstrip(".")
    return name in _LOOPBACK_NAMES or _LOOPBACK_V4.fullmatch(name) is not None or _is_loopback_v6(name)


def _is_loopback_v6(name: str) -> bool:
    if ":" not in name:
        return False
    from ipaddress import AddressValueError, IPv6Address  # for the rare address that needs it

    try:
        address = IPv6Address(name.partition("%")[0])
    except AddressValueError:
        return False
    mapped = address.ipv4_mapped
    return mapped.is_loopback if mapped else address.is_loopback
