from __future__ import annotations

import json
import math
import pickle
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agentflow_lint.sources.json import (
    DUPLICATES_LIMIT,
    HOPELESS_NESTING,
    INTEGER_DIGITS_LIMIT,
    NESTING_LIMIT,
    Duplicate,
    JsonArray,
    JsonDocument,
    JsonNode,
    JsonObject,
    JsonScalar,
    Member,
    read_json,
)
from agentflow_lint.sources.text import SourceText, Span
from tests.bounded import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(content: str) -> JsonDocument:
    return read_json(SourceText(content))


def cut(text: SourceText, span: Span) -> str:
    return text.content[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def nodes(root: JsonNode) -> Iterator[tuple[JsonNode, Member | None]]:
    todo: list[tuple[JsonNode, Member | None]] = [(root, None)]
    while todo:
        node, member = todo.pop()
        yield node, member
        if isinstance(node, JsonArray):
            todo.extend((item, None) for item in node.items)
        elif isinstance(node, JsonObject):
            todo.extend((each.value, each) for each in node.members)


def same(left: Any, right: Any) -> bool:
    """Equal, of the same types, with NaN equal to NaN."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    return bool(left == right)


# Documents to break: valid ones, dumped in several styles, then cut, spliced and sprinkled with odd characters.
KEYS = st.sampled_from(["agent", "env", "a", "", "é", "\ud800", "a\nb"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["\ud83d", "\x00", "/"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
STYLES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"indent": 2},
        {"separators": (",", ":")},
        {"ensure_ascii": False},
        {"indent": "\t", "separators": (" ,\r\n", " :\r")},
    ]
)
CHARACTERS = "{}[]\",:\\/'#-+.eE019tfnNI \n\r\t\x00\x0b\xa0٣é\ufeff\u2028"
WORDS = r"""{"a":1, "a": null true NaN -Infinity Infinity - \u12 \ud800 // 1e9 01 -0"""
PIECES = st.sampled_from([*CHARACTERS, *WORDS.split()])


@st.composite
def json_like(draw: st.DrawFn) -> str:
    content = json.dumps(draw(VALUES), **draw(STYLES))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 3)))
        content = content[:start] + "".join(draw(st.lists(PIECES, max_size=3))) + content[end:]
    return content


@settings(max_examples=400, deadline=None)
@given(json_like() | st.text(max_size=12) | st.lists(PIECES, max_size=8).map("".join))
@example('{"a":1,"a":{"b":2,"b":3}}')
@example("٣")
@example("-")
@example("-Infinit")
@example("[1,]")
@example('{"a":1,}')
@example("1.")
@example("1e")
@example("[01]")
@example('"\x7f"')
@example('"\\ud800"')
@example('["a" "b"]')
@example("[1\x0b]")
@example("[" + "9" * 4300 + "]")
@example("[-" + "9" * 4300 + ", 0]")
@example("[" + "9" * 4301 + "]")
@example("[-" + "9" * 4301 + ", 0]")
@example("9" * 4301 + ".0")
def test_the_verdict_and_the_value_are_those_of_the_standard_library(content: str) -> None:
    text = SourceText(content)
    document = read_json(text)
    try:
        expected = json.loads(content)
    except ValueError as error:
        assert document.root is None
        assert document.problem is not None
        refused_at = text.position(error.pos) if isinstance(error, json.JSONDecodeError) else None
    else:
        assert document.problem is None
        assert same(document.data, expected)
        return
    given_up_at = document.problem.span[:2]
    if "a comma stands before" in document.problem.message:
        # Python 3.13 points at the comma, as we do; earlier versions point behind it.
        assert refused_at is not None
        assert not content[text.offset(*given_up_at) + 1 : text.offset(*refused_at)].strip(" \t\n\r")
    elif refused_at:
        assert given_up_at == refused_at


@settings(max_examples=200, deadline=None)
@given(json_like())
def test_every_span_cuts_out_the_json_of_its_node(content: str) -> None:
    text = SourceText(content)
    document = read_json(text)
    if document.root is None:
        return
    for node, member in nodes(document.root):
        assert same(json.loads(cut(text, node.span)), JsonDocument(node).data)
        if member:
            assert json.loads(cut(text, member.key_span)) == member.key


