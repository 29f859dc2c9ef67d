from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.proxies.blocks import parse_size, parse_time
from agentflow_lint.model.proxies.files import find_nginx
from agentflow_lint.model.proxies.patterns import search
from agentflow_lint.model.proxies.requests import Passed, find_location, pass_on, servers_of
from agentflow_lint.model.values import ABSENT, Known, Unknown
from tests.bounded import bounded


@pytest.fixture
def server(tmp_path):
    """The (first) server of a configuration of this text."""

    def make(text):
        (tmp_path / "nginx.conf").write_text(text)
        (context,) = find_nginx(ProjectFiles(str(tmp_path))).contexts
        return servers_of(context)[0]

    return make


@pytest.fixture
def passed(server):
    def make(text, path="/v1/graph/invoke", **more):
        return pass_on(server(text), path, **more)

    return make


LOCATIONS = """
server {
    location / { }
    location /v1/ { location /v1/graph/ { } location ~ \\.json$ { } }
    location ^~ /static/ { location ~ \\.js$ { } }
    location = /ping { }
    location ~ ^/v1/files { }
    location ~* \\.PNG$ { }
    location ~^/glued { }
    location @named { }
}
"""


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "location /"),
        ("/other", "location /"),
        ("/ping", "location = /ping"),
        ("/ping/", "location /"),
        ("/v1/x", "location /v1/"),
        ("/v1/graph/stream", "location /v1/graph/"),
        ("/v1/graph/a.json", "location ~ \\.json$"),
        ("/v1/files/upload", "location ~ ^/v1/files"),
        ("/v1/graph/a.png", "location ~* \\.PNG$"),
        ("/static/a.png", "location ^~ /static/"),
        ("/static/a.js", "location ~ \\.js$"),
        ("/glued/x", "location ~^/glued"),
        ("@named", None),
    ],
)
def test_the_location_that_a_path_falls_into(server, path, title):
    found = find_location(server(LOCATIONS), path)
    assert not isinstance(found, Unknown)
    assert (found.title if found else None) == title


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?>a)", "^/(\\w+*", "\\p{L}", "a" * 300, ".*.*.*.*.*x"])
def test_a_pattern_that_is_not_followed_leaves_it_open(server, pattern):
    found = find_location(server(f"server {{ location / {{ }} location ~ '{pattern}' {{ }} }}"), "/x")
    assert isinstance(found, Unknown)


@given(st.text(st.sampled_from("ab.*+?()[]^$|\\{}1,"), max_size=12), st.text(st.sampled_from("ab/."), max_size=40))
def test_no_pattern_takes_long(pattern, subject):
    with bounded():
        search(pattern, subject * 10)


@pytest.mark.parametrize(
    ("location", "asked", "sent"),
    [
        ("location / { proxy_pass http://a:1; }", "/v1/x", "/v1/x"),
        ("location / { proxy_pass http://a:1/; }", "/v1/x", "/v1/x"),
        ("location /api/ { proxy_pass http://a:1; }", "/api/v1/x", "/api/v1/x"),
        ("location /api/ { proxy_pass http://a:1/; }", "/api/v1/x", "/v1/x"),
        ("location /api { proxy_pass http://a:1/; }", "/api/v1/x", "//v1/x"),
        ("location /api/ { proxy_pass http://a:1/v1/; }", "/api/x", "/v1/x"),
        ("location ~ ^/api/(.*)$ { proxy_pass http://a:1/$1; }", "/api/v1/x", "/v1/x"),
        ("location ~ ^/api { proxy_pass http://a:1; }", "/api/v1/x", "/api/v1/x"),
        ("location /api/ { rewrite ^/api/(.*)$ /$1 break; proxy_pass http://a:1; }", "/api/v1/x", "/v1/x"),
        ("location /api/ { rewrite ^/api(.*)$ $1 last; } location / { proxy_pass http://a:1; }", "/api/v1/x", "/v1/x"),
        ("rewrite ^/api(.*)$ $1; location / { proxy_pass http://a:1; }", "/api/v1/x", "/v1/x"),
        ("set $up http://a:1; location / { proxy_pass $up; }", "/v1/x", "/v1/x"),
        ("set $up a:1; location / { proxy_pass http://$up$request_uri; }", "/v1/x", "/v1/x"),
        ("location / { try_files $uri @app; } location @app { proxy_pass http://a:1; }", "/v1/x", "/v1/x"),
        ("location / { proxy_pass http://unix:/run/app.sock:/; }", "/v1/x", "/v1/x"),
    ],
)
def test_the_path_that_is_passed_on(passed, location, asked, sent):
    found = passed(f"server {{ {location} }}", asked)
    assert isinstance(found, Passed)
    assert isinstance(found.path, Known)
    assert found.path.value == sent


@pytest.mark.parametrize(
    "location",
    [
        "return 301 https://$host$request_uri; location / { proxy_pass http://a:1; }",
        "location / { return 404; proxy_pass http://a:1; }",
        "location / { try_files $uri /index.html; }",
        "location / { try_files $uri =404; }",
        "location / { root /srv; }",
        "location / { uwsgi_pass a:1; }",
        "location /api/ { proxy_pass http://a:1; }",
        "location / { rewrite ^ https://elsewhere.example$request_uri permanent; proxy_pass http://a:1; }",
        "location / { rewrite ^/(.*)$ /$1 last; }",
        "location / { location /v1 { } proxy_pass http://a:1; }",
        "location / { proxy_pass http://a:1; } location /v1/graph/invoke/ { proxy_pass http://a:1; }",  # 301
    ],
)
def test_what_nginx_does_not_pass_on(passed, location):
    assert passed(f"server {{ {location} }}") is None


def addresses(found):
    assert isinstance(found, Passed)
    if isinstance(found.addresses, Unknown):
        return found.addresses
    return [(each.host, each.port, each.socket) for each in found.addresses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("server { location / { proxy_pass http://app:8000/; } }", [("app", 8000, None)]),
        ("server { location / { proxy_pass https://app; } }", [("app", 443, None)]),
        ("server { location / { proxy_pass http://[::1]:8000; } }", [("::1", 8000, None)]),
        ("server { location / { proxy_pass http://unix:/run/a.sock; } }", [("", None, "/run/a.sock")]),
        (
            "upstream api { server a:1 weight=2; server b; server c:3 down; server unix:/x; keepalive 8; }"
            "server { location / { proxy_pass http://api; } }",
            [("a", 1, None), ("b", 80, None), ("", None, "/x")],
        ),
    ],
)
def test_where_requests_are_passed_to(passed, text, expected):
    assert addresses(passed(text)) == expected


