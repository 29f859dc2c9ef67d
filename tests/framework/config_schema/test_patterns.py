"""Each regular expression against the function that it stands for."""

from __future__ import annotations

import re
from ipaddress import ip_network

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from agentflow_lint.framework.config_checks.import_paths import import_path_problem
from agentflow_lint.framework.config_checks.leniency import boolean, integer
from agentflow_lint.framework.config_checks.placeholders import expand
from agentflow_lint.framework.config_checks.redis_url import redis_url_problem
from agentflow_lint.framework.config_schema import patterns, redis_urls
from tests.bounded import bounded
from tests.conformance.schema.inexpressible import UNUSUAL_URL

BLANKS = "".join(chr(number) for number in range(0x10000) if chr(number).isspace())


def matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def dense(letters: str, *words: str, most: int = 12) -> st.SearchStrategy[str]:
    """Texts of few letters and words, so that many of them are nearly right."""
    return st.lists(st.sampled_from((*letters, *words)), max_size=most).map("".join)


def test_blanks_are_those_of_python() -> None:
    assert {chr(n) for n in range(0x10000) if matches(f"^[{patterns.BLANKS}]", chr(n))} == set(BLANKS)


@given(dense("0019_+-. \n\x1f\u3000"))
@example("0_1")
@example("1__0")
@example("-0_0")
def test_whole_numbers(text: str) -> None:
    number = integer(text)
    assert matches(patterns.POSITIVE, text) is (number is not None and number > 0)
    assert matches(patterns.NOT_NEGATIVE, text) is (number is not None and number >= 0)


@given(dense("01 \n\u2028", "true", "YES", "oN", "False", "No", "OFF"))
def test_booleans(text: str) -> None:
    assert matches(patterns.words("true", "1", "yes", "on", "false", "0", "no", "off"), text) is (
        boolean(text) is not None
    )


@given(dense("aB_9.:/\\ \n\x00-(", "graph", ".py"))
@example("graph.agent:app\n")
@example("graph.agent :app")
def test_import_paths(text: str) -> None:
    assert matches(patterns.IMPORT_PATH, text) is (import_path_problem(text) is None)


def is_network(text: str) -> bool:
    try:
        ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return True


PREFIXES = st.sampled_from(["", "/0", "/8", "/32", "/33", "/128", "/129", "/008", "/", "/-1", "/+1", "/255.255.0.0"])
MASKS = st.tuples(*[st.sampled_from(["0", "1", "255", "254", "127", "128", "3", "252", "00"])] * 4).map(".".join)


@given(dense("0f1:.%/ ", "::", "255", "256", "1.2.3.4", "ffff:", "00", most=9), PREFIXES)
def test_networks(address: str, prefix: str) -> None:
    assert matches(patterns.NETWORK, address + prefix) is is_network(address + prefix)


@given(MASKS)
def test_masks(mask: str) -> None:
    assert matches(patterns.NETWORK, f"10.0.0.0/{mask}") is is_network(f"10.0.0.0/{mask}")


GROUPS = st.lists(st.sampled_from(["0", "ffff", "1", "", "12345"]), min_size=1, max_size=9).map(":".join)


@given(GROUPS, st.sampled_from(["", ":1.2.3.4", "1.2.3.4", "%eth0", "%", "%a b", "%a%b"]), PREFIXES)
def test_networks_of_ipv6(groups: str, end: str, prefix: str) -> None:
    text = groups + end + prefix
    assert matches(patterns.NETWORK, text) is is_network(text)


URLS = dense(
    ":/@?#&=. +-_1;x\\$",
    *("redis://", "rediss://", "unix://", "REDIS:", "//", "h:6379", ":65536", ":0065535", "u:p@"),
    *("?db=", "&db=1", "max_connections=", "-0", "-1", "socket_timeout=", "1.5", "1e3", "inf", "&timeout=", "nan"),
)


@given(URLS)
@example("redis://h?db=1&db=x")
@example("redis://h#?db=x")
@example(" redis:h:x")
@example("redis://a:b@c:d@h:1")
def test_redis_urls(url: str) -> None:
    assume(not UNUSUAL_URL.search(url))
    assert matches(redis_urls.REDIS_URL, url) is (redis_url_problem(url) is None)


@given(st.one_of(URLS, st.text()))
def test_no_redis_url_that_is_taken_is_refused(url: str) -> None:
    if redis_url_problem(url) is None:
        assert matches(redis_urls.REDIS_URL, url)


@given(dense("$${}{}A= x:"))
@example("${}")
@example("x${")
@example("$")
@example("${=$x}")
@example("${=}$x")
def test_references(text: str) -> None:
    def possible(name: str) -> str | None:
        return "?" if name and "=" not in name else None

    assert matches(redis_urls.EXPANDABLE, text) is not expand(text, possible).refused


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (patterns.POSITIVE, "0_" * 20000 + "x"),
        (patterns.POSITIVE, " " * 20000 + "x"),
        (patterns.IMPORT_PATH, "a." * 20000),
        (patterns.NETWORK, "0:" * 20000),
        (redis_urls.REDIS_URL, "redis://" + "&db=1" * 4000),
        (redis_urls.EXPANDABLE, "${" * 5000),
    ],
    ids=["zeros", "blanks", "dots", "groups", "arguments", "references"],
)
def test_long_texts_are_answered(pattern: str, text: str) -> None:
    with bounded():
        assert matches(pattern, text) in (True, False)