@settings(max_examples=100, deadline=None)
@given(json_like())
def test_paths_find_what_the_decoder_keeps(content: str) -> None:
    document = read(content)
    todo: list[tuple[tuple[str | int, ...], Any]] = [((), document.data)] if document.root else []
    while todo:
        path, value = todo.pop()
        node = document.find(path)
        assert node is not None
        assert same(JsonDocument(node).data, value)
        assert (document.key_span(path) is None) == (not path or isinstance(path[-1], int))
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        todo.extend(((*path, step), each) for step, each in pairs)


def test_positions_count_lines_and_characters() -> None:
    document = read('{\r\n  "é😀": [1,\r\n    true ],\r  "b": "x"\r\n}')
    assert document.root is not None
    assert document.root.span == Span(1, 1, 5, 2)
    assert document.key_span(("é😀",)) == Span(2, 3, 2, 7)
    assert [node.span for node in [document.find(("é😀", index)) for index in (0, 1)] if node] == [
        Span(2, 10, 2, 11),
        Span(3, 5, 3, 9),
    ]
    array = document.find(("é😀",))
    assert array is not None
    assert array.span == Span(2, 9, 3, 11)
    assert document.key_span(("b",)) == Span(4, 3, 4, 6)


def test_a_duplicate_key_loses_to_the_last_one_and_both_places_are_known() -> None:
    document = read('[{"a": 1, "b": {"c": 1, "c": 2}, "a": 3, "a": 4}]')
    assert document.data == [{"a": 4, "b": {"c": 2}}]
    assert document.duplicates == (
        Duplicate((0, "b", "c"), Span(1, 17, 1, 20), Span(1, 25, 1, 28)),
        Duplicate((0, "a"), Span(1, 3, 1, 6), Span(1, 42, 1, 45)),
        Duplicate((0, "a"), Span(1, 34, 1, 37), Span(1, 42, 1, 45)),
    )
    assert document.key_span((0, "a")) == Span(1, 42, 1, 45)
    assert document.find((0, "a")) == JsonScalar(4, 1, 47, 48)


def test_keys_that_differ_only_in_how_they_are_escaped_are_duplicates() -> None:
    assert [duplicate.path for duplicate in read('{"\\u0061": 1, "a": 2}').duplicates] == [("a",)]


def test_equal_keys_of_different_objects_are_no_duplicates() -> None:
    assert read('[{"a": {"a": 1}}, {"a": 1}]').duplicates == ()


def test_duplicates_are_recorded_up_to_a_limit() -> None:
    document = read("{" + '"a":1,' * (DUPLICATES_LIMIT + 5) + '"a":2}')
    assert len(document.duplicates) == DUPLICATES_LIMIT
    assert document.data == {"a": 2}


@pytest.mark.parametrize("path", [("b",), ("a", "b"), ("a", 2), ("a", -1), (0,), ("a", 0, 0), ("a", 0, "x")])
def test_a_path_that_leads_nowhere_finds_nothing(path: tuple[str | int, ...]) -> None:
    document = read('{"a": [1, 2]}')
    assert document.find(path) is None
    assert document.key_span(path) is None


def test_null_is_a_node_and_not_a_problem() -> None:
    document = read("null")
    assert document.root == JsonScalar(None, 1, 1, 5)
    assert document.problem is None


