from __future__ import annotations

import pytest

from agentflow_lint.framework.routes import AG_UI, INVOKE, LIVE, PING, SOCKET, STREAM, UPLOAD, route_path, routes_of

ON = {"ag_ui": {"enabled": True}, "websocket": {"enabled": "no"}}


@pytest.mark.parametrize(
    ("version", "config", "more"),
    [
        ("0.1.9", {}, ()),
        ("0.3.0", {}, (UPLOAD,)),
        ("0.3.2.9", {}, (SOCKET, UPLOAD)),
        ("0.4.0", {}, (SOCKET, LIVE, UPLOAD)),
        ("0.5.1", ON, (SOCKET, LIVE, UPLOAD)),
        ("0.6.0", ON, (AG_UI, SOCKET, LIVE, UPLOAD)),
        ("0.8.0", {"websocket": {"enabled": False}}, (SOCKET, LIVE, UPLOAD)),
        ("0.9.0", ON, (AG_UI, UPLOAD)),
        ("0.9.0", {"websocket": {}, "ag_ui": {"enabled": 1}}, (SOCKET, LIVE, UPLOAD)),
    ],
)
def test_the_routes_of_a_release(version, config, more):
    assert routes_of(version, config) == (INVOKE, STREAM, *more, PING)


@pytest.mark.parametrize(
    ("path", "root", "seen"),
    [
        ("/v1/x", "/", "/v1/x"),
        ("/v1/x", "", "/v1/x"),
        ("/api/v1/x", "/api", "/v1/x"),
        ("/api/v1/x", "/api/", "/api/v1/x"),
        ("/api/v1/x", "api", "/api/v1/x"),
        ("/apis/v1", "/api", "/apis/v1"),
        ("/v1/x", "/api", "/v1/x"),
        ("/api", "/api", ""),
    ],
)
def test_what_root_path_takes_off(path, root, seen):
    # As a FastAPI application of that root path answered when it was asked.
    assert route_path(path, root) == seen
