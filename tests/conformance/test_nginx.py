"""What a real nginx does with requests, against what the model says: locations, paths, headers, and when it sends.

It needs an ``nginx`` on the path (``apt-get install nginx-light``), no registry. Where there is none it skips itself,
unless AGENTFLOW_LINT_REQUIRE_NGINX is 1.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.proxies.files import find_nginx
from agentflow_lint.model.proxies.requests import Passed, pass_on, servers_of
from agentflow_lint.model.proxies.variables import CALLER_HOST, CREDENTIALS
from agentflow_lint.model.values import Known, Unknown

if TYPE_CHECKING:
    from agentflow_lint.model.proxies.blocks import Block

pytestmark = pytest.mark.conformance

CONFIGURATIONS = 400
PATHS = (
    "/v1/graph/invoke",
    "/v1/graph/stream",
    "/v1/graph/ws",
    "/v1/files/upload",
    "/ping",
    "/api/v1/graph/invoke",
    "/",
)
NAMES = ("Host", "Upgrade", "Connection", "Authorization", "X-Forwarded-For", "X-Own")

_MAIN = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_buffer_size 4m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
    include conf.d/*.conf;
}}
"""


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked; below /slow/ after a while, below /stream/ bit by bit."""

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        if "/slow/" in self.path:
            time.sleep(2)
        if "/stream/" in self.path:
            self.send_response(200)
            self.send_header("X-Accel-Buffering", "no")
            self.end_headers()
            for _ in range(3):
                self.wfile.write(b"data\n")
                self.wfile.flush()
                time.sleep(0.4)
            return
        body = json.dumps(
            {"path": self.requestline.split()[1], "headers": {k.lower(): v for k, v in self.headers.items()}}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that is looked up

    def log_message(self, *_):
        pass


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="module")
def upstream():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Starts an nginx on a folder of ``server`` blocks; gives the folder."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        if os.environ.get("AGENTFLOW_LINT_REQUIRE_NGINX") == "1":
            pytest.fail("there is no nginx")
        pytest.skip("there is no nginx")
    running = []

    def run(servers: list[str], port: int):
        folder = tmp_path_factory.mktemp("nginx")
        (folder / "conf.d").mkdir()
        (folder / "nginx.conf").write_text(_MAIN.format(folder=folder))
        for number, text in enumerate(servers):
            (folder / "conf.d" / f"{number:03}.conf").write_text(text)
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        running.append(process)
        for _ in range(100):
            if process.poll() is not None:
                pytest.fail(f"nginx does not start: {process.stderr.read() if process.stderr else ''}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return folder
        pytest.fail("nginx does not listen")

    yield run
    for process in running:
        process.terminate()
        process.communicate(timeout=10)


def _headers(draw: random.Random) -> str:
    lines = (
        "proxy_set_header Host $host;",
        "proxy_set_header Host $proxy_host;",
        "proxy_set_header Host fixed.example;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
        'proxy_set_header Connection "";',
        'proxy_set_header Authorization "";',
        "proxy_set_header Authorization $http_authorization;",
        "proxy_set_header X-Own $request_method;",
        "proxy_set_header X-Forwarded-For $http_x_forwarded_for;",
        "proxy_pass_request_headers off;",
        "proxy_http_version 1.1;",
    )
    chosen = draw.sample(lines, draw.randint(0, 3))
    heads = [line.split()[1] if "set_header" in line else line.split()[0] for line in chosen]
    return " ".join(line for number, line in enumerate(chosen) if heads[number] not in heads[:number])


def _location(draw: random.Random, upstream: int, prefix: str = "", depth: int = 0) -> str:
    target = f"http://127.0.0.1:{upstream}"
    below = draw.choice(["/", "/v1/", "/v1/graph/", "/v1/graph/ws", "/api/", "/v1", "/ping", "/v1/files"])
    kind = draw.choice(["", "", "", "=", "^~", "~", "~*"])
    rewrite = ""
    if kind in ("~", "~*"):
        match = draw.choice([r"^/v1/graph/(invoke|stream)$", r"^/api/(.*)$", r"/WS$", r"^/v1/\w+/\w+", "upload"])
        passed = draw.choice([target, target, f"{target}/$1"]) if "(" in match else target
    else:
        match = draw.choice([below, prefix + below.strip("/") if prefix else below])
        passed = draw.choice([target, target, f"{target}/", f"{target}/v1/"])
        if draw.random() < 0.15:
            rewrite, passed = f"rewrite ^{match.rstrip('/')}(/.*)$ $1 break;", target
    inner: list[str] = []
    if depth < 2 and kind in ("", "^~") and draw.random() < 0.4:
        nested = [_location(draw, upstream, match if match.endswith("/") else match + "/", depth + 1) for _ in "ab"]
        inner = _distinct([each for each in nested if _may_be_inside(each, match)])
    body = draw.choice([f"proxy_pass {passed};", f"proxy_pass {passed};", f"proxy_pass {passed};", "return 204;"])
    return f"location {kind} {match} {{ {_headers(draw)} {rewrite} {body} {' '.join(inner)} }}"


def _match_of(location: str) -> tuple[str, str]:
    """The modifier and the pattern of a written location."""
    words = location.partition("{")[0].split()[1:]
    return (words[0], words[1]) if len(words) == 2 else ("", words[0])


def _may_be_inside(location: str, outer: str) -> bool:
    """nginx refuses a nested prefix that is not below the outer one."""
    modifier, match = _match_of(location)
    return modifier in ("~", "~*") or match.startswith(outer)


def _distinct(locations: list[str]) -> list[str]:
    """Without a second location that nginx takes for the same."""
    found: dict[tuple[str, str], str] = {}
    for text in locations:
        modifier, match = _match_of(text)
        found.setdefault(("" if modifier == "^~" else modifier, match), text)
    return list(found.values())


def _server(seed: int, port: int, upstream: int) -> str:
    draw = random.Random(seed)
    locations = _distinct([_location(draw, upstream) for _ in range(draw.randint(1, 5))])
    inside = "\n  ".join((_headers(draw), *locations))
    return f"server {{ listen 127.0.0.1:{port}; server_name any.example; {inside}\n}}\n"


@pytest.fixture(scope="module")
def generated(start, upstream):
    """The server blocks of generated configurations, with the port of each, in a running nginx."""
    ports = _free_ports(CONFIGURATIONS)
    texts = [_server(seed, port, upstream) for seed, port in enumerate(ports)]
    folder = start(["\n".join(texts)], ports[0])
    (context,) = find_nginx(ProjectFiles(str(folder))).contexts
    servers = servers_of(context)
    assert len(servers) == CONFIGURATIONS
    return list(zip(servers, ports, texts, strict=True))


def _ask(port: int, path: str, *, upgrade: bool = False, method: str = "GET", body: bytes | None = None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Host": CALLER_HOST, "Authorization": CREDENTIALS, "Connection": "close"}
    if upgrade:
        headers |= {"Upgrade": "websocket", "Connection": "Upgrade"}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response.status, data


def _modelled(server: Block, path: str, upgrade: bool):
    return pass_on(server, path, "GET", "websocket" if upgrade else "")


@pytest.mark.parametrize("upgrade", [False, True])
@pytest.mark.parametrize("path", PATHS)
def test_locations_paths_and_headers(generated, path, upgrade):
    compared = 0
    for server, port, text in generated:
        said = _modelled(server, path, upgrade)
        assert not isinstance(said, Unknown), text
        status, data = _ask(port, path, upgrade=upgrade)
        if said is None:
            assert status != 200, f"{path}\n{text}"
            continue
        assert status == 200, f"{path} {status} {said.block.title}\n{text}"
        seen = json.loads(data)
        assert isinstance(said.path, Known)
        assert said.path.value == seen["path"], f"{path} {said.block.title}\n{text}"
        for name in NAMES:
            assert _sent(said, name) == _received(said, name, seen["headers"]), f"{name} of {path}\n{text}"
        compared += 1
    assert compared >= 5


def _sent(said: Passed, name: str) -> str | None:
    """The header as the model has it; None where the caller's own passes."""
    value = said.header(name).value
    assert not isinstance(value, Unknown)
    return value.value if isinstance(value, Known) else None


