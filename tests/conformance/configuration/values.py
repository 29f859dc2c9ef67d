"""Strategies for config values: for each key what a release takes, and what only just is not that."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.conformance.configuration.project import AGENT, AUTH, PLUGINS, TOOL_NODE

Values = st.SearchStrategy[Any]

#: Of every JSON type, and the texts and numbers that lenient parsers take for something else.
ODD = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 2, 100, 1.0, 1.5, 100.9, -0.0, 0.5, 10**20, float("inf"), float("nan")),
        *("", " ", "1", "0", "-1", "100", " 100 ", "1_000", "1.5", "1e3", "٣", "true", "True", " yes ", "on", "OFF"),
        *("no", "t", "y", "null", "none", "abc", "jwt", "memory", "redis", "a:b", "${UNSET}"),
        *([], [1], [None], ["a"], [" "], [["a"]], {}, {"a": 1}, {"enabled": True}),
    ]
)


def weighted(*choices: tuple[int, Values]) -> Values:
    """One of the strategies, drawn as often as its weight says (``one_of`` takes equal ones for one)."""
    numbers = [number for number, (weight, _) in enumerate(choices) for _ in range(weight)]
    return st.sampled_from(numbers).flatmap(lambda number: choices[number][1])


def mostly(good: Values, odd: Values = ODD) -> Values:
    """``good`` eight times out of nine."""
    return weighted((8, good), (1, odd))


def pick(*values: Any) -> Values:
    """One of the values."""
    return st.sampled_from(values)


def record(required: dict[str, Values], optional: dict[str, Values], most: int = 3) -> Values:
    """An object with all of ``required``, a few of ``optional`` and now and then a key that nobody knows."""
    chosen = st.lists(st.sampled_from(sorted(optional)), unique=True, max_size=most) if optional else st.just([])

    def build(names: list[str]) -> Values:
        parts = {**required, **{name: optional[name] for name in names}}
        return st.fixed_dictionaries(parts, optional={"unknown": pick(1, None)})

    return chosen.flatmap(build)


SWITCH = mostly(pick(True, False, True, "true", "off", " YES "))
COUNT = mostly(pick(1, 10, 100, "100", 60, 0))
TEXTS = mostly(st.lists(pick("a", "/ping", "", " b "), max_size=2), pick([1], [None], "a", {}, None, True, ["a", 1.5]))

REDIS_URLS = pick(
    *("redis://localhost:6379/0", "rediss://h", "unix:///run/redis.sock", "redis://", "redis://h:99999", "redis://h:x"),
    *("http://h", "localhost:6379", "redis://[::1", "redis://h?db=x", "redis://h?db=1", "redis://h/notanumber"),
    *("redis://h?socket_timeout=1.5", "redis://h?max_connections=-1", "REDIS://h", " redis://h", "redis:h"),
)
PLACEHOLDERS = pick(
    *("${REDIS_URL}", "$REDIS_URL", "${UNSET}", "$UNSET", "redis://${HOST}:6379", "redis://$HOST", "${REDIS_URL"),
    *("${}", "$", "$$", "redis://${UNSET}:6379/${HOST}", "${REDIS_URL}${UNSET}", "%REDIS_URL%", "$1", "${A B}"),
    *("x${UNSET}", "x$UNSET", "\\$UNSET", "~/redis", "${HOST:-x}", "${redis_url}"),
)
URLS = weighted((3, pick("redis://localhost:6379/0")), (1, REDIS_URLS), (1, PLACEHOLDERS))

IMPORT_PATHS = pick(
    *("served", "served:", ":app", "served:app:x", "served:a.b", "served:app()", "served/x:app"),
    *(".served:app", "", " ", ":", "::", "served :app", " served:app", "served: app", "served..x:app"),
)


def import_path(good: str) -> Values:
    """A path that loads, or one whose form cannot."""
    return mostly(pick(good), st.one_of(IMPORT_PATHS.map(lambda path: path.replace("served", "plug.parts")), ODD))


RATE_LIMIT = record(
    {},
    {
        "enabled": SWITCH,
        "requests": COUNT,
        "window": COUNT,
        "by": mostly(pick("ip", "global", "user", "IP", "path", "")),
        "backend": mostly(pick("memory", "memory", "redis", "redis", "custom", "Memory", "")),
        "redis": mostly(weighted((2, URLS), (1, record({}, {"url": mostly(URLS), "prefix": mostly(pick("p:", ""))})))),
        "trusted_proxy_headers": SWITCH,
        "exclude_paths": TEXTS,
        "fail_open": SWITCH,
        "trusted_proxy_hops": COUNT,
        "trusted_proxies": mostly(
            st.lists(
                pick("10.0.0.0/8", "::1", "10.0.0.1/8", " 127.0.0.1 ", 1, "10.0.0.0/33", "x", "", None), max_size=2
            )
        ),
    },
    4,
)
WEBSOCKET = record(
    {},
    {
        "enabled": mostly(pick(True, False, None, "false")),
        "max_connections": mostly(pick(0, 10, None, "10")),
        "max_connections_per_user": mostly(pick(0, 10, None, "10")),
        "realtime_models": TEXTS,
        "realtime_client_overrides": mostly(
            st.lists(
                pick("voice", "modalities", "vad", "system_prompt", " voice ", "", "Voice", "model", 1), max_size=2
            )
        ),
    },
)
RUNS = record(
    {},
    {
        "thread_ids": mostly(pick("client", "server", "Server", "")),
        "config_keys": TEXTS,
        "state_keys": TEXTS,
        "max_concurrent_per_user": mostly(pick(0, 1, 10, None)),
        "timeout": mostly(pick(1, 0.5, 600, None)),
    },
)
AG_UI = record({}, {"enabled": SWITCH, "allow_client_tools": SWITCH})
SCHEMA = mostly(
    record(
        {},
        {
            "type": mostly(pick("object", "object", "array")),
            "properties": mostly(pick({}, {"a": {"type": "string"}})),
            "required": mostly(pick([], ["a"])),
        },
    )
)
TOOL = mostly(
    weighted(
        (
            3,
            record(
                {"node": pick(TOOL_NODE), "name": pick("one", "two", "three"), "description": pick("It does.")},
                {"parameters": SCHEMA},
            ),
        ),
        (
            1,
            record(
                {},
                {
                    "node": mostly(pick(TOOL_NODE, " ")),
                    "node_name": pick(TOOL_NODE),
                    "name": mostly(pick("one", " one ", " ")),
                    "description": mostly(pick("It does.", "")),
                    "parameters": SCHEMA,
                },
                5,
            ),
        ),
    )
)
REMOTE_TOOLS = mostly(st.lists(TOOL, max_size=2))
TELEMETRY = record({}, {"enabled": SWITCH, "token": ODD})
OBSERVABILITY = record(
    {},
    {"logfire": mostly(TELEMETRY), "langsmith": mostly(TELEMETRY), "level": mostly(pick("spans", "full", "FULL", "x"))},
)
SCOPES = mostly(pick([], ["graph:invoke"], ["*"], "graph:invoke", {"a": 1}))
ROLES = mostly(st.dictionaries(pick("admin", "user", ""), SCOPES, max_size=2))
AUTHORIZATION = weighted(
    (3, pick("ownership", "allow_all", "default", "none")),
    (1, pick(" Ownership ", "NONE", "owner", "rbac", "", None)),
    (2, import_path(PLUGINS["authorization"])),
    (
        3,
        record(
            {"backend": mostly(pick("rbac", "RBAC", "role_based", "roles"), pick("ownership", " rbac", "", None, 1))},
            {
                "roles": ROLES,
                "role_scopes": ROLES,
                "default_scopes": SCOPES,
                "isolation": mostly(pick("owner", "none")),
            },
        ),
    ),
    (1, record({}, {"type": mostly(pick("rbac", "Roles", "x")), "roles": ROLES, "default_scopes": SCOPES})),
    (1, ODD),
)
AUTH_PATHS = mostly(pick(AUTH), pick("plug.parts", "plug.parts:", "plug.parts:Auth:x", "", None, 1, True, ["a"], {}))
AUTH_VALUES = weighted(
    (4, pick("jwt")),
    (2, pick(None, "", "JWT", "x.my_jwt:Auth", "none", "custom", "plug.parts:Auth")),
    (4, record({"method": pick("custom"), "path": AUTH_PATHS}, {})),
    (1, record({}, {"method": mostly(pick("custom", "jwt", "none", "Custom", "")), "path": AUTH_PATHS})),
    (1, ODD),
)

#: The strategy of each key at the top of the config.
KEYS: dict[str, Values] = {
    "checkpointer": import_path("plug.parts:container"),
    "store": import_path(PLUGINS["store"]),
    "injectq": import_path(PLUGINS["injectq"]),
    "thread_name_generator": import_path(PLUGINS["thread_name_generator"]),
    "redis": weighted((6, URLS), (1, ODD), (1, pick({"url": "redis://h"}))),
    "auth": AUTH_VALUES,
    "authorization": AUTHORIZATION,
    "rate_limit": mostly(RATE_LIMIT),
    "websocket": mostly(WEBSOCKET),
    "runs": mostly(RUNS),
    "ag_ui": mostly(AG_UI),
    "remote_tools": REMOTE_TOOLS,
    "observability": mostly(OBSERVABILITY),
    "graph_introspection": mostly(pick("open", "scoped", "Open", "", None)),
    "token_revocation": weighted(
        (4, pick("memory", "redis", None)), (2, pick("", "Memory", "x", "a:b:c", ":x", "plug:")), (1, ODD)
    ),
    "graphs": mostly(pick({"agent": AGENT}, {"agent": AGENT, "injectq": PLUGINS["injectq"]})),
    "test": ODD,
    "evaluation": ODD,
    "unknown": ODD,
}
AGENTS = weighted((40, pick(AGENT)), (1, IMPORT_PATHS), (1, ODD))
