from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.model.command.probes import probe_of_command, programs_of
from agentflow_lint.model.command.shell import Word
from agentflow_lint.model.values import ABSENT, Absent, Known, Location, Origin, Unknown

if TYPE_CHECKING:
    from agentflow_lint.model.workload import Probe

HERE = Location("Dockerfile")


def probe(command: str | list[str], **env: str) -> Probe:
    line = command if isinstance(command, str) else [Word(text) for text in command]
    values = {name: Known(value, Origin("ENV")) for name, value in env.items()}
    return probe_of_command(line, "health", HERE, env=values)


def known(value: object) -> object:
    return value.value if isinstance(value, Known) else type(value).__name__


@pytest.mark.parametrize(
    ("command", "path", "port", "host", "method", "judges"),
    [
        ("curl -f http://localhost:8000/ping", "/ping", 8000, "localhost", "GET", True),
        ("curl -fsS http://127.0.0.1:8000/ping || exit 1", "/ping", 8000, "127.0.0.1", "GET", True),
        ("curl --fail --max-time 3 http://localhost/ping", "/ping", 80, "localhost", "GET", True),
        ("curl -s -m3 localhost:8000", "/", 8000, "localhost", "GET", False),
        ("curl http://localhost:8000/health", "/health", 8000, "localhost", "GET", False),
        ("curl -f http://localhost:8000/ping || true", "/ping", 8000, "localhost", "GET", False),
        ("curl -f http://localhost:8000/ping || exit 0", "/ping", 8000, "localhost", "GET", False),
        ("curl -f http://localhost:8000/ping || (echo down && exit 1)", "/ping", 8000, "localhost", "GET", False),
        ("curl -s http://localhost:8000/ping | grep -q pong", "/ping", 8000, "localhost", "GET", None),
        ("curl -fI http://localhost:8000/ping", "/ping", 8000, "localhost", "HEAD", True),
        ("curl -f -X HEAD http://localhost:8000/ping", "/ping", 8000, "localhost", "HEAD", True),
        (
            "curl -f -H 'Host: api.example.com' http://localhost:8000/ping",
            "/ping",
            8000,
            "api.example.com",
            "GET",
            True,
        ),
        ("curl -sf -o /dev/null http://0.0.0.0:8000/ping?x=1", "/ping", 8000, "0.0.0.0", "GET", True),
        ("curl -f --unix-socket /run/app.sock http://localhost/ping", "/ping", "Absent", "Absent", "GET", True),
        ("wget -qO- http://localhost:8000/ping", "/ping", 8000, "localhost", "GET", True),
        ("wget --no-verbose --tries=1 --spider http://[::1]:8000/ping", "/ping", 8000, "::1", "HEAD", True),
        ("curl -f https://localhost/ping -k", "/ping", 443, "localhost", "GET", True),
        ("sh -c 'curl -f http://localhost:8000/ping'", "/ping", 8000, "localhost", "GET", True),
        ("curl -f http://localhost:${PORT:-8000}/ping", "/ping", 8000, "localhost", "GET", True),
    ],
)
def test_what_a_command_asks(
    command: str, path: object, port: object, host: object, method: str, judges: bool | None
) -> None:
    found = probe(command)
    assert (known(found.path), known(found.port), known(found.host)) == (path, port, host)
    assert found.method == method
    if "echo" not in command:
        assert found.judges_status is judges


def test_a_variable_of_the_environment_is_put_in() -> None:
    assert known(probe("curl -f http://localhost:$PORT/ping", PORT="9000").port) == 9000


def test_a_variable_from_outside_leaves_the_url_open() -> None:
    found = probe("curl -f http://localhost:$PORT/ping")
    assert isinstance(found.path, Unknown)
    assert isinstance(found.port, Unknown)
    assert "PORT" in found.port.reason


def test_another_machine_is_not_this_server() -> None:
    found = probe("curl -f http://db.internal:8000/health")
    assert isinstance(found.path, Unknown)
    assert isinstance(found.port, Unknown)


@pytest.mark.parametrize(
    ("code", "path", "port", "judges"),
    [
        ("import urllib.request; urllib.request.urlopen('http://localhost:8000/ping')", "/ping", 8000, True),
        ("import urllib.request as u; u.urlopen(\"http://127.0.0.1:8000/ping\", timeout=4)", "/ping", 8000, True),
        ("import requests; requests.get('http://localhost:8000/health')", "/health", 8000, False),
        ("import httpx; httpx.get('http://localhost:8000/health').raise_for_status()", "/health", 8000, True),
        ("import httpx; assert httpx.get('http://localhost:8000/x').status_code == 200", "/x", 8000, None),
        ("import urllib.request as u; u.urlopen(f'http://localhost:{PORT}/ping')", *("Unknown",) * 2, True),
        ("import urllib.request as u; u.urlopen('http://localhost:' + '8000')", *("Unknown",) * 2, True),
        ("import http.client as h; c=h.HTTPConnection('localhost', 8000); c.request('GET', '/x')", "/x", 8000, False),
        ("print(1)", "Absent", "Absent", True),
    ],
)  # fmt: skip
def test_what_python_asks(code: str, path: object, port: object, judges: bool | None) -> None:
    found = probe(["python", "-c", code])
    assert (known(found.path), known(found.port), found.judges_status) == (path, port, judges)


@pytest.mark.parametrize(
    ("command", "programs"),
    [
        ("curl -f http://localhost:8000/ping || exit 1", ("curl",)),
        (["/usr/bin/wget", "-q", "http://localhost"], ("wget",)),
        ("test -f /tmp/ready && curl -f http://localhost:8000/ping", ("test", "curl")),
        (["sh", "-c", "nc -z localhost 8000"], ("nc",)),
        (["healthcheck.sh"], ("healthcheck.sh",)),
    ],
)
def test_which_programs_it_runs(command: str | list[str], programs: tuple[str, ...]) -> None:
    assert programs_of(probe(command)) == programs


def test_no_request_is_no_path() -> None:
    found = probe(["pg_isready"])
    assert isinstance(found.path, Absent)
    assert found.host == ABSENT
    assert found.command == ("pg_isready",)


@given(st.text(alphabet="curlwgetpython -fH'\"|&;$(){}[]:/.0189\\\n?#@%", max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    programs_of(probe(text))
    programs_of(probe(["python", "-c", text]))
    programs_of(probe(["curl", text]))