def _received(said: Passed, name: str, headers: dict[str, str]) -> str | None:
    value = headers.get(name.lower(), "")
    if said.header(name).value is None:
        passes = {"Authorization": CREDENTIALS}.get(name, "")
        assert value == passes
        return None
    if name == "Connection" and said.header(name).node is None:
        assert value in ("close", "")  # by nginx's version
        return ""
    return value


def test_when_nginx_gives_up_and_what_it_refuses(start, upstream):
    (port,) = _free_ports(1)
    target = f"proxy_pass http://127.0.0.1:{upstream};"
    start(
        [
            f"server {{ listen 127.0.0.1:{port}; client_max_body_size 2k; "
            f"location / {{ {target} }} location /slow/ {{ proxy_read_timeout 1s; {target} }} "
            f"location /slow/send/ {{ proxy_send_timeout 1s; {target} }} "
            f"location /large/ {{ client_max_body_size 0; {target} }} }}"
        ],
        port,
    )
    assert _ask(port, "/slow/x")[0] == 504
    assert _ask(port, "/slow/send/x")[0] == 200
    assert _ask(port, "/x", method="POST", body=b"x" * 2048)[0] == 200
    assert _ask(port, "/x", method="POST", body=b"x" * 2049)[0] == 413
    assert _ask(port, "/large/x", method="POST", body=b"x" * 2_000_000)[0] == 200


@pytest.mark.parametrize(
    ("directives", "holds_back"),
    [
        ("proxy_http_version 1.0;", False),
        ("proxy_http_version 1.0; proxy_buffering on;", False),
        ("proxy_http_version 1.0; proxy_ignore_headers X-Accel-Buffering;", True),
        ("proxy_http_version 1.0; proxy_ignore_headers X-Accel-Buffering; proxy_buffering off;", False),
    ],
)
def test_when_a_stream_arrives(start, upstream, directives, holds_back):
    (port,) = _free_ports(1)
    location = f"location / {{ {directives} proxy_pass http://127.0.0.1:{upstream}; }}"
    start([f"server {{ listen 127.0.0.1:{port}; {location} }}"], port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    started = time.monotonic()
    connection.request("GET", "/stream/x")
    response = connection.getresponse()
    assert response.read1(5) == b"data\n"
    waited = time.monotonic() - started
    response.read()
    connection.close()
    assert (waited > 0.9) == holds_back
