"""Configs to judge by the newest release, without their ``agent``."""

from __future__ import annotations

from typing import Any

SOUND: tuple[dict[str, Any], ...] = (
    {},
    {"rate_limit": {}, "auth": "jwt"},
    {"rate_limit": {"requests": "1_000", "window": 60.9, "enabled": " YES ", "trusted_proxies": ["::1", "10.0.0.0/8"]}},
    {"rate_limit": {"backend": "redis", "redis": {"url": "redis://${HOST}:6379"}}},
    {"rate_limit": {"backend": "redis", "enabled": "off"}},
    {"rate_limit": {"backend": "custom"}, "injectq": "graph.container:container"},
    {"websocket": {"max_connections": "10", "max_connections_per_user": None}},
    {"auth": {"method": "custom", "path": "graph.auth:Auth"}},
    {"auth": {}, "store": [], "injectq": 0, "thread_name_generator": False},
    {"authorization": {"type": "Roles", "backend": "", "roles": {"admin": "*"}, "role_scopes": 1}},
    {"runs": {"max_concurrent_per_user": False, "timeout": 0.5}},
    {"remote_tools": [{"node_name": "T", "name": "n", "description": "d", "parameters": {"x": 1}}]},
    {"observability": {"logfire": None, "level": 3}, "graph_introspection": None},
    {"$schema": "./schema.json", "_comment": "why", "unknown": {"anything": [1]}},
)
REFUSED: tuple[dict[str, Any], ...] = (
    {"agent": None},
    {"agent": ""},
    {"agent": "graph/agent.py:app"},
    {"agent": "graph.agent"},
    {"agent": "graph.agent:app\n"},
    {"env": [".env"]},
    {"auth": "none"},
    {"auth": {"method": "jwt"}},
    {"auth": True},
    {"authorization": {}},
    {"authorization": {"backend": "rbac", "roles": {"admin": 1}}},
    {"rate_limit": {"enabled": 1}},
    {"rate_limit": {"enabled": None}},
    {"rate_limit": {"requests": 0}},
    {"rate_limit": {"requests": "1.5"}},
    {"rate_limit": {"backend": "redis"}},
    {"rate_limit": {"backend": "redis", "redis": ""}},
    {"rate_limit": {"backend": "redis", "redis": {"url": "http://h"}}},
    {"rate_limit": {"backend": "custom"}},
    {"rate_limit": {"redis": "${"}},
    {"rate_limit": {"trusted_proxies": ["10.0.0.0/33"]}},
    {"runs": {"timeout": "600"}},
    {"runs": {"max_concurrent_per_user": True}},
    {"runs": {"thread_ids": "server"}, "ag_ui": {"enabled": "on"}, "authorization": " Ownership "},
    {"remote_tools": None},
    {"remote_tools": [{"node": "T", "node_name": "T", "name": "n", "description": "d"}]},
    {"redis": {"url": "redis://h"}},
    {"redis": "redis://h?db=x"},
    {"token_revocation": 1},
    {"token_revocation": "yes", "auth": "jwt"},
    {"observability": {"logfire": True}},
    {"graph_introspection": "closed"},
    {"websocket": {"realtime_client_overrides": ["model"]}},
)

_NUMBERS = ("1", " 1_000\u3000", "+5", "0", "-0", "-1", "1.5", "_1", "1_", "1__0", "\x1f1", "1\x85", "", "ten", "1\n")
_BOOLEANS = ("YES", " on\u2028", "oFf", "y", "2", "", "true\x1c", "tru e")
_PATHS = (
    *(
        "a.b:c",
        "a-b:c",
        "a b:c",
        "a:c1_",
        "caf\xe9:caf\xe9",
        "a\ud83d\ude00:b",
        " a:b",
        "a :b",
        "a: b",
        "a..b:c",
        "a.:b",
    ),
    *(".a:b", "a/b:c", "a\\b:c", "a\x00:b", "a:b\n", "a:1b", "a:b.c", "a:b()", "a:", ":b", "a:b:c", "a"),
)
_NETWORKS = (
    *("10.0.0.0/8", " ::1 ", "1.2.3.4/255.0.0.0", "1.2.3.4/0.0.0.255", "fe80::1%eth0/64", "1::", "::ffff:1.2.3.4/096"),
    *(
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "1.2.3.4/33",
        "1.2.3.04",
        "1.2.3",
        "1.2.3.4/255.0.255.0",
        "::/129",
        "::1::",
    ),
    *("1:2:3:4:5:6:7:8::", "::1%", "::1 /8", "1.2.3.4/", "localhost", ""),
)
_URLS = (
    *("redis://h", "REDISS://u:p@h:6379/0", " unix:///s", "redis:", "redis://h?db=1&timeout=+1.5e3", "redis://h?db="),
    *(
        "redis://h#?db=x",
        "redis://h?db=1&db=x",
        "redis://[::1",
        "redis://h/%zz",
        "redis://h:",
        "redis://h?timeout=-inf",
    ),
    *(
        "http://h",
        "h:6379",
        "redis://h:99999",
        "redis://h:x",
        "redis://h?db=x",
        "redis://h?db=1.5",
        "redis",
        "\u3000redis:",
    ),
    *("redis://h?max_connections=-1", "redis://a@b:c@d:e", "redis://h?db=1\n", "redis://h:1\n"),
)
_REFERENCES = (
    "$",
    "${",
    "${}",
    "${A=}",
    "${=$x}",
    "${=}$x",
    "x$",
    "x${",
    "$A",
    "a${B}c",
    "$1",
    "$\xe9",
    "${\xe9}",
    "$$",
)

#: One text after the other where a pattern decides: whether they are valid is what is asked.
TEXTS: tuple[dict[str, Any], ...] = (
    *({"rate_limit": {"requests": text}} for text in _NUMBERS),
    *({"websocket": {"max_connections": text}} for text in _NUMBERS),
    *({"rate_limit": {"enabled": text}} for text in _BOOLEANS),
    *({"agent": text} for text in _PATHS),
    *({"rate_limit": {"trusted_proxies": [text]}} for text in _NETWORKS),
    *({"redis": text} for text in _URLS),
    *({"rate_limit": {"backend": "redis", "redis": text}} for text in (*_URLS, *_REFERENCES)),
    *({"authorization": text} for text in ("None", " ALLOW_ALL\n", "ownerships", "own ership")),
    *({"authorization": {"backend": text}} for text in ("RBAC", " rbac", "rbac\n", "Role_Based")),
    *(
        {"remote_tools": [{"node": "T", "name": text, "description": "d"}]}
        for text in ("", " \u2003", "\x1f", "\ufeff")
    ),
    *({"websocket": {"realtime_client_overrides": [text]}} for text in ("", " voice\x1c", "Voice", "voice vad")),
    *({"auth": text} for text in ("jwt", "x.my_jwt:Auth", "JWT", "")),
)