@pytest.mark.parametrize("url", ["http://$backend", "http://${API_HOST}:8000", "http://api:${PORT}", "nonsense"])
def test_an_address_that_is_filled_in_later_is_not_known(passed, url):
    assert isinstance(addresses(passed(f"server {{ location / {{ proxy_pass {url}; }} }}")), Unknown)


HEADERS = """
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
proxy_set_header Http one;
server {
    server_name api.example.com;
    proxy_set_header Host $host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    location / { proxy_pass http://app:8000; }
    location /own/ {
        proxy_set_header X-Own $server_name;
        proxy_pass http://app:8000;
        location /own/in/ { proxy_pass http://app:1; }
    }
}
"""


def sent(found, name):
    value = found.header(name).value
    return value.value if isinstance(value, Known) else value


def test_one_header_in_a_block_drops_all_of_the_blocks_around_it(passed):
    outer, inner = passed(HEADERS, "/x", upgrade="websocket"), passed(HEADERS, "/own/in/x", upgrade="websocket")
    assert [sent(outer, name) for name in ("Host", "Upgrade", "Connection", "X-Own", "Http")] == [
        *("caller.invalid", "websocket", "upgrade", None, None)
    ]
    assert [sent(inner, name) for name in ("Host", "Upgrade", "Connection", "X-Own", "Http")] == [
        *("app:1", "", "", "api.example.com", None)
    ]


def test_a_map_follows_the_request(passed):
    assert sent(passed(HEADERS, "/x"), "Connection") == "close"


@pytest.mark.parametrize(
    ("entries", "value"),
    [
        ("default a; websocket b;", "b"),
        ("default a; WebSocket b;", "b"),
        ("~^web b; default a;", "b"),
        ("~*^WEB b; default a;", "b"),
        ("other b;", ""),
        ("default $scheme;", "https"),
    ],
)
def test_what_a_map_holds(passed, entries, value):
    location = "location / { proxy_set_header X $x; proxy_pass http://a; }"
    text = f"map $http_upgrade $x {{ {entries} }} server {{ {location} }}"
    assert sent(passed(text, upgrade="websocket"), "X") == value


def test_a_variable_under_a_condition_is_not_known(passed):
    text = (
        "server { set $x a; if ($http_upgrade) { set $x b; } "
        "location / { proxy_set_header X $x; proxy_pass http://a; } }"
    )
    assert isinstance(sent(passed(text), "X"), Unknown)


def test_variables_that_hold_each_other_end(passed):
    location = "location / { proxy_set_header X $a; proxy_pass http://a; }"
    text = f"map $b $a {{ default $b; }} map $a $b {{ default $a; }} server {{ {location} }}"
    assert isinstance(sent(passed(text), "X"), Unknown)


def test_an_include_that_is_missing_leaves_what_it_may_set_open(passed):
    text = "server { include gone.inc; client_max_body_size 5m; location / { include more.inc; proxy_pass http://a; } }"
    block = passed(text).block
    assert isinstance(block.size("client_max_body_size"), Unknown)
    assert isinstance(passed(text).header("Host").value, Unknown)
    kept = "server { include gone.inc; location / { client_max_body_size 5m; proxy_pass http://a; } }"
    assert passed(kept).block.size("client_max_body_size").value == 5 * 1024 * 1024


def test_simple_directives_come_from_the_innermost_block(passed):
    text = "proxy_read_timeout 1h; server { proxy_read_timeout 2m; location / { proxy_pass http://a; } }"
    block = passed(text).block
    assert block.seconds("proxy_read_timeout").value == 120
    assert block.seconds("proxy_send_timeout") == ABSENT


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("60", 60), ("60s", 60), ("1m", 60), ("1h 30m", 5400), ("1h30m", 5400), ("500ms", 0.5), ("1d", 86400)),
        *(("0", 0), ("", None), ("x", None), ("1x", None), ("-1", None)),
    ],
)
def test_times(text, seconds):
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("10m", 10 * 1024**2), ("10M", 10 * 1024**2), ("1g", 1024**3), ("5k", 5120), ("1mb", None)],
)
def test_sizes(text, size):
    assert parse_size(text) == size
