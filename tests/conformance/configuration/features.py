"""Every documented feature on its own, in its simplest valid form: what each release ought to start with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from agentflow_lint.framework.config_keys import is_read
from agentflow_lint.framework.release import load_release
from tests.conformance.configuration.case import Configuration
from tests.conformance.configuration.project import AGENT, AUTH, PLUGINS, TOOL_NODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.conformance.referees import Referee

_JWT = {"JWT_SECRET_KEY": "s" * 48, "JWT_ALGORITHM": "HS256"}
_CUSTOM = {"method": "custom", "path": AUTH}
_REDIS = "redis://localhost:6379/0"
_PRODUCTION = {"MODE": "production", "ORIGINS": "https://a.example", "ALLOWED_HOST": "api.example"}

_LIMITS = """\
from injectq import InjectQ
from {server}.src.app.core.middleware.rate_limit.base import BaseRateLimitBackend


class Limits(BaseRateLimitBackend):
    async def check(self, key, *, limit, window):
        raise NotImplementedError

    async def close(self):
        return None


container = InjectQ.get_instance()
container.bind_instance(BaseRateLimitBackend, Limits())
"""
_CLIENT = """\
from injectq import InjectQ
from redis.asyncio import Redis

container = InjectQ.get_instance()
container.bind_instance("redis", Redis.from_url("redis://localhost:6379/0"))
"""


@dataclass(frozen=True)
class _Extended(Configuration):
    """A configuration with modules of its own."""

    added: Mapping[str, str]

    def files(self, referee: Referee) -> dict[str, str]:
        return super().files(referee) | {
            path: text.replace("{server}", referee.package) for path, text in self.added.items()
        }


@dataclass(frozen=True)
class Feature:
    """One feature: what is added to the config and to the environment, and the first release that documents this form.

    Where a release does not read one of the keys or settings, it does not have the feature.
    """

    name: str
    config: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    since: str = "0"
    modules: Mapping[str, str] = field(default_factory=dict)
    #: Variables that are no settings.
    unlisted: tuple[str, ...] = ("JWT_SECRET_KEY", "JWT_ALGORITHM", "LIMITER")

    def is_in(self, version: str) -> bool:
        """Whether server release ``version`` documents the feature."""
        release = load_release(version)
        settings = {name for name in self.environment if name not in self.unlisted}
        keys = all(is_read(release.config_keys, path) for path in _paths(self.config))
        return keys and settings <= release.settings.keys() and Version(self.since) <= Version(version)

    def configuration(self) -> Configuration:
        """The feature in a project."""
        return _Extended(json.dumps({"agent": AGENT, **self.config}), None, self.environment, self.modules)


def _paths(config: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in config.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from _paths(value, (*above, key))


def _limit(**options: Any) -> dict[str, Any]:
    return {"rate_limit": options}


def _features() -> Iterator[Feature]:
    yield Feature("nothing but a graph")
    yield Feature("the checkpointer key", {"checkpointer": "plug.parts:container"})
    for key, path in PLUGINS.items():
        yield Feature(key, {key: path}, since="0.5.0" if key == "store" else "0")
    yield Feature("jwt", {"auth": "jwt"}, _JWT)
    yield Feature("jwt in production", {"auth": "jwt"}, _JWT | _PRODUCTION)
    yield Feature("custom auth", {"auth": _CUSTOM})
    for auth in ({}, {"auth": _CUSTOM}):
        beside = "with auth" if auth else "alone"
        for name in ("ownership", "allow_all", "default", "none"):
            yield Feature(f"authorization {name} {beside}", {"authorization": name, **auth}, since="0.5.0")
        for kind in ("rbac", "role_based", "roles"):
            roles = {"backend": kind, "roles": {"admin": ["*"]}, "default_scopes": ["graph:read"]}
            yield Feature(f"authorization {kind} {beside}", {"authorization": roles, **auth}, since="0.5.0")
        yield Feature(f"authorization class {beside}", {"authorization": PLUGINS["authorization"], **auth})
    yield from _rate_limits()
    yield Feature("redis", {"redis": _REDIS})
    yield Feature("websocket limits", {"websocket": {"max_connections": 100}})
    yield Feature("websocket limits per user", {"websocket": {"max_connections_per_user": 5, "realtime_models": ["m"]}})
    yield Feature("websocket overrides", {"websocket": {"realtime_client_overrides": ["voice"]}})
    for switch in (True, False, None):
        yield Feature(f"websocket.enabled {switch}", {"websocket": {"enabled": switch}})
    yield Feature("runs", {"runs": {"thread_ids": "client", "max_concurrent_per_user": 3, "timeout": 600}})
    yield Feature("runs with ids of the server", {"runs": {"thread_ids": "server", "config_keys": ["x"]}})
    yield Feature("ag_ui", {"ag_ui": {"enabled": True}})
    yield Feature("ag_ui without client tools", {"ag_ui": {"enabled": True, "allow_client_tools": False}})
    tool = {"node": TOOL_NODE, "name": "look", "description": "Look.", "parameters": {"type": "object"}}
    yield Feature("remote_tools", {"remote_tools": [tool]})
    for level in ("spans", "standard", "full"):
        yield Feature(f"observability {level}", {"observability": {"level": level}})
    for exporter in ("logfire", "langsmith"):
        yield Feature(f"observability {exporter}", {"observability": {exporter: {"enabled": True}}})
    yield Feature("token_revocation memory", {"token_revocation": "memory", "auth": _CUSTOM})
    yield Feature("token_revocation redis", {"token_revocation": "redis", "auth": _CUSTOM, "redis": _REDIS})
    yield Feature("token_revocation REDIS_URL", {"token_revocation": "redis", "auth": _CUSTOM}, {"REDIS_URL": _REDIS})
    for value in ("open", "scoped"):
        yield Feature(f"graph_introspection {value}", {"graph_introspection": value, "auth": _CUSTOM})
    yield Feature("test and evaluation", {"test": {}, "evaluation": {}})
    yield from _settings()


def _rate_limits() -> Iterator[Feature]:
    yield Feature("rate_limit with defaults", _limit(enabled=True))
    yield Feature("rate_limit memory", _limit(enabled=True, backend="memory", requests=10, window=60, by="ip"))
    yield Feature("rate_limit by user", _limit(by="user"), since="0.5.0")
    yield Feature("rate_limit global", _limit(by="global", exclude_paths=["/ping"]))
    yield Feature("rate_limit behind proxies", _limit(trusted_proxy_headers=True, trusted_proxy_hops=1))
    yield Feature("rate_limit of known proxies", _limit(trusted_proxy_headers=True, trusted_proxies=["10.0.0.0/8"]))
    yield Feature("rate_limit redis", _limit(backend="redis", redis=_REDIS))
    yield Feature("rate_limit redis object", _limit(backend="redis", redis={"url": _REDIS, "prefix": "p"}))
    named = _limit(backend="redis", redis={"url": "${LIMITER}"})
    yield Feature("rate_limit redis by variable", named, {"LIMITER": _REDIS})
    bound = {"injectq": "plug.client:container", **_limit(backend="redis", redis=_REDIS)}
    yield Feature("rate_limit redis, bound", bound, modules={"plug/client.py": _CLIENT})
    custom = {"injectq": "plug.limits:container", **_limit(backend="custom")}
    yield Feature("rate_limit custom", custom, modules={"plug/limits.py": _LIMITS})


def _settings() -> Iterator[Feature]:
    yield Feature("production", {}, _PRODUCTION)
    yield Feature("production without credentials", {}, {"MODE": "production", "CORS_ALLOW_CREDENTIALS": "false"})
    strict = {"STRICT_PRODUCTION_CHECKS": "true", "DOCS_PATH": "", "REDOCS_PATH": ""}
    yield Feature("strict production", {}, _PRODUCTION | strict)
    for name, value in (
        ("DOCS_PATH", "/reference"),
        ("REDOCS_PATH", ""),
        ("ROOT_PATH", "/api"),
        ("MAX_REQUEST_SIZE", "1048576"),
        ("SECURITY_HEADERS_ENABLED", "false"),
        ("HSTS_ENABLED", "false"),
        ("HSTS_PRELOAD", "true"),
        ("CSP_POLICY", "default-src 'self'"),
        ("PERMISSIONS_POLICY", "camera=()"),
        ("REDIS_URL", _REDIS),
        ("SENTRY_DSN", "https://key@sentry.example/1"),
        ("OTEL_ENABLED", "true"),
        ("IS_DEBUG", "false"),
        *(("LOG_LEVEL", level) for level in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
        *(("MEDIA_STORAGE_TYPE", kind) for kind in ("memory", "local")),
        ("MEDIA_MAX_SIZE_MB", "50"),
        ("MEDIA_ALLOWED_CONTENT_TYPES", "image/png,application/pdf"),
        ("MEDIA_REQUIRE_OWNER", "true"),
        *(("DOCUMENT_HANDLING", kind) for kind in ("extract_text", "pass_raw", "skip")),
    ):
        yield Feature(f"{name}={value}", {}, {name: value})
    yield Feature(
        "media in a bucket",
        {},
        {"MEDIA_STORAGE_TYPE": "cloud", "MEDIA_CLOUD_PROVIDER": "gcs", "MEDIA_CLOUD_BUCKET": "b"},
    )


FEATURES: tuple[Feature, ...] = tuple(_features())
