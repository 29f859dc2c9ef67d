"""What the fixes of ORIGINS and ALLOWED_HOST take an entry for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_rules.network.entries import listed_entries, with_entry, without_entry
from agentflow_rules.network.host_fixes import meant_host
from agentflow_rules.network.hosts import is_host_pattern
from agentflow_rules.network.hosts import reason_unmatchable as host_unmatchable
from agentflow_rules.network.origin_fixes import meant_list, meant_origin, meant_origins
from agentflow_rules.network.origins import reason_unmatchable as origin_unmatchable


@pytest.mark.parametrize(
    ("entry", "origin"),
    [
        ("https://app.example.com/", "https://app.example.com"),
        ("https://app.example.com/chat?x=1#y", "https://app.example.com"),
        (" HTTPS://App.Example.com:443/ ", "https://app.example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ('"https://example.com:8443"', "https://example.com:8443"),
        ("https://[FD00::7]:443", "https://[fd00::7]"),
        ("app.example.com", None),
        ("https://*.example.com", None),
        ("https://ada:secret@example.com", None),
        ("https://bücher.example", None),
        ("https://example.com:port", None),
        ("https:///path", None),
        ("https://", None),
    ],
)
def test_an_origin_is_what_the_browser_sends_for_the_address(entry: str, origin: str | None) -> None:
    assert meant_origin(entry) == origin


def test_blanks_and_semicolons_divide_origins() -> None:
    assert meant_origins("https://a.example/; https://b.example") == ("https://a.example", "https://b.example")
    assert meant_origins("https://a.example and https://b.example") is None
    assert meant_list("['https://a.example', \"https://b.example/\"]") == ("https://a.example", "https://b.example")
    assert meant_list("[]") is None


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("https://api.example.com:8000/v1", "api.example.com"),
        (" api.example.com", "api.example.com"),
        ("'API.example.com'", "api.example.com"),
        ("*.Example.org", "*.example.org"),
        ("fd00::7", "[fd00::7]"),
        ("[fd00::7]:8000", "[fd00::7]"),
        ("http://[::1]/", "[::1]"),
        ("*", None),
        (" * ", None),
        ("https://*", None),
        ("*example.com", None),
        ("api-*.example.com", None),
        ("ada@example.com", None),
        ("bücher.example", None),
        ("", None),
        ("https://", None),
    ],
)
def test_a_host_is_the_name_of_the_address(entry: str, host: str | None) -> None:
    assert meant_host(entry) == host


_TEXTS = st.text("ab.:/[]*@\"' ;A0-ü", max_size=12)


@given(scheme=st.sampled_from(["", "http://", "https://", "HTTPS://", "app://"]), rest=_TEXTS)
def test_what_is_meant_can_match_and_means_itself(scheme: str, rest: str) -> None:
    origin, host = meant_origin(scheme + rest), meant_host(scheme + rest)
    if origin is not None:
        assert origin_unmatchable(origin) is None
        assert meant_origin(origin) == origin
    if host is not None:
        assert is_host_pattern(host)
        assert host_unmatchable(host) is None
        assert meant_host(host) == host
        assert host != "*"


@pytest.mark.parametrize(
    ("text", "entry", "meant", "after"),
    [
        ("a/, b", "a/", ["a"], "a, b"),
        ("b, a/", "a/", ["a"], "b, a"),
        ("a/,a", "a/", ["a"], "a"),
        ("a/, a", "a/", ["a"], "a"),
        ("a/,b,a/", "a/", ["a"], "a,b"),
        ("a b,c", "a b", ["a", "b", "c"], "a,b,c"),
        (" a", " a", ["a"], "a"),
    ],
)
def test_an_entry_is_replaced_once_and_never_repeated(text: str, entry: str, meant: list[str], after: str) -> None:
    assert with_entry(text, entry, meant) == after


def test_an_entry_goes_with_its_comma() -> None:
    assert without_entry("a, b,c", "b") == "a,c"
    assert without_entry("a", "a") == ""
    assert listed_entries("[\"a\", 'b', ]") == ("a", "b")
