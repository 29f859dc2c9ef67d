"""Keeps a referee's processes on this machine: name look-ups and connections beyond loopback fail.

Copied into each referee's site-packages next to a ``.pth`` file that imports it, so it is in force before the
server's first import. It needs the standard library only.
"""

from __future__ import annotations

import sys

_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::", "")


def _is_local(host: object) -> bool:
    if host is None:
        return True
    if isinstance(host, (bytes, bytearray)):
        host = bytes(host).decode("ascii", "replace")
    return isinstance(host, str) and (host in _LOCAL_NAMES or host.startswith("127."))


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" or event == "socket.sendto":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and address else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_local(host):
        raise OSError(f"loopback only: {event} to {host!r} refused")


sys.addaudithook(_guard)
