"""Whose X-Forwarded-For a server program takes for the caller's address."""

from __future__ import annotations

import pytest

from agentflow_lint.model.command.process import parse_command
from agentflow_lint.model.values import ABSENT, Known, Origin, Unknown, Value

STAR: dict[str, Value[str]] = {"FORWARDED_ALLOW_IPS": Known("*", Origin("ENV"))}


@pytest.mark.parametrize(
    ("command", "env", "expected"),
    [
        ("uvicorn a:b", {}, "127.0.0.1,::1"),
        ("uvicorn a:b --forwarded-allow-ips '*'", {}, "*"),
        ("uvicorn a:b --forwarded-allow-ips=10.0.0.1", STAR, "10.0.0.1"),
        ("uvicorn a:b --proxy-headers", STAR, "*"),
        ("uvicorn a:b --no-proxy-headers --proxy-headers", STAR, "*"),
        ("uvicorn a:b", {"UVICORN_FORWARDED_ALLOW_IPS": Known("10.0.0.2", Origin("ENV"))} | STAR, "10.0.0.2"),
        ("gunicorn a:b", {}, "127.0.0.1,::1"),
        ("gunicorn a:b --forwarded-allow-ips=10.0.0.1", STAR, "10.0.0.1"),
        ("gunicorn a:b", STAR, "*"),
        ("gunicorn a:b", {"GUNICORN_CMD_ARGS": Known("--forwarded-allow-ips='*'", Origin("ENV"))}, "*"),
        ("FORWARDED_ALLOW_IPS='*' gunicorn a:b", {}, "*"),
    ],
)
def test_the_option_wins_over_the_variable(command: str, env: dict[str, Value[str]], expected: str) -> None:
    found = parse_command(command, env).forwarded_allow_ips
    assert isinstance(found, Known)
    assert found.value == expected


def test_nobody_counts_without_proxy_headers() -> None:
    assert parse_command("uvicorn a:b --no-proxy-headers", STAR).forwarded_allow_ips == ABSENT


def test_a_configuration_file_leaves_it_open() -> None:
    assert isinstance(parse_command("gunicorn -c conf.py a:b", STAR).forwarded_allow_ips, Unknown)


def test_the_cli_has_no_option_for_it() -> None:
    assert parse_command("10xgraph dev", STAR).forwarded_allow_ips == ABSENT