@pytest.mark.parametrize(
    ("content", "words", "span"),
    [
        ("", "empty", Span(1, 1, 1, 1)),
        (" \n ", "empty", Span(2, 2, 2, 2)),
        ('{"a": 1', "it ends where a comma or `}`", Span(1, 8, 1, 8)),
        ("[1,\n", "it ends where a value", Span(2, 1, 2, 1)),
        ("[1,\n]", "a comma stands before `]`", Span(1, 3, 1, 4)),
        ('{"a": 1,}', "a comma stands before `}`", Span(1, 8, 1, 9)),
        ('{"a": True}', "`True` is written `true`", Span(1, 7, 1, 11)),
        ("[None]", "`None` is written `null`", Span(1, 2, 1, 6)),
        ("{'a': 1}", "double quotes", Span(1, 2, 1, 3)),
        ("{a: 1}", "a key in double quotes is expected here", Span(1, 2, 1, 3)),
        ('{"a" 1}', "a colon", Span(1, 6, 1, 7)),
        ('{"a": }', "a value", Span(1, 7, 1, 8)),
        ('{\r\n  // why\r\n  "a": 1}', "no comments", Span(2, 3, 2, 4)),
        ("# why\n{}", "no comments", Span(1, 1, 1, 2)),
        ("[1 /* why */]", "no comments", Span(1, 4, 1, 5)),
        ("{} {}", "something follows", Span(1, 4, 1, 5)),
        ('["a\nb"]', "line break, tab", Span(1, 4, 2, 1)),
        ('["ab', "never closed", Span(1, 2, 1, 3)),
        ('["\\x"]', "no escape", Span(1, 3, 1, 4)),
        ('["\\u12g4"]', "four hexadecimal digits", None),
        ("[\n" + "9" * (INTEGER_DIGITS_LIMIT + 1) + "]", "more than 4300 digits", Span(2, 1, 2, 4302)),
        ("\ufeff{}", "a value is expected here", Span(1, 1, 1, 2)),
    ],
)
def test_a_problem_says_what_is_wrong_and_where(content: str, words: str, span: Span | None) -> None:
    problem = read(content).problem
    assert problem is not None
    assert words in problem.message
    assert span is None or problem.span == span


def test_a_byte_order_mark_does_not_keep_the_rest_from_being_read() -> None:
    assert read_json(SourceText.decode(b'\xef\xbb\xbf{"a": 1}')).data == {"a": 1}


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_nesting_is_read_up_to_the_limit(opening: str, closing: str) -> None:
    levels = NESTING_LIMIT // (len(closing))
    document = read(opening * levels + "1" + closing * levels)
    assert document.problem is None
    assert document.data == json.loads(opening * levels + "1" + closing * levels)
    deeper = read("[" + opening * levels + "1" + closing * levels + "]").problem
    assert deeper is not None
    assert "nested" in deeper.message
    assert deeper.survivable


@pytest.mark.parametrize(
    ("content", "depth"),
    [
        ('{"[[": ' + "[" * 600 + '"]]\\"[",' + "[" * 50 + "]" * 650 + "}", 651),
        ('["' + "[" * 500 + '", ' + "[" * 900, 901),
        ("[" * 500 + '"' + "[" * 500, 500),
    ],
)
def test_the_real_depth_is_told(content: str, depth: int) -> None:
    problem = read(content).problem
    assert problem is not None
    assert f"nested {depth} levels deep" in problem.message


def test_only_hopeless_nesting_is_certain_to_be_refused() -> None:
    for levels, survivable in ((HOPELESS_NESTING - 1, True), (HOPELESS_NESTING, False)):
        problem = read("[" * levels + "]" * levels).problem
        assert problem is not None
        assert problem.survivable is survivable


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000, "[[]," * 100_000])
def test_depth_never_costs_the_stack(content: str) -> None:
    before = sys.getrecursionlimit()
    problem = read(content).problem
    assert problem is not None
    assert "nested" in problem.message
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize(
    "content",
    [
        "[" + "0," * 200_000 + "0]",
        "[" + '"a",\r\n' * 100_000 + "0]",
        "{" + '"a":1,' * 100_000 + '"a":2}',
        " " * 1_000_000,
        '["' + "a" * 1_000_000,
        "[" + "9" * 1_000_000 + "]",
        "1" * 1_000_000 + ".5",
        "[" + "1" + " " * 1_000_000 + "2]",
        "[" + ("1" + " " * 500) * 2_000 + "]",
    ],
    ids=["numbers", "strings", "duplicates", "blanks", "unclosed", "integer", "float", "gap", "gaps"],
)
def test_large_input_takes_bounded_time(content: str) -> None:
    with bounded():
        read(content)


def test_a_document_can_be_pickled() -> None:
    document = read('{"a": [1, "x", {"b": null}], "a": 1.5}')
    copy = pickle.loads(pickle.dumps(document))
    assert copy == document
    assert copy.data == {"a": 1.5}
