"""What config keys demand of each other, as conditions on the whole object.

Each is a pair of ``if`` and ``then``. Where the project's own InjectQ container may bind what is missing, or where only
the environment could tell, nothing is demanded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.config_checks.authorization import OWNERSHIP
from agentflow_lint.framework.config_schema import patterns
from agentflow_lint.framework.config_schema.definitions import named
from agentflow_lint.framework.config_schema.shapes import Schema, an_object, any_of, has, no, text, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.framework.config_schema.keys import Era


def conditions(era: Era) -> Iterator[Schema]:
    """The conditions that hold in this release."""
    read = era.release.config_keys
    if "rate_limit" in read:
        yield _custom_limiter()
        yield _redis_limiter()
    if "token_revocation" in read:
        yield _revocation()
    if "runs" in read and "ag_ui" in read:
        yield _named_threads()


def _custom_limiter() -> Schema:
    """``custom`` needs a backend that only an InjectQ container can bind."""
    return {"if": _limited_by("custom"), "then": _is_set("injectq")}


def _redis_limiter() -> Schema:
    """``redis`` needs a URL, unless an InjectQ container may bind a client."""
    url = named("expandedRedisUrl")
    redis = has("redis", any_of(url, an_object(**has("url", url))))
    return {"if": _limited_by("redis") | no(_is_set("injectq")), "then": within("rate_limit", redis)}


def _limited_by(backend: str) -> Schema:
    keys = {"backend": {"const": backend}, "enabled": no(named("false"))}
    return has("rate_limit", an_object(required=["backend"], properties=keys))


def _revocation() -> Schema:
    """With auth on, a string has to name a backend, unless an InjectQ container may bind one."""
    named_backend = any_of({"enum": ["redis", "memory", "", None]}, named("importPath"))
    return {"if": _is_set("auth") | no(_is_set("injectq")), "then": within("token_revocation", named_backend)}


def _named_threads() -> Schema:
    """AG-UI clients name their threads, which the server then may not do where owners alone read them."""
    by_server = has("runs", an_object(**has("thread_ids", {"const": "server"})))
    enabled = has("ag_ui", an_object(**has("enabled", named("true"))))
    owned = any_of(
        has("authorization", an_object()),
        has("authorization", text(patterns.words(OWNERSHIP))),
        _is_set("auth") | no(_is_set("authorization")),
    )
    then = within("runs", within("thread_ids", {"const": "client"}))
    return {"if": {"allOf": [by_server, enabled, owned]}, "then": then}


def _is_set(key: str) -> Schema:
    return has(key, no(named("nothing")))
