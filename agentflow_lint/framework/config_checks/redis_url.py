"""The grammar of Redis URLs.

Source: ``redis.asyncio.connection.parse_url`` of redis-py (5 and 6), which ``Redis.from_url`` calls. It is only
reached when the package is installed.
"""

from __future__ import annotations

from agentflow_lint.framework.secrets import shown

INTEGERS = ("db", "max_connections", "health_check_interval")
FLOATS = ("socket_timeout", "socket_connect_timeout", "timeout")


def redis_url_problem(url: object) -> str | None:
    """Why ``Redis.from_url(url)`` raises, in words that follow the key's name; None where it returns a client.

    No connection is made then: a host that does not exist is found out later.
    """
    if not isinstance(url, str):
        return f"is {shown(url)}; it takes a Redis URL as a string"
    # urllib pulls in ipaddress and unicodedata: only configs with a Redis URL pay for it.
    from urllib.parse import parse_qs, unquote, urlparse

    try:
        parsed = urlparse(url)
        arguments = parse_qs(parsed.query)
    except ValueError:
        return f"is {shown(url)}, which is not a valid URL"
    for name, values in arguments.items():
        if not _argument_is_valid(name, unquote(values[0])):
            return f"is {shown(url)}, in which the argument {name} has a value that is not a usable number"
    if parsed.scheme not in ("redis", "rediss", "unix"):
        return f"is {shown(url)}; a Redis URL starts with redis://, rediss:// or unix://"
    if parsed.scheme != "unix":
        try:
            parsed.port  # noqa: B018 - reading it parses it
        except ValueError:
            return f"is {shown(url)}, whose port is not a number from 0 to 65535"
    return None


def _argument_is_valid(name: str, value: str) -> bool:
    try:
        if name in INTEGERS:
            number = int(value)
            return name != "max_connections" or number >= 0
        if name in FLOATS:
            float(value)
    except ValueError:
        return False
    return True
