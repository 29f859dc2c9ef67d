"""Where the cursor is in a config that is being typed."""

from __future__ import annotations

import pytest

from agentflow_lint.editor.half_json import JsonCursor, cursor_in
from tests.editor.views import CURSOR


def at(marked: str) -> JsonCursor | None:
    before, _, after = marked.partition(CURSOR)
    return cursor_in(before + after, len(before))


@pytest.mark.parametrize(
    ("marked", "kind", "path", "typed"),
    [
        ("{‸", "key", (), ""),
        ('{"ag‸', "key", (), "ag"),
        ('{"ag‸"}', "key", (), "ag"),
        ('{"agent": ‸', "value", ("agent",), ""),
        ('{"agent": "graph.‸', "value", ("agent",), "graph."),
        ('{"agent": "graph.‸"\n}', "value", ("agent",), "graph."),
        ('{"auth": {"method": "custom", ‸', "key", ("auth",), ""),
        ('{"auth": {"method": "custom", "p‸"}, "env": 1}', "key", ("auth",), "p"),
        ('{"auth": {"method": ‸}}', "value", ("auth", "method"), ""),
        ('{"agent": "a:b",\n  "env": "‸', "value", ("env",), ""),
        ('{"agent": "a:b\n, "env": "‸', "value", ("env",), ""),
        ('{"remote_tools": [{"name": 1}, {‸', "key", ("remote_tools", 1), ""),
        ('{"runs": {"config_keys": ["a", "‸"]}}', "value", ("runs", "config_keys", 1), ""),
        ('{"ag_ui": {"enabled": tr‸ue}}', "value", ("ag_ui", "enabled"), "tr"),
        ('{"a\\"b": {"😀": "x‸', "value", ('a\\"b', "😀"), "x"),
        ('{"a": 1, ]}, {"b": ‸', "value", ("b",), ""),
    ],
)
def test_the_place_of_the_cursor(marked: str, kind: str, path: tuple[str | int, ...], typed: str) -> None:
    found = at(marked)
    assert found is not None
    assert (found.kind, found.path, found.typed) == (kind, path, typed)


@pytest.mark.parametrize("marked", ["‸", "‸{}", "{}‸", '{"agent": "a:b"‸}', '{"agent"‸', "[1]‸", "", "]‸"])
def test_places_where_nothing_belongs(marked: str) -> None:
    assert at(marked or CURSOR) is None


def test_what_would_be_replaced() -> None:
    text = '{"agent": "graph.ag‸ent:app", "env": 1}'
    found = at(text)
    assert found is not None
    whole = text.replace(CURSOR, "")
    assert whole[found.start : found.end] == '"graph.agent:app"'
    found = at('{"agent": "graph.‸\n  "env": 1}')
    assert found is not None
    assert '{"agent": "graph.\n  "env": 1}'[found.start : found.end] == '"graph.'


@pytest.mark.parametrize(
    ("marked", "replaced"),
    [
        ('{"rate_limit": {"‸}}', '"'),
        ('{"auth": "j‸w}', '"jw'),
        ('{"agent": "graph.‸agent:app, "env": 1}', '"graph.agent:app'),
        ('{"agent": "graph.‸:app", "env": 1}', '"graph.:app"'),
        ('{"agent": "a, b‸ c"\n}', '"a, b c"'),
        ('{"agent": "a‸ b"\n"env": 1}', '"a b"'),
        ('{\r\n  "agent": "a‸ b"\r\n}', '"a b"'),
        ('{"‸: null}', '"'),
    ],
)
def test_a_string_that_nothing_closes_leaves_what_follows(marked: str, replaced: str) -> None:
    found = at(marked)
    assert found is not None
    assert marked.replace(CURSOR, "")[found.start : found.end] == replaced
    assert found.is_closed == (len(replaced) > 1 and replaced.endswith('"'))


def test_the_other_keys_of_the_object_before_and_behind() -> None:
    found = at('{"agent": {"x": 1}, "‸", "env": {"y": 2}, "auth": null}')
    assert found is not None
    assert found.siblings == ("agent", "env", "auth")
    assert not found.has_colon
    found = at('{"ag‸": 1}')
    assert found is not None
    assert found.has_colon


@pytest.mark.parametrize("text", ['{"a": [1, {"b": "c\\"d"}, tru', '{{{]]]::,,"', '{"a":"\\', '}{["\n"]'])
def test_every_cursor_in_broken_text_has_an_answer(text: str) -> None:
    for offset in range(len(text) + 1):
        found = cursor_in(text, offset)
        assert found is None or found.start <= offset <= found.end
