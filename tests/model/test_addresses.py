from __future__ import annotations

import pytest

from agentflow_lint.model.addresses import is_loopback


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.1.1",
        "127.255.255.254",
        "127.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "ip6-localhost",
        "::1",
        "[::1]",
        "0:0:0:0:0:0:0:1",
        "::1%lo",
        "::ffff:127.0.0.1",
    ],
)
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "0.0.0.0",
        "::",
        "[::]",
        "10.0.0.1",
        "1270.0.0.1",
        "127",
        "127.example.com",
        "localhost.example.com",
        "db",
        "::2",
        "::ffff:10.0.0.1",
        ":",
        "127.0.0.1:8000",
        "127.0.0.1.1",
        "\u0661\u0662\u0667.0.0.1",
    ],
)
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)
