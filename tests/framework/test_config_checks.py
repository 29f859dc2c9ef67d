"""Config values that a release refuses, release by release.

The cases were compared with the real parsers and loaders of every release from 0.1.7 to 0.9.0.
"""

# ruff: noqa: E501 - a table is read by its rows

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.framework.config_checks import UNKNOWN, Lookup, Rejection, auth_kind, is_jwt_auth, rejections

if TYPE_CHECKING:
    from collections.abc import Mapping

ALL = ("0.1.8", "0.2.7", "0.3.2", "0.3.2.9", "0.4.0", "0.5.0", "0.5.1", "0.6.0", "0.6.1", "0.7.0", "0.8.0", "0.9.0")


def from_(first: str) -> tuple[str, ...]:
    return ALL[ALL.index(first) :]


def until(last: str) -> tuple[str, ...]:
    return ALL[: ALL.index(last) + 1]


def nothing(name: str) -> None:
    """An environment in which no variable is set."""


def found(version: str, data: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> list[Rejection]:
    return list(rejections(version, {"agent": "graph.agent:app", **data}, (environ or {}).get))


def paths(version: str, data: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> list[str]:
    return [".".join(map(str, rejection.path)) for rejection in found(version, data, environ)]


# (config without agent, releases that accept it, releases that refuse it, the path they refuse)
CASES: list[tuple[str, tuple[str, ...], tuple[str, ...], str]] = [
    ("{}", ALL, (), ""),
    ('{"anything": 1, "checkpointer": 5}', ALL, (), ""),
    ('{"agent": null}', (), ALL, "agent"),
    ('{"agent": ""}', (), ALL, "agent"),
    ('{"agent": ["a:b"]}', (), ALL, "agent"),
    ('{"agent": "graph/agent.py:app"}', (), ALL, "agent"),
    ('{"agent": "graph.agent"}', (), ALL, "agent"),
    ('{"agent": "a:b:c"}', (), ALL, "agent"),
    ('{"agent": "a:make()"}', (), ALL, "agent"),
    ('{"agent": "a:b.c"}', (), ALL, "agent"),
    ('{"agent": ".a:b"}', (), ALL, "agent"),
    ('{"agent": ":b"}', (), ALL, "agent"),
    ('{"agent": "a:"}', (), ALL, "agent"),
    ('{"agent": "a: b"}', (), ALL, "agent"),
    ('{"agent": "my-graph:app"}', ALL, (), ""),
    ('{"env": ["a"]}', (), ALL, "env"),
    ('{"env": ""}', ALL, (), ""),
    ('{"injectq": "container"}', (), ALL, "injectq"),
    ('{"injectq": null}', ALL, (), ""),
    ('{"thread_name_generator": 5}', (), ALL, "thread_name_generator"),
    ('{"store": "store"}', until("0.4.0"), from_("0.5.0"), "store"),
    # auth
    ('{"auth": {}}', ALL, (), ""),
    ('{"auth": false}', ALL, (), ""),
    ('{"auth": "JWT"}', (), ALL, "auth"),
    ('{"auth": "custom"}', (), ALL, "auth"),
    ('{"auth": {"method": "jwt"}}', (), ALL, "auth"),
    ('{"auth": {"method": "jwt", "path": "x"}}', (), ALL, "auth.method"),
    ('{"auth": {"method": "custom", "path": ["a.b:C"]}}', (), ALL, "auth.path"),
    ('{"auth": {"method": "custom", "path": "a.b"}}', (), ALL, "auth.path"),
    ('{"auth": {"method": "custom", "path": "a.b:C"}}', from_("0.2.7"), ("0.1.8", "0.2.3"), "auth.path"),
    ('{"auth": "jwt"}', ("0.2.0", "0.2.1", *from_("0.6.0")), ("0.2.2", "0.2.7", "0.4.0", "0.5.1"), "auth"),
    ('{"auth": "x.my_jwt:Auth"}', from_("0.6.0"), ("0.5.1",), "auth"),
    # authorization
    ('{"authorization": 5}', ("0.1.8", "0.2.6"), from_("0.2.7"), "authorization"),
    ('{"authorization": "ownership"}', ("0.2.6", *from_("0.5.0")), ("0.2.7", "0.4.0"), "authorization"),
    ('{"authorization": " Allow_All "}', from_("0.5.0"), ("0.4.0",), "authorization"),
    ('{"authorization": "owner"}', (), from_("0.2.7"), "authorization"),
    ('{"authorization": {}}', ("0.4.0",), from_("0.5.0"), "authorization"),
    ('{"authorization": {"backend": "rbac"}}', from_("0.5.0"), ("0.4.0",), "authorization"),
    ('{"authorization": {"type": "ROLES", "isolation": [1]}}', from_("0.5.0"), ("0.4.0",), "authorization"),
    ('{"authorization": {"backend": " rbac"}}', (), from_("0.5.0"), "authorization.backend"),
    ('{"authorization": {"backend": "rbac", "roles": ["a"]}}', (), from_("0.5.0"), "authorization.roles"),
    ('{"authorization": {"backend": "rbac", "roles": {"a": null}}}', (), from_("0.5.0"), "authorization.roles.a"),
    ('{"authorization": {"backend": "rbac", "roles": {"a": "x"}}}', from_("0.5.0"), (), ""),
    ('{"authorization": {"type": "rbac", "default_scopes": 1}}', (), from_("0.5.0"), "authorization.default_scopes"),
    # rate_limit
    ('{"rate_limit": null}', ALL, (), ""),
    ('{"rate_limit": {}}', ALL, (), ""),
    ('{"rate_limit": false}', until("0.2.7"), from_("0.3.2"), "rate_limit"),
    ('{"rate_limit": {"enabled": 1}}', until("0.2.7"), from_("0.3.2"), "rate_limit.enabled"),
    ('{"rate_limit": {"enabled": " Off "}}', ALL, (), ""),
    ('{"rate_limit": {"enabled": "t"}}', until("0.2.7"), from_("0.3.2"), "rate_limit.enabled"),
    ('{"rate_limit": {"fail_open": null}}', until("0.2.7"), from_("0.3.2"), "rate_limit.fail_open"),
    ('{"rate_limit": {"requests": "1_0", "window": 1.9}}', ALL, (), ""),
    ('{"rate_limit": {"requests": true}}', ALL, (), ""),
    ('{"rate_limit": {"requests": 0.9}}', until("0.2.7"), from_("0.3.2"), "rate_limit.requests"),
    ('{"rate_limit": {"requests": null}}', until("0.2.7"), from_("0.3.2"), "rate_limit.requests"),
    ('{"rate_limit": {"requests": Infinity}}', until("0.2.7"), from_("0.3.2"), "rate_limit.requests"),
    ('{"rate_limit": {"enabled": false, "window": 0}}', until("0.2.7"), from_("0.3.2"), "rate_limit.window"),
    ('{"rate_limit": {"exclude_paths": "/ping"}}', until("0.2.7"), from_("0.3.2"), "rate_limit.exclude_paths"),
    ('{"rate_limit": {"exclude_paths": [5, null]}}', ALL, (), ""),
    ('{"rate_limit": {"by": "user"}}', from_("0.5.0"), ("0.3.2", "0.4.0"), "rate_limit.by"),
    ('{"rate_limit": {"by": "IP"}}', (), from_("0.3.2"), "rate_limit.by"),
    ('{"rate_limit": {"backend": "Redis"}}', (), from_("0.3.2"), "rate_limit.backend"),
    ('{"rate_limit": {"trusted_proxy_hops": 0}}', until("0.4.0"), from_("0.5.0"), "rate_limit.trusted_proxy_hops"),
    ('{"rate_limit": {"trusted_proxies": null}}', until("0.5.1"), from_("0.6.0"), "rate_limit.trusted_proxies"),
    ('{"rate_limit": {"trusted_proxies": ["::1", "x"]}}', until("0.5.1"), from_("0.6.0"), "rate_limit.trusted_proxies.1"),
    ('{"rate_limit": {"trusted_proxies": [" 10.0.0.1/8 "]}}', ALL, (), ""),
    ('{"rate_limit": {"redis": 5}}', until("0.2.7"), from_("0.3.2"), "rate_limit.redis"),
    ('{"rate_limit": {"redis": {"url": 5}}}', until("0.2.7"), from_("0.3.2"), "rate_limit.redis.url"),
    ('{"rate_limit": {"redis": {"url": "", "prefix": 5}}}', ALL, (), ""),
    ('{"rate_limit": {"redis": "$X"}}', until("0.2.7"), from_("0.3.2"), "rate_limit.redis"),
    ('{"rate_limit": {"enabled": false, "redis": {"url": "${X}"}}}', (), from_("0.3.2"), "rate_limit.redis.url"),
    ('{"rate_limit": {"redis": "redis://$X:6379"}}', ALL, (), ""),
    ('{"rate_limit": {"redis": "redis://${X}:6379"}}', (), from_("0.3.2"), "rate_limit.redis"),
    ('{"rate_limit": {"redis": "${X:-redis://h}"}}', (), from_("0.3.2"), "rate_limit.redis"),
    ('{"rate_limit": {"backend": "custom"}}', until("0.2.7"), from_("0.3.2"), "rate_limit.backend"),
    ('{"rate_limit": {"backend": "custom", "enabled": "no"}}', ALL, (), ""),
    ('{"rate_limit": {"backend": "redis"}}', until("0.2.7"), from_("0.3.2"), "rate_limit.backend"),
    ('{"rate_limit": {"backend": "redis", "redis": {}}}', (), from_("0.3.2"), "rate_limit.redis"),
    ('{"rate_limit": {"backend": "redis", "redis": "h:6379"}}', (), from_("0.3.2"), "rate_limit.redis"),
    ('{"rate_limit": {"backend": "redis", "redis": "redis://h"}}', ("0.2.7", "0.9.0"), ("0.3.2", "0.8.0"), "rate_limit.backend"),
    # websocket, ag_ui, runs
    ('{"websocket": null}', ALL, (), ""),
    ('{"websocket": []}', until("0.3.2.9"), from_("0.4.0"), "websocket"),
    ('{"websocket": {"max_connections": "many"}}', until("0.3.2.9"), from_("0.4.0"), "websocket.max_connections"),
    ('{"websocket": {"max_connections": -1}}', until("0.3.2.9"), from_("0.4.0"), "websocket.max_connections"),
    ('{"websocket": {"max_connections": false}}', ALL, (), ""),
    ('{"websocket": {"max_connections": "0"}}', ALL, (), ""),
    ('{"websocket": {"max_connections_per_user": []}}', until("0.5.1"), from_("0.6.0"), "websocket.max_connections_per_user"),
    ('{"websocket": {"realtime_models": ["a", 1]}}', until("0.5.1"), from_("0.6.0"), "websocket.realtime_models.1"),
    ('{"websocket": {"realtime_client_overrides": ["model"]}}', until("0.7.0"), from_("0.8.0"), "websocket.realtime_client_overrides.0"),
    ('{"websocket": {"realtime_client_overrides": [" vad ", ""]}}', ALL, (), ""),
    ('{"websocket": {"enabled": 1}}', until("0.8.0"), ("0.9.0",), "websocket.enabled"),
    ('{"websocket": {"enabled": null}}', ALL, (), ""),
    ('{"ag_ui": []}', until("0.5.1"), from_("0.6.0"), "ag_ui"),
    ('{"ag_ui": {"enabled": null}}', until("0.5.1"), from_("0.6.0"), "ag_ui.enabled"),
    ('{"runs": []}', until("0.7.0"), from_("0.8.0"), "runs"),
    ('{"runs": {"thread_ids": null}}', until("0.7.0"), from_("0.8.0"), "runs.thread_ids"),
    ('{"runs": {"config_keys": [1]}}', until("0.7.0"), from_("0.8.0"), "runs.config_keys.0"),
    ('{"runs": {"max_concurrent_per_user": "10"}}', until("0.7.0"), from_("0.8.0"), "runs.max_concurrent_per_user"),
    ('{"runs": {"max_concurrent_per_user": 1.0}}', until("0.7.0"), from_("0.8.0"), "runs.max_concurrent_per_user"),
    ('{"runs": {"max_concurrent_per_user": true}}', until("0.7.0"), from_("0.8.0"), "runs.max_concurrent_per_user"),
    ('{"runs": {"max_concurrent_per_user": false}}', ALL, (), ""),
    ('{"runs": {"timeout": "600"}}', until("0.7.0"), from_("0.8.0"), "runs.timeout"),
    ('{"runs": {"timeout": 0}}', until("0.7.0"), from_("0.8.0"), "runs.timeout"),
    ('{"runs": {"timeout": NaN}}', ALL, (), ""),
    # remote_tools
    ('{"remote_tools": null}', until("0.5.1"), from_("0.6.0"), "remote_tools"),
    ('{"remote_tools": []}', ALL, (), ""),
    ('{"remote_tools": [{"node": "t", "name": "n", "description": "d"}]}', ALL, (), ""),
    ('{"remote_tools": [{"node_name": "t", "name": "n", "description": "d"}]}', ALL, (), ""),
    ('{"remote_tools": [{"node": "t", "node_name": "t", "name": "n", "description": "d"}]}', (), from_("0.6.0"), "remote_tools.0.node_name"),
    ('{"remote_tools": [{"node": "t", "name": "n"}]}', (), from_("0.6.0"), "remote_tools.0"),
    ('{"remote_tools": [{"node": "t", "name": " ", "description": "d"}]}', (), from_("0.6.0"), "remote_tools.0.name"),
    ('{"remote_tools": [{"node": "t", "name": "\\ud800", "description": "d"}]}', (), from_("0.6.0"), "remote_tools.0.name"),
    ('{"remote_tools": [{"node": "t", "name": "n", "description": "d", "x": 1}]}', (), from_("0.6.0"), "remote_tools.0.x"),
    ('{"remote_tools": [{"node": "t", "name": "n", "description": "d", "parameters": {"type": null}}]}', (), from_("0.6.0"), "remote_tools.0.parameters.type"),
    ('{"remote_tools": [{"node": "t", "name": "n", "description": "d"}, {"node": "u", "name": " n ", "description": "d"}]}', (), from_("0.6.0"), "remote_tools.1.name"),
    # observability, graph_introspection, token_revocation, redis
    ('{"observability": []}', ALL, (), ""),
    ('{"observability": "on"}', until("0.4.0"), from_("0.5.0"), "observability"),
    ('{"observability": {"logfire": true}}', until("0.4.0"), from_("0.5.0"), "observability.logfire"),
    ('{"observability": {"level": "loud", "langsmith": {"enabled": "false"}}}', ALL, (), ""),
    ('{"graph_introspection": "closed"}', until("0.7.0"), from_("0.8.0"), "graph_introspection"),
    ('{"token_revocation": false}', until("0.7.0"), from_("0.8.0"), "token_revocation"),
    ('{"token_revocation": "no backend"}', ALL, (), ""),
    ('{"auth": {"method": "custom", "path": "a.b:C"}, "token_revocation": "Redis"}', ("0.7.0",), from_("0.8.0"), "token_revocation"),
    ('{"auth": {"method": "custom", "path": "a.b:C"}, "token_revocation": "redis"}', ("0.7.0",), from_("0.8.0"), "token_revocation"),
    ('{"auth": {"method": "custom", "path": "a.b:C"}, "token_revocation": "memory"}', from_("0.8.0"), (), ""),
    ('{"redis": "${REDIS_URL}"}', until("0.7.0"), from_("0.8.0"), "redis"),
    ('{"redis": {"url": "redis://h"}}', until("0.7.0"), from_("0.8.0"), "redis"),
    ('{"redis": "redis://h:${PORT}"}', until("0.7.0"), from_("0.8.0"), "redis"),
    ('{"redis": "redis://h?db=x"}', until("0.7.0"), from_("0.8.0"), "redis"),
    ('{"redis": "redis://u:p[w@h"}', until("0.7.0"), from_("0.8.0"), "redis"),
    ('{"redis": "REDISS://${HOST}:6379/0?x=y"}', ALL, (), ""),
    ('{"redis": "unix:///run/redis.sock"}', ALL, (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "accepting", "refusing", "path"), CASES, ids=[case[0][:70] for case in CASES])
def test_releases(text: str, accepting: tuple[str, ...], refusing: tuple[str, ...], path: str) -> None:
    data = json.loads(text)
    assert {version: paths(version, data) for version in accepting} == {version: [] for version in accepting}
    assert {version: paths(version, data) for version in refusing} == {version: [path] for version in refusing}


# (config, environment, release, rule, when, environment variables that mattered)
OWNERS: list[tuple[dict[str, Any], dict[str, str], str, str, str, tuple[str, ...]]] = [
    ({"agent": 5}, {}, "0.9.0", "AF102", "start", ()),
    ({"agent": "a"}, {}, "0.9.0", "AF201", "start", ()),
    ({"store": "a"}, {}, "0.9.0", "AF206", "start", ()),
    ({"authorization": "a:b:c"}, {}, "0.9.0", "AF206", "start", ()),
    ({"authorization": "owner"}, {}, "0.9.0", "AF103", "start", ()),
    ({"auth": "basic"}, {}, "0.9.0", "AF404", "start", ()),
    ({"auth": {"method": "custom", "path": "a"}}, {}, "0.9.0", "AF206", "start", ()),
    ({"auth": "jwt"}, {}, "0.5.1", "AF108", "start", ()),
    ({"auth": "jwt"}, {}, "0.1.9", "AF108", "use", ()),
    ({"redis": "$X"}, {"X": "redis://h"}, "0.9.0", "AF106", "start", ()),
    ({"redis": "h:1"}, {}, "0.9.0", "AF103", "start", ()),
    ({"rate_limit": {"redis": "$X"}}, {}, "0.9.0", "AF106", "start", ("X",)),
    ({"rate_limit": {"backend": "redis", "redis": "$X"}}, {"X": ""}, "0.9.0", "AF106", "start", ("X",)),
    ({"rate_limit": {"backend": "redis", "redis": "$X"}}, {"X": "h:1"}, "0.9.0", "AF106", "start", ("X",)),
    ({"rate_limit": {"backend": "redis", "redis": "$X"}}, {"X": "redis://h"}, "0.8.0", "AF108", "start", ()),
    ({"websocket": 5}, {}, "0.8.0", "AF103", "use", ()),
    ({"websocket": 5}, {}, "0.9.0", "AF103", "start", ()),
    ({"graph_introspection": 5}, {}, "0.9.0", "AF103", "use", ()),
]


@pytest.mark.parametrize(("data", "environ", "version", "rule", "when", "variables"), OWNERS)
def test_the_rule_the_moment_and_the_variables(
    data: dict[str, Any], environ: dict[str, str], version: str, rule: str, when: str, variables: tuple[str, ...]
) -> None:
    [rejection] = found(version, data, environ)
    assert (rejection.rule, rejection.when, rejection.environment, rejection.uncertain) == (
        rule,
        when,
        variables,
        False,
    )


def test_a_variable_that_is_set_is_expanded_once() -> None:
    redis = {"rate_limit": {"backend": "redis", "redis": {"url": "$A://${B}"}}}
    assert paths("0.9.0", redis, {"A": "redis", "B": "$C", "C": "h"}) == []
    assert paths("0.9.0", redis, {"B": "h"}) == ["rate_limit.redis.url"]


def test_an_unknown_variable_is_never_called_wrong() -> None:
    data = {"agent": "a:b", "rate_limit": {"backend": "redis", "redis": "${X}"}}
    assert list(rejections("0.9.0", data, lambda _: UNKNOWN)) == []


def test_a_container_leaves_injected_backends_open() -> None:
    for limit in ({"backend": "custom"}, {"backend": "redis"}, {"backend": "redis", "redis": "h:1"}):
        [rejection] = found("0.9.0", {"injectq": "a:b", "rate_limit": limit})
        assert rejection.uncertain
        assert "InjectQ" in rejection.message
    [broken] = found("0.8.0", {"injectq": "a:b", "rate_limit": {"backend": "redis", "redis": "redis://h"}})
    assert (broken.rule, broken.uncertain) == ("AF108", True)
    [parsing] = found("0.9.0", {"injectq": "a:b", "rate_limit": {"by": "x"}})
    assert not parsing.uncertain


@pytest.mark.parametrize(
    ("extra", "mode", "expected"),
    [
        ({}, "production", [False]),
        ({}, "PRODUCTION", [False]),
        ({}, "development", []),
        ({}, None, []),
        ({}, UNKNOWN, [True]),
        ({"auth": {"method": "custom", "path": "a.b:C"}}, None, [False]),
        ({"authorization": "ownership"}, None, [False]),
        ({"authorization": {"backend": "rbac"}}, None, [False]),
        ({"authorization": "allow_all"}, "production", []),
        ({"authorization": "a:B"}, "production", [True]),
        ({"ag_ui": {"enabled": "off"}}, "production", []),
    ],
)
def test_ag_ui_beside_threads_that_the_server_names(extra: dict[str, Any], mode: Any, expected: list[bool]) -> None:
    environ: Lookup = {"MODE": mode}.get
    data = {"agent": "a:b", "ag_ui": {"enabled": True}, "runs": {"thread_ids": "server"}, **extra}
    verdicts = list(rejections("0.9.0", data, environ))
    assert [rejection.path for rejection in verdicts] == [("runs", "thread_ids")] * len(expected)
    assert [rejection.uncertain for rejection in verdicts] == expected
    assert list(rejections("0.7.0", data, environ)) == []


@pytest.mark.parametrize(
    ("environ", "redis", "expected"),
    [
        ({}, None, [False]),
        ({"REDIS_URL": ""}, None, [False]),
        ({"REDIS_URL": "redis://h"}, None, []),
        ({"REDIS_URL": UNKNOWN}, None, [True]),
        ({}, "redis://h", []),
    ],
)
def test_redis_revocation_needs_a_url(environ: dict[str, Any], redis: str | None, expected: list[bool]) -> None:
    auth = {"method": "custom", "path": "a.b:C"}
    data = {"agent": "a:b", "auth": auth, "token_revocation": "redis", "redis": redis}
    verdicts = list(rejections("0.9.0", data, environ.get))
    assert [rejection.uncertain for rejection in verdicts] == expected
    assert all(rejection.environment == ("REDIS_URL",) for rejection in verdicts)


def test_the_redis_key_only_matters_with_the_package() -> None:
    assert [rejection.requires for rejection in found("0.9.0", {"redis": 5})] == ["redis"]


def test_start_up_order() -> None:
    data = {
        "redis": 5,
        "authorization": 5,
        "runs": 5,
        "auth": 5,
        "store": 5,
        "agent": 5,
        "remote_tools": 5,
        "websocket": 5,
        "ag_ui": 5,
        "rate_limit": {"backend": 5, "requests": "x", "enabled": 5},
        "observability": 5,
        "injectq": 5,
        "env": 5,
    }
    expected = "env injectq observability rate_limit.enabled rate_limit.requests rate_limit.backend ag_ui websocket "
    expected += "remote_tools agent store auth runs authorization redis"
    assert paths("0.9.0", data) == expected.split()


def test_the_graphs_object_of_the_first_release() -> None:
    assert list(rejections("0.1.7", {"graphs": {"agent": "a:b", "thread_name_generator": 5}}, nothing)) == []
    for data, path in (
        ({}, ("graphs", "agent")),
        ({"agent": "a:b"}, ("graphs", "agent")),
        ({"graphs": None}, ("graphs",)),
        ({"graphs": {"agent": "a"}}, ("graphs", "agent")),
        ({"graphs": {"agent": "a:b", "injectq": "x"}}, ("graphs", "injectq")),
    ):
        assert [rejection.path for rejection in rejections("0.1.7", data, nothing)] == [path]


@pytest.mark.parametrize(
    ("auth", "version", "kind"),
    [
        (None, "0.9.0", "off"),
        ("", "0.9.0", "off"),
        ("jwt", "0.1.9", "jwt"),
        ("jwt", "0.2.1", "jwt"),
        ("jwt", "0.4.0", "rejected"),
        ("jwt", "0.9.0", "jwt"),
        ("a.my_jwt:Auth", "0.9.0", "jwt"),
        ("basic", "0.9.0", "rejected"),
        ({"method": "jwt"}, "0.9.0", "rejected"),
        ({"method": "custom", "path": "a.b:C"}, "0.2.3", "rejected"),
        ({"method": "custom", "path": "a.b:C"}, "0.9.0", "custom"),
        ({"method": "custom", "path": "a.b"}, "0.9.0", "custom"),
        ({"method": "custom", "path": 5}, "0.9.0", "rejected"),
    ],
)
def test_auth_kind(auth: object, version: str, kind: str) -> None:
    assert auth_kind(version, {"auth": auth}) == kind
    assert is_jwt_auth({"auth": auth}) == (isinstance(auth, str) and "jwt" in auth)


def test_no_credentials_in_messages() -> None:
    url = "http://user:hunter2@cache:6379"
    data = {"redis": url, "env": [url], "rate_limit": {"backend": "redis", "redis": url}, "auth": f"x {url}"}
    verdicts = found("0.9.0", data)
    assert len(verdicts) == 4
    assert not any("hunter2" in rejection.message for rejection in verdicts)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["a:b", "$X", "redis"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS = [
    "agent",
    "env",
    "injectq",
    "store",
    "auth",
    "authorization",
    "thread_name_generator",
    "redis",
    "rate_limit",
    "websocket",
    "runs",
    "ag_ui",
    "graphs",
    "remote_tools",
    "observability",
    "graph_introspection",
    "token_revocation",
]
NESTED = {
    "rate_limit": [
        "enabled",
        "requests",
        "window",
        "by",
        "backend",
        "redis",
        "exclude_paths",
        "trusted_proxies",
        "trusted_proxy_hops",
    ],
    "websocket": ["enabled", "max_connections", "realtime_models", "realtime_client_overrides"],
    "runs": ["thread_ids", "config_keys", "max_concurrent_per_user", "timeout"],
    "auth": ["method", "path"],
    "authorization": ["backend", "type", "roles", "default_scopes"],
}


@given(
    data=st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6),
    nested=st.dictionaries(
        st.sampled_from(sorted(NESTED)).flatmap(lambda key: st.sampled_from([(key, part) for part in NESTED[key]])),
        JSON,
        max_size=4,
    ),
    version=st.sampled_from(["0.1.7", "0.2.3", *ALL]),
)
@settings(max_examples=300, deadline=None)
def test_any_json_gets_an_answer(data: dict[str, Any], nested: dict[tuple[str, str], Any], version: str) -> None:
    for (key, part), value in nested.items():
        data[key] = {**(data[key] if isinstance(data.get(key), dict) else {}), part: value}
    for rejection in rejections(version, data, {"X": "redis://h"}.get):
        assert rejection.message
        assert rejection.when in ("start", "use")
        parent: Any = data
        for step in rejection.path[:-1]:
            if step == "graphs" and step not in data:
                break
            parent = parent[step]
