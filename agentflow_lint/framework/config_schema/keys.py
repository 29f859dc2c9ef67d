"""What each config key takes, release by release.

A fragment says what the value may be whatever stands elsewhere in the config; what keys demand of each other is in
:mod:`agentflow_lint.framework.config_schema.together`. A key without a fragment takes anything: no part of the server
looks at the value, or it is lenient enough for all of JSON (``observability.level``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.framework.config_checks.authorization import NAMES, ROLE_BASED
from agentflow_lint.framework.config_checks.limits import OVERRIDES, THREAD_IDS
from agentflow_lint.framework.config_checks.plugins import INTROSPECTION
from agentflow_lint.framework.config_checks.rate_limit import BACKENDS, EARLY_MODES, MODES
from agentflow_lint.framework.config_schema import patterns
from agentflow_lint.framework.config_schema.definitions import named
from agentflow_lint.framework.config_schema.shapes import (
    Schema,
    an_object,
    any_of,
    has,
    no,
    one_of_words,
    strings,
    text,
    within,
)
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agentflow_lint.framework.config_keys import KeyPath
    from agentflow_lint.framework.facts import Release


@record(frozen=True)
class Era:
    """The release that a schema is for."""

    release: Release

    def since(self, version: str) -> bool:
        """Whether it is ``version`` or a later one."""
        return Version(self.release.version) >= Version(version)


def fragment(era: Era, path: KeyPath) -> Schema:
    """What ``path`` takes; an empty schema takes anything."""
    return _FRAGMENTS[path](era) if path in _FRAGMENTS else {}


def _plugin(_era: Era) -> Schema:
    return any_of(named("importPath"), named("nothing"))


def _store(era: Era) -> Schema:
    return _plugin(era) if era.since("0.5.0") else {}


def _redis(era: Era) -> Schema:
    return any_of(named("redisUrl"), named("nothing")) if era.since("0.8.0") else {}


def _auth(_era: Era) -> Schema:
    return any_of(
        {"enum": ["jwt"]},
        an_object(required=["method", "path"]),
        named("nothing"),
        text("jwt", 'The only string is "jwt"; for a backend of your own write an object with method and path.'),
    )


def _auth_path(era: Era) -> Schema:
    return named("importPath") if era.since("0.2.4") else {"type": "string", "minLength": 1}


def _authorization(era: Era) -> Schema:
    if not era.since("0.5.0"):
        return _plugin(era)
    # The empty object, which is nothing elsewhere, is refused.
    nothing: Schema = {"enum": [None, False, 0, "", []]}
    return any_of(one_of_words(NAMES, blanks=True), named("importPath"), _role_based(), nothing)


def _role_based() -> Schema:
    by_backend = has("backend", _role_name())
    by_type = has("type", _role_name()) | no(_is_set("backend"))
    return an_object(anyOf=[by_backend, by_type], **{"if": _is_set("roles"), "else": within("role_scopes", _roles())})


def _is_set(key: str) -> Schema:
    return has(key, no(named("nothing")))


def _role_name(_era: Era | None = None) -> Schema:
    return one_of_words(ROLE_BASED, blanks=False)


def _roles(_era: Era | None = None) -> Schema:
    return any_of(an_object(additionalProperties={"type": ["array", "string", "object"]}), named("nothing"))


def _limit_by(era: Era) -> Schema:
    return {"enum": list(MODES if era.since("0.5.0") else EARLY_MODES)}


def _overrides(_era: Era) -> Schema:
    words = "|".join(OVERRIDES)
    spelled = text(f"^{patterns.BLANK}(?:{words})?{patterns.BLANK}$", f"This has to be one of {', '.join(OVERRIDES)}.")
    return strings(any_of({"enum": list(OVERRIDES)}, spelled))


def _remote_tools(_era: Era) -> Schema:
    tool = an_object(
        required=["name", "description"],
        oneOf=[{"required": ["node"]}, {"required": ["node_name"]}],
        additionalProperties=False,
    )
    return {"type": "array", "items": tool}


def _parameters(_era: Era) -> Schema:
    required = {"type": "array", "items": {"type": "string"}}
    return an_object(properties={"type": {"const": "object"}, "properties": an_object(), "required": required})


def _always(shape: Schema) -> Callable[[Era], Schema]:
    return lambda _era: shape


_NULLABLE = _always({"type": ["object", "null"]})
_TELEMETRY = _always(any_of(an_object(), named("nothing")))
_BOOLEAN = _always(named("boolean"))
_POSITIVE = _always(named("positive"))
_LIMIT = _always(named("limit"))
_STRINGS = _always(strings())
_NOT_BLANK = _always(named("notBlank"))

#: Every key whose value is looked at when the server starts, or when a request needs it.
_FRAGMENTS: Mapping[KeyPath, Callable[[Era], Schema]] = {
    ("agent",): _always(named("importPath")),
    ("injectq",): _plugin,
    ("store",): _store,
    ("thread_name_generator",): _plugin,
    ("env",): _always(any_of({"type": "string"}, named("nothing"))),
    ("redis",): _redis,
    ("auth",): _auth,
    ("auth", "method"): _always({"enum": ["custom"]}),
    ("auth", "path"): _auth_path,
    ("authorization",): _authorization,
    ("authorization", "backend"): _always(any_of(_role_name(), named("nothing"))),
    ("authorization", "roles"): _roles,
    ("authorization", "default_scopes"): _always(any_of({"type": ["array", "string", "object"]}, named("nothing"))),
    ("rate_limit",): _NULLABLE,
    ("rate_limit", "enabled"): _BOOLEAN,
    ("rate_limit", "requests"): _POSITIVE,
    ("rate_limit", "window"): _POSITIVE,
    ("rate_limit", "by"): _limit_by,
    ("rate_limit", "backend"): _always({"enum": list(BACKENDS)}),
    ("rate_limit", "redis"): _always(any_of(named("expandable"), an_object(), named("nothing"))),
    ("rate_limit", "redis", "url"): _always(any_of(named("expandable"), named("nothing"))),
    ("rate_limit", "exclude_paths"): _always({"type": "array"}),
    ("rate_limit", "fail_open"): _BOOLEAN,
    ("rate_limit", "trusted_proxy_headers"): _BOOLEAN,
    ("rate_limit", "trusted_proxy_hops"): _POSITIVE,
    ("rate_limit", "trusted_proxies"): _always({"type": "array", "items": named("network")}),
    ("websocket",): _NULLABLE,
    ("websocket", "enabled"): _always(any_of(named("boolean"), {"type": "null"})),
    ("websocket", "max_connections"): _LIMIT,
    ("websocket", "max_connections_per_user"): _LIMIT,
    ("websocket", "realtime_models"): _STRINGS,
    ("websocket", "realtime_client_overrides"): _overrides,
    ("runs",): _NULLABLE,
    ("runs", "thread_ids"): _always({"enum": list(THREAD_IDS)}),
    ("runs", "config_keys"): _STRINGS,
    ("runs", "state_keys"): _STRINGS,
    # False is 0 there, true is no number.
    ("runs", "max_concurrent_per_user"): _always(any_of({"type": ["integer", "null"], "minimum": 0}, {"const": False})),
    ("runs", "timeout"): _always({"type": ["number", "null"], "exclusiveMinimum": 0}),
    ("ag_ui",): _NULLABLE,
    ("ag_ui", "enabled"): _BOOLEAN,
    ("ag_ui", "allow_client_tools"): _BOOLEAN,
    ("remote_tools",): _remote_tools,
    ("remote_tools", "node"): _NOT_BLANK,
    ("remote_tools", "node_name"): _NOT_BLANK,
    ("remote_tools", "name"): _NOT_BLANK,
    ("remote_tools", "description"): _NOT_BLANK,
    ("remote_tools", "parameters"): _parameters,
    ("observability",): _TELEMETRY,
    ("observability", "logfire"): _TELEMETRY,
    ("observability", "langsmith"): _TELEMETRY,
    ("graph_introspection",): _always({"enum": [*INTROSPECTION, None]}),
    ("token_revocation",): _always(any_of({"enum": ["redis", "memory"]}, {"type": ["string", "null"]})),
}
