from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.engine.editing.config_members import (
    with_key,
    with_member,
    with_members,
    with_value,
    without_member,
    without_member_at,
)
from agentflow_lint.engine.fix import Edit, apply_edits
from agentflow_lint.model.config_file import ConfigFile
from agentflow_lint.sources.json import read_json
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from agentflow_lint.model.config_file import KeyPath


def config(text: str) -> ConfigFile:
    source = SourceText(text)
    return ConfigFile("10xgraph.json", source, read_json(source))


def after(found: ConfigFile, *edits: Edit | None) -> str:
    assert found.text is not None
    made = [edit for edit in edits if edit is not None]
    assert len(made) == len(edits)
    return apply_edits(found.text, made)


def test_a_value_is_replaced_whatever_it_was() -> None:
    found = config('{"auth" : {\n  "method": "jwt"\n},\t"b": 1}\n')
    assert after(found, with_value(found, ("auth",), "jwt")) == '{"auth" : "jwt",\t"b": 1}\n'
    assert with_value(found, ("nothing",), 1) is None


def test_a_key_is_renamed_unless_the_name_is_taken() -> None:
    found = config('{"a": {"x" : 1, "y": 2}}')
    assert after(found, with_key(found, ("a", "x"), "z")) == '{"a": {"z" : 1, "y": 2}}'
    assert with_key(found, ("a", "x"), "y") is None


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n', ("a",), '{\n  "b": 2,\n  "c": 3\n}\n'),
        ('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n', ("b",), '{\n  "a": 1,\n  "c": 3\n}\n'),
        ('{\r\n\t"a": 1,\r\n\t"b": {"x": 2}\r\n}', ("b",), '{\r\n\t"a": 1\r\n}'),
        ('{ "a": {"x": [1, 2]} }', ("a", "x"), '{ "a": {} }'),
        ('{"a": 1,"b":2}', ("b",), '{"a": 1}'),
    ],
)
def test_a_member_goes_with_its_comma(text: str, path: KeyPath, left: str) -> None:
    found = config(text)
    assert after(found, without_member(found, path)) == left


def test_of_equal_keys_the_one_that_is_meant_goes() -> None:
    found = config('{"a": 1, "b": 2, "a": 3}')
    assert found.document is not None
    losing = found.document.duplicates[0].losing
    assert after(found, without_member_at(found, (), losing)) == '{"b": 2, "a": 3}'


@pytest.mark.parametrize(
    ("text", "path", "grown"),
    [
        ('{\n  "a": 1\n}\n', ("new",), '{\n  "a": 1,\n  "new": true\n}\n'),
        (
            '{\r\n\t"a": {\r\n\t\t"x": 1\r\n\t}\r\n}',
            ("a", "new"),
            '{\r\n\t"a": {\r\n\t\t"x": 1,\r\n\t\t"new": true\r\n\t}\r\n}',
        ),
        ('{"a": 1}', ("new",), '{"a": 1, "new": true}'),
        ("{ }", ("new",), '{"new": true}'),
        ('{"new": null, "a": 1}', ("new",), '{"new": true, "a": 1}'),
    ],
)
def test_a_new_member_is_written_as_its_neighbours(text: str, path: KeyPath, grown: str) -> None:
    found = config(text)
    assert after(found, with_member(found, path, True)) == grown


def test_a_member_of_what_is_no_object_is_not_made() -> None:
    assert with_member(config('{"a": [1]}'), ("a", "b"), 1) is None
    assert with_member(config("[1]"), ("a",), 1) is None


def test_several_members_are_changed_and_added_together() -> None:
    found = config('{"limit": {"backend": "memory"}}')
    edits = with_members(found, ("limit",), {"backend": "redis", "redis": {"url": "u"}, "by": "ip"})
    assert after(found, *edits) == '{"limit": {"backend": "redis", "redis": {"url": "u"}, "by": "ip"}}'


_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('aä"\\\n', max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), _VALUES, min_size=1, max_size=4)


@given(
    data=_OBJECTS, value=_VALUES, indent=st.sampled_from([None, 0, 2, "\t"]), newline=st.sampled_from(["\n", "\r\n"])
)
def test_edits_of_members_say_what_they_should(
    data: dict[str, Any], value: Any, indent: int | str | None, newline: str
) -> None:
    text = json.dumps(data, indent=indent).replace("\n", newline)
    found = config(text)
    key = next(iter(data))
    rest = {name: each for name, each in data.items() if name != key}
    assert json.loads(after(found, without_member(found, (key,)))) == rest
    assert json.loads(after(found, with_value(found, (key,), value))) == {**data, key: value}
    assert json.loads(after(found, with_member(found, ("new",), value))) == {**data, "new": value}
    assert json.loads(after(found, with_key(found, (key,), "new"))) == {**rest, "new": data[key]}
