"""The host that an entry of ALLOWED_HOST means, where it means one for certain."""

from __future__ import annotations

import re

from agentflow_rules.network.hosts import ANY_HOST, is_host_pattern, reason_unmatchable


def meant_host(entry: str) -> str | None:
    """The host of the address that ``entry`` is; None where a person has to say.

    Blanks, quotes, capitals, a scheme, a path and a port are taken off; an IPv6 address gets its brackets. What would
    allow any host is never meant for certain.
    """
    text = entry.strip().strip("\"'").strip()
    text = re.split(r"[/?#]", text.partition("://")[2] or text, maxsplit=1)[0].lower()
    if text.count(":") > 1 and not text.startswith("["):
        text = f"[{text}]"
    host = re.sub(r"(?<=[^:]):\d+$", "", text)
    if not host or "@" in host or host == ANY_HOST or not is_host_pattern(host):
        return None
    return host if reason_unmatchable(host) is None else None
