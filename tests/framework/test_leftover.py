"""What expansion leaves in the rate limiter's URL."""

from __future__ import annotations

from typing import Any

import pytest

from agentflow_lint.framework.config_checks import UNKNOWN
from agentflow_lint.framework.config_checks.leftover import Leftover, leftover

ENVIRON = {"HOST": "cache", "EMPTY": "", "LATER": UNKNOWN}


def left_in(url: object, version: str = "0.9.0", **limit: Any) -> tuple[str, ...]:
    data = {"rate_limit": {"backend": "redis", "redis": {"url": url}, **limit}}
    found = leftover(version, data, ENVIRON.get)  # type: ignore[arg-type]
    return found.variables if found else ()


@pytest.mark.parametrize(
    ("url", "left"),
    [
        ("redis://${HOST}:6379", ()),
        ("redis://$NONE:6379", ("NONE",)),
        ("redis://${NONE}@${HOST}:6379", ("NONE",)),
        ("redis://:${NONE}@${LATER}:6379/${ALSO}", ("NONE", "ALSO")),
        ("redis://:pa$word@${HOST}", ()),
        ("redis://:pa$word@$NONE/$word", ("NONE", "word")),
        ("redis://$HOST/$HOST$EMPTY", ()),
        ("redis://cache:6379/0", ()),
        ("${LATER}", ()),
        (5, ()),
        (None, ()),
    ],
)
def test_variables_that_stay(url: object, left: tuple[str, ...]) -> None:
    assert left_in(url) == left


@pytest.mark.parametrize("url", ["${NONE}", "redis://${NONE}", "$NONE", "$HOST$NONE", "redis://$HOST:$NONE"])
def test_what_the_server_refuses_is_none_of_it(url: str) -> None:
    assert left_in(url) == ()


def test_only_a_url_that_is_used_counts() -> None:
    url = "redis://$NONE:6379"
    assert left_in(url, "0.3.2") == ("NONE",)
    assert left_in(url, "0.3.1") == ()
    assert left_in(url, backend="memory") == ()
    assert left_in(url, enabled="off") == ()
    assert leftover("0.9.0", {}, ENVIRON.get) is None  # type: ignore[arg-type]


def test_what_becomes_of_requests() -> None:
    limit = {"backend": "redis", "redis": "redis://$NONE"}
    assert leftover("0.9.0", {"rate_limit": limit}, lambda _: None) == Leftover(
        ("rate_limit", "redis"), ("NONE",), fail_open=True, has_container=False
    )
    closed = {"rate_limit": {**limit, "fail_open": "no"}, "injectq": "a:b"}
    assert leftover("0.9.0", closed, lambda _: None) == Leftover(
        ("rate_limit", "redis"), ("NONE",), fail_open=False, has_container=True
    )
