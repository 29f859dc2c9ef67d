"""The ``rate_limit`` key (from 0.3.2), read while the app is built.

Source: ``RateLimitConfig.from_dict`` in ``src/app/core/config/graph_config.py`` and ``build_backend`` in
``src/app/core/middleware/rate_limit/factory.py``. Everything is parsed even when ``enabled`` is false; the backend
is built only when it is true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.framework.config_checks.leniency import BOOLEAN, boolean, integer
from agentflow_lint.framework.config_checks.placeholders import expand, spoken
from agentflow_lint.framework.config_checks.redis_url import redis_url_problem
from agentflow_lint.framework.config_checks.verdict import Path, Rejection, Start, Unseen, refused
from agentflow_lint.framework.secrets import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEY = "rate_limit"
DEFAULTS = {"requests": 100, "window": 60, "trusted_proxy_hops": 1}
BACKENDS = ("memory", "redis", "custom")
#: What ``by`` takes from 0.5.0 on, and before.
MODES = ("ip", "user", "global")
EARLY_MODES = ("ip", "global")


def rate_limit(start: Start) -> Iterator[Rejection]:
    """What this release refuses under ``rate_limit``, in the order in which it looks."""
    limit = start.data.get(_KEY)
    if limit is None or not start.since("0.3.2"):
        return
    if not isinstance(limit, dict):
        yield refused((_KEY,), f"rate_limit is {shown(limit)}; it takes an object or null")
        return
    parsing = list(_parsing(start, limit))
    yield from parsing
    if not parsing and boolean(limit.get("enabled", True)):
        yield from _backend(start, limit)


def _parsing(start: Start, limit: dict[str, Any]) -> Iterator[Rejection]:
    yield from _boolean(limit, "enabled", default=True)
    yield from _number(limit, "requests")
    yield from _number(limit, "window")
    yield from _boolean(limit, "trusted_proxy_headers", default=False)
    paths = limit.get("exclude_paths", [])
    if not isinstance(paths, list):
        yield refused((_KEY, "exclude_paths"), f"rate_limit.exclude_paths is {shown(paths)}; it takes a list of paths")
    yield from _boolean(limit, "fail_open", default=True)
    yield from _redis(start, limit)
    if start.since("0.5.0"):
        yield from _number(limit, "trusted_proxy_hops")
    if start.since("0.6.0"):
        yield from _networks(limit.get("trusted_proxies", []))
    modes = MODES if start.since("0.5.0") else EARLY_MODES
    yield from _choice(limit, "by", "ip", modes, since=None if start.since("0.5.0") else ("user", "0.5.0"))
    yield from _choice(limit, "backend", "memory", BACKENDS)
    yield from _positive(limit, "requests")
    yield from _positive(limit, "window")
    if start.since("0.5.0"):
        yield from _positive(limit, "trusted_proxy_hops")


def _boolean(limit: dict[str, Any], key: str, *, default: bool) -> Iterator[Rejection]:
    value = limit.get(key, default)
    if boolean(value) is None:
        yield refused((_KEY, key), f"rate_limit.{key} is {shown(value)}; it takes {BOOLEAN}")


def _number(limit: dict[str, Any], key: str) -> Iterator[Rejection]:
    value = limit.get(key, DEFAULTS[key])
    if integer(value) is None:
        yield refused((_KEY, key), f"rate_limit.{key} is {shown(value)}; it takes a whole number above 0")


def _positive(limit: dict[str, Any], key: str) -> Iterator[Rejection]:
    value = limit.get(key, DEFAULTS[key])
    number = integer(value)
    if number is not None and number < 1:
        yield refused((_KEY, key), f"rate_limit.{key} is {shown(value)}; it takes a whole number above 0")


def _choice(
    limit: dict[str, Any], key: str, default: str, choices: tuple[str, ...], since: tuple[str, str] | None = None
) -> Iterator[Rejection]:
    value = limit.get(key, default)
    if value in choices:
        return
    later = f' ("{since[0]}" from {since[1]} on)' if since and value == since[0] else ""
    named = ", ".join(f'"{choice}"' for choice in choices)
    yield refused((_KEY, key), f"rate_limit.{key} is {shown(value)}; this release takes one of {named}{later}")


def _networks(raw: object) -> Iterator[Rejection]:
    path: Path = (_KEY, "trusted_proxies")
    if not isinstance(raw, list):
        yield refused(path, f"rate_limit.trusted_proxies is {shown(raw)}; it takes a list of addresses and CIDR ranges")
        return
    for index, item in enumerate(raw):
        if not _is_network(item):
            text = f"rate_limit.trusted_proxies[{index}] is {shown(item)}; it takes an IP address or a CIDR range"
            yield refused((*path, index), text)


def _is_network(item: object) -> bool:
    from ipaddress import ip_network

    try:
        ip_network(str(item).strip(), strict=False)
    except ValueError:
        return False
    return True


def _redis(start: Start, limit: dict[str, Any]) -> Iterator[Rejection]:
    redis = limit.get("redis") or {}
    if not isinstance(redis, (str, dict)):
        text = f"rate_limit.redis is {shown(redis)}; it takes a Redis URL or an object with url and prefix"
        yield refused((_KEY, "redis"), text)
        return
    path, url = _url(limit)
    if url is None:
        return
    if not isinstance(url, str):
        yield refused(path, f"rate_limit.redis.url is {shown(url)}; it takes a Redis URL as a string")
        return
    expansion = expand(url, start.environ)
    if expansion.refused:
        name = ".".join(str(part) for part in path)
        # Text like "${" without an end asks for a variable and names none.
        missing = spoken(expansion.unresolved) or "a complete ${NAME}"
        verb = "are" if len(expansion.unresolved) > 1 else "is"
        text = f"{name} refers to {missing}, which {verb} not set when the server starts"
        yield Rejection(path, text, "start", "AF106", expansion.variables)


def _url(limit: Mapping[str, Any]) -> tuple[Path, object]:
    redis = limit.get("redis") or {}
    if isinstance(redis, str):
        return (_KEY, "redis"), redis
    return (_KEY, "redis", "url"), redis.get("url") or None


def _backend(start: Start, limit: dict[str, Any]) -> Iterator[Rejection]:
    backend = limit.get("backend", "memory")
    if backend == "custom":
        bound = start.may_bind("ratelimit")
        text = "rate_limit.backend is custom, which needs a BaseRateLimitBackend bound in an InjectQ container"
        text += "; whether the project's container binds one is not decided here" if bound else "; injectq names none"
        yield Rejection((_KEY, "backend"), text, "start", "AF103", uncertain=bound)
    if backend == "redis":
        yield from _redis_backend(start, limit, bound=start.may_bind("redis"))


def _redis_backend(start: Start, limit: dict[str, Any], *, bound: bool) -> Iterator[Rejection]:
    path, url = _url(limit)
    expansion = expand(url, start.environ) if isinstance(url, str) else None
    variables = expansion.variables if expansion else ()
    value = expansion.value if expansion else None
    unless = "" if not bound else ", unless the project's InjectQ container binds a client under redis or redis_client"
    if value is None or value == "":
        if expansion:
            text = f"rate_limit.backend is redis and {spoken(variables)} is set to nothing, so there is no URL"
        else:
            text = "rate_limit.backend is redis and rate_limit.redis holds no URL (REDIS_URL is not read for it)"
        where: Path = path if expansion else (_KEY, "redis") if "redis" in limit else (_KEY, "backend")
        rule = "AF106" if expansion else "AF103"
        yield Rejection(where, text + unless, "start", rule, variables, uncertain=bound)
        return
    if not isinstance(value, Unseen):
        problem = redis_url_problem(value)
        if problem:
            rule = "AF106" if variables else "AF103"
            text = f"{'.'.join(str(part) for part in path)} {problem}{unless}"
            yield Rejection(path, text, "start", rule, variables, uncertain=bound)
            return
    if not start.since("0.9.0"):
        text = (
            "rate_limit.backend is redis with a URL, which ends this release's start in a NameError of its own "
            f"(mended in 0.9.0){unless}"
        )
        yield Rejection((_KEY, "backend"), text, "start", "AF108", uncertain=bound)
