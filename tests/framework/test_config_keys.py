"""Which config keys a release reads."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.config_keys import (
    introduced_after,
    is_read,
    last_read_before,
    paths_ending_in,
    subtree,
    unread_keys,
)
from agentflow_lint.framework.release import load_release

TREE = load_release("0.9.0").config_keys


def test_unread_keys_are_told_at_their_outermost_place_in_the_order_of_the_file() -> None:
    data = {
        "zeal": {"inner": 1},
        "agent": {"x": 1},
        "rate_limit": {"redis": {"host": "h", "url": "u"}, "limit": 5, "redis_url": "u"},
        "remote_tools": [{"extra": 1}],
        "authorization": {"roles": {"admin": ["*"]}, "roels": {}},
    }
    assert list(unread_keys(TREE, data)) == [
        ("zeal",),
        ("rate_limit", "redis", "host"),
        ("rate_limit", "limit"),
        ("rate_limit", "redis_url"),
        ("authorization", "roels"),
    ]


@pytest.mark.parametrize(
    ("path", "read"),
    [
        (("rate_limit", "redis", "url"), True),
        (("rate_limit", "redis", "host"), False),
        (("rate_limit", "exclude_paths", 0), True),
        (("authorization", "roles", "admin", 0), True),
        (("remote_tools", 1, "parameters", "type"), True),
        (("remote_tools", 1, "timeout"), False),
        (("redis", "url"), True),
        (("nothing",), False),
    ],
)
def test_what_is_looked_at(path: tuple[str | int, ...], read: bool) -> None:
    assert is_read(TREE, path) is read


def test_what_is_read_below_a_key() -> None:
    assert set(subtree(TREE, ("rate_limit", "redis")) or ()) == {"url", "prefix"}
    assert set(subtree(TREE, ()) or ()) >= {"agent", "runs"}
    assert subtree(TREE, ("rate_limit", "nothing")) is None


def test_the_release_that_introduced_a_key() -> None:
    assert introduced_after("0.1.9", ("rate_limit",)) == "0.3.2"
    assert introduced_after("0.5.1", ("rate_limit", "trusted_proxies")) == "0.6.0"
    assert introduced_after("0.7.0", ("runs", "timeout")) == "0.8.0"
    assert introduced_after("0.9.0", ("runs",)) is None
    assert introduced_after("0.1.9", ("nothing",)) is None


def test_the_release_that_read_a_key_last() -> None:
    assert last_read_before("0.9.0", ("runs",)) == "0.8.0"
    assert last_read_before("0.8.0", ("runs",)) is None


def test_where_else_a_key_is_read() -> None:
    assert list(paths_ending_in(TREE, "max_connections")) == [("websocket", "max_connections")]
    assert ("rate_limit", "redis") in set(paths_ending_in(TREE, "redis"))
    assert list(paths_ending_in(TREE, "nothing")) == []
