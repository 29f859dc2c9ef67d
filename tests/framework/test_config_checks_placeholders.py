"""References to variables in config values, and what becomes of them."""

from __future__ import annotations

import os
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.framework.config_checks import UNKNOWN, Placeholder, expand, placeholders


@given(
    value=st.text("$ab{}_:-/ 1é", max_size=12),
    environ=st.dictionaries(st.text("ab_1", min_size=1, max_size=2), st.text("$a{}b", max_size=4)),
)
@settings(max_examples=400, deadline=None)
def test_it_expands_as_the_standard_library_does(value: str, environ: dict[str, str]) -> None:  # fmt: skip
    with mock.patch.dict(os.environ, environ, clear=True):
        expected = os.path.expandvars(value)
    found = expand(value, environ.get)
    assert found.value == expected
    assert found.refused == (expected == value and (value.startswith("$") or "${" in value))


def test_what_an_expansion_tells() -> None:
    found = expand("redis://${HOST}:$PORT/$PORT", {"HOST": "h"}.get)
    assert (found.value, found.refused) == ("redis://h:$PORT/$PORT", False)
    assert (found.variables, found.unresolved) == (("HOST", "PORT"), ("PORT",))


def test_one_unknown_variable_makes_the_value_unknown() -> None:
    found = expand("$A$B", {"A": UNKNOWN}.get)
    assert found.value is UNKNOWN
    assert (found.unresolved, found.refused) == (("B",), False)


CONFIG = {
    "agent": "a:b",
    "redis": "${REDIS_URL}",
    "rate_limit": {"redis": {"url": "redis://$HOST:${PORT:-6379}", "prefix": "$APP"}},
    "runs": {"config_keys": ["$A", 5]},
    "note": "costs $5 or ${1}",
}


@pytest.mark.parametrize(("version", "expands"), [("0.3.1", False), ("0.3.2", True), ("0.9.0", True)])
def test_every_reference_is_found_where_it_stands(version: str, expands: bool) -> None:
    url = ("rate_limit", "redis", "url")
    found = list(placeholders(version, CONFIG))
    assert found == [
        Placeholder(("redis",), "${REDIS_URL}", "REDIS_URL", False),
        Placeholder(url, "$HOST", "HOST", expands),
        Placeholder(url, "${PORT:-6379}", "PORT:-6379", expands),
        Placeholder(("rate_limit", "redis", "prefix"), "$APP", "APP", False),
        Placeholder(("runs", "config_keys", 0), "$A", "A", False),
    ]
    assert [placeholder.intended for placeholder in found] == ["REDIS_URL", "HOST", "PORT", "APP", "A"]


def test_the_short_form_is_expanded_too() -> None:
    [found] = placeholders("0.9.0", {"rate_limit": {"redis": "$1"}})
    assert (found.variable, found.expanded, found.intended) == ("1", True, "1")


def test_deep_nesting_is_no_obstacle() -> None:
    data: dict[str, object] = {"a": "$X"}
    for _ in range(5000):
        data = {"a": data}
    [found] = placeholders("0.9.0", data)
    assert len(found.path) == 5001
