"""Which entries of ORIGINS a browser can send."""

from __future__ import annotations

import pytest

from agentflow_rules.network.origins import reason_unmatchable


@pytest.mark.parametrize(
    "entry",
    [
        "https://app.example.com",
        "http://localhost:3000",
        "https://[2001:db8::1]:8443",
        "http://10.0.0.7",
        "https://xn--bcher-kva.example",
        "http://app.example.com:443",
        "chrome-extension://aBcDef",
        "null",
    ],
)
def test_what_browsers_send(entry: str) -> None:
    assert reason_unmatchable(entry) is None


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("https://app.example.com/", "slash"),
        ("https://app.example.com/chat/", "path"),
        ("https://app.example.com?x", "path"),
        ("app.example.com", "scheme"),
        ("localhost:3000", "scheme"),
        ("https://App.example.com", "capitals"),
        ("HTTPS://app.example.com", "capitals"),
        ("https://*.example.com", "wildcard"),
        ("https://app.example.com:443", "own port"),
        ("http://app.example.com:80", "own port"),
        ("https://app.example.com:port", "number"),
        ("https://bücher.example", "ASCII"),
        ('"https://app.example.com"', "quotes"),
        (" https://app.example.com", "blank"),
        ("https://a.example;https://b.example", "semicolon"),
        ("https://me@app.example.com", "user"),
        ("https://", "host"),
    ],
)
def test_what_they_do_not_send(entry: str, word: str) -> None:
    assert word in (reason_unmatchable(entry) or "")
