from __future__ import annotations

import math
import pickle
import re
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from agentflow_lint.sources.text import SourceText, Span
from agentflow_lint.sources.yaml import (
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
    YamlStream,
    plain,
    read_yaml,
)
from agentflow_lint.sources.yaml.reader import EXPANDED_LIMIT, NESTING_LIMIT, NODE_LIMIT, PROBLEM_LIMIT
from tests.bounded import bounded


def read(content: str) -> YamlStream:
    return read_yaml(SourceText(content))


def root(content: str) -> YamlNode:
    """The root of a stream that holds one document and no problem."""
    stream = read(content)
    assert stream.problems == ()
    (document,) = stream.documents
    assert document.root is not None
    return document.root


def mapping(content: str) -> YamlMapping:
    node = root(content)
    assert isinstance(node, YamlMapping)
    return node


def problems(content: str) -> list[tuple[str, int, int, str]]:
    return [(each.kind, each.span.line, each.span.column, each.message) for each in read(content).problems]


def cut(content: str, span: Span) -> str:
    text = SourceText(content)
    return content[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def nodes(top: YamlNode) -> list[YamlNode]:
    """Every node, each once however many aliases name it."""
    found: dict[int, YamlNode] = {}
    todo = [top]
    while todo:
        node = todo.pop()
        if id(node) in found:
            continue
        found[id(node)] = node
        if isinstance(node, YamlSequence):
            todo.extend(node.items)
        elif isinstance(node, YamlMapping):
            todo.extend(entry.value for entry in node.entries)
    return list(found.values())


def spans(stream: YamlStream) -> list[Span]:
    found = [document.span for document in stream.documents] + [problem.span for problem in stream.problems]
    for document in stream.documents:
        for node in nodes(document.root) if document.root else ():
            found.append(node.span)
            if isinstance(node, YamlMapping):
                found.extend(entry.key_span for entry in node.written)
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None),
        ("null", None),
        ("True", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("012", 10),
        ("0o14", 12),
        ("0x1F", 31),
        ("0b101", 5),
        ("-0x10", -16),
        ("1_000", 1000),
        ("08", 8.0),
        ("_1", "_1"),
        ("0x", "0x"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        (".1_0", 0.1),
        ("._1", "._1"),
        ("1.", 1.0),
        (".", "."),
        ("-x", "-x"),
        ("1.2.3", "1.2.3"),
        ("12:30:45", "12:30:45"),
        ("2001-01-01", "2001-01-01"),
        ("-.inf", -math.inf),
        ("1e999", "1e999"),
        (str(2**64 - 1), 2**64 - 1),
        (str(2**64), float(2**64)),
        ("-9223372036854775809", -9223372036854775809.0),
        ("9" * 5000, "9" * 5000),
        ("0x" + "f" * 5000, "0x" + "f" * 5000),
        ("٣", "٣"),
    ],
)
def test_plain_scalars_resolve_as_in_go_yaml(text, value):
    node = root(f"[{text}]").at(0)
    assert isinstance(node, YamlScalar)
    assert (node.text, node.style) == (text, "plain")
    assert node.value == value
    assert type(node.value) is type(value)


def test_nan():
    node = root(".nan")
    assert isinstance(node, YamlScalar)
    assert isinstance(node.value, float)
    assert math.isnan(node.value)


@pytest.mark.parametrize(
    ("written", "value", "tag"),
    [
        ("!!str 12", "12", "!!str"),
        ("!!int '12'", 12, "!!int"),
        ("!!float 12", 12.0, "!!float"),
        ("!!bool 'true'", True, "!!bool"),
        ("!reset null", "null", "!reset"),
        ("! 12", "12", "!"),
        ("!!binary aGk=", "aGk=", "!!binary"),
        ("!<tag:yaml.org,2002:str> 1", "1", "!!str"),
    ],
)
def test_tags(written, value, tag):
    node = root(written)
    assert isinstance(node, YamlScalar)
    assert (node.value, node.tag) == (value, tag)


@pytest.mark.parametrize(
    ("content", "path", "expected"),
    [
        ("a: plain text # why\n", ("a",), "plain text"),
        ("a: 'it''s'\n", ("a",), "'it''s'"),
        ('a: "x\\ny"  \n', ("a",), '"x\\ny"'),
        ("a: |\n  one\n  two\n\nb: 1\n", ("a",), "|\n  one\n  two"),
        ("a: >-\n  one\n\n# after\nb: 1\n", ("a",), ">-\n  one"),
        ("a: &x !!str text\n", ("a",), "text"),
        ("a: !t # c &no\n  &x\n  'q'\n", ("a",), "'q'"),
        ("a: &x\nb: 1\n", ("a",), ""),
        ("a:\nb: 1\n", ("a",), ""),
        ("a: &x [1, 2]\n", ("a",), "[1, 2]"),
        ("a: { b: 1 } \n", ("a",), "{ b: 1 }"),
        ("a:\n- 1\n- b: 2\n\n# c\nd: 1\n", ("a",), "- 1\n- b: 2"),
        ("a: &x\n  &y k: v\n  l:\nd: 1\n", ("a",), "k: v\n  l:"),
        ("a: one\n  two\n", ("a",), "one\n  two"),
        ("é: 'ü'\n", ("é",), "'ü'"),
        ("𝒳: [𝒴, z]\n", ("𝒳", 1), "z"),
        ("a: 1\r\nb: 2\r\n", ("b",), "2"),
        ("a: 1\rb: 2\r", ("b",), "2"),
        ("a: x\x85b: y\u2028c: z\n", ("c",), "z"),
    ],
)
def test_spans_are_the_content(content, path, expected):
    node = root(content).at(*path)
    assert node is not None
    assert cut(content, node.span) == expected


def test_keys_have_places():
    top = mapping("'a b': 1\n  \n\"c\": 2\n8080: 3\n")
    assert [(entry.key, entry.key_span) for entry in top.entries] == [
        ("a b", Span(1, 1, 1, 6)),
        ("c", Span(3, 1, 3, 4)),
        ("8080", Span(4, 1, 4, 5)),
    ]


def test_documents():
    stream = read("a: 1\n---\n---\n# nothing\n...\n---\n- 2\n")
    assert [plain(each.root) if each.root else None for each in stream.documents] == [{"a": 1}, None, None, [2]]
    assert [each.span.line for each in stream.documents] == [1, 2, 3, 6]
    assert read("# nothing\n").documents == ()
    assert read("").documents == ()


def test_what_stands_before_a_syntax_error_is_kept():
    stream = read("a: 1\n---\nb: [1\n---\nc: 1\n")
    assert [document.root is None for document in stream.documents] == [False, True]
    (problem,) = stream.problems
    assert problem.kind == "syntax"
    assert problem.span.line == 4
    assert stream.documents[1].problems == (problem,)


@pytest.mark.parametrize("char", ["\0", "\x07", "\x1b", "\x7f", "\ud800", "\ufffe", "\uffff"])
def test_forbidden_characters(char):
    ((kind, line, column, message),) = problems(f"a: 1\nb: x{char}y\n")
    assert (kind, line, column) == ("syntax", 2, 5)
    assert f"U+{ord(char):04X}" in message


def test_byte_order_marks():
    stream = read_yaml(SourceText.decode(b"\xef\xbb\xbfa: 1\n"))
    assert [document.root and plain(document.root) for document in stream.documents] == [{"a": 1}]
    assert stream.documents[0].root is not None
    assert stream.documents[0].root.span == Span(1, 1, 1, 5)
    assert problems("\ufeffa: 1\n") == [("syntax", 1, 1, "the character U+FEFF is not allowed")]
    assert problems("a: \ufeff\n") == []


def test_duplicate_keys():
    content = "a: 1\nb: {c: 1, c: 2}\na: 3\n"
    assert problems(content) == [
        ("duplicate", 2, 11, "the key `c` is already defined on line 2"),
        ("duplicate", 3, 1, "the key `a` is already defined on line 1"),
    ]
    top = read(content).documents[0].root
    assert isinstance(top, YamlMapping)
    assert plain(top) == {"a": 3, "b": {"c": 2}}
    assert [entry.key for entry in top.written] == ["a", "b", "a"]


def test_many_duplicates_are_not_all_recorded():
    assert len(read("a: 1\n" * (PROBLEM_LIMIT + 50)).problems) == PROBLEM_LIMIT


def test_a_collection_as_a_key_is_a_problem():
    assert [kind for kind, *_ in problems("? [a]\n: 1\nb: 2\n")] == ["key"]


def test_aliases_share_nodes():
    top = mapping("a: &x {b: 1}\nc: *x\nd: [*x]\n")
    assert top.get("c") is top.get("a")
    assert top.at("d", 0, "b") == YamlScalar(1, "1", "plain", Span(1, 11, 1, 12))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: *x\n", "the alias `*x` has no anchor before it"),
        ("a: &x 1\n---\na: *x\n", "the alias `*x` has no anchor before it"),
        ("a: &x\n  b: [*x]\n", "the anchor `x` contains an alias to itself"),
        ("&x\n<<: *x\n", "the anchor `x` contains an alias to itself"),
        ("&x [*x]\n", "the anchor `x` contains an alias to itself"),
    ],
)
def test_aliases_to_nothing_and_to_themselves(content, message):
    stream = read(content)
    assert [(each.kind, each.message) for each in stream.problems if each.kind == "alias"] == [("alias", message)]
    assert stream.documents[-1].root is None


def test_a_document_behind_a_bad_alias_is_read():
    stream = read("a: *x\n---\nb: 1\n")
    assert [each.root is None for each in stream.documents] == [True, False]


def test_an_anchor_can_be_used_again():
    assert plain(mapping("a: &x 1\nb: &x 2\nc: *x\n")) == {"a": 1, "b": 2, "c": 2}


def test_merge_keys():
    top = mapping(
        "x: &x {a: 1, b: 1}\n"
        "y: &y {<<: *x, b: 2, c: 2}\n"
        "one: {<<: *y, c: 3}\n"
        "list: {c: 3, <<: [*x, *y]}\n"
        "inline: {<<: {a: 9}, b: 1}\n"
        "quoted: {'<<': 1}\n"
        "tagged: {!!merge '<<': *x}\n"
    )
    assert plain(top) == {
        "x": {"a": 1, "b": 1},
        "y": {"b": 2, "c": 2, "a": 1},
        "one": {"c": 3, "b": 2, "a": 1},
        "list": {"c": 3, "a": 1, "b": 1},
        "inline": {"b": 1, "a": 9},
        "quoted": {"<<": 1},
        "tagged": {"a": 1, "b": 1},
    }
    assert isinstance(one := top.get("one"), YamlMapping)
    assert [entry.key for entry in one.written] == ["c"]


def test_bad_merges():
    assert [(kind, line) for kind, line, *_ in problems("a: 1\n<<: 5\n")] == [("merge", 2)]
    assert [(kind, line) for kind, line, *_ in problems("a: 1\n<<: [{b: 1}, 5]\n")] == [("merge", 2)]


def read_whole(content: str) -> None:
    with bounded():
        for document in read(content).documents:
            if document.root:
                plain(document.root)


@pytest.mark.parametrize("lines", [12, 60])
@pytest.mark.parametrize("item", ["[{0}]", "{{{1}}}", "{{<<: [{0}]}}"])
def test_a_billion_laughs_end_early(lines, item):
    last, content = "a0", "a0: &a0 {k: lol}\n"
    for number in range(1, lines):
        items = ", ".join([f"*{last}"] * 9)
        pairs = ", ".join(f"k{index}: *{last}" for index in range(9))
        last = f"a{number}"
        content += f"{last}: &{last} {item.format(items, pairs)}\n"
    ((kind, *_, message),) = problems(content)
    assert kind == "limit"
    assert str(EXPANDED_LIMIT) in message
    read_whole(content)


def test_a_large_mapping_merged_often_ends_early():
    many = ", ".join(f"k{index}: 1" for index in range(20_000))
    content = f"x: &x {{{many}}}\n" + "".join(f"y{index}: {{<<: *x}}\n" for index in range(1000))
    assert [kind for kind, *_ in problems(content)] == ["limit"]
    read_whole(content)


def test_a_long_chain_of_merges_ends_early_and_a_short_one_does_not_recurse():
    def chain(length: int) -> str:
        return "m0: &m0 {a: 1}\n" + "".join(
            f"m{index}: &m{index} {{<<: *m{index - 1}}}\n" for index in range(1, length)
        )

    last = mapping(chain(NESTING_LIMIT - 1)).get(f"m{NESTING_LIMIT - 2}")
    assert last is not None
    assert plain(last) == {"a": 1}
    assert [kind for kind, *_ in problems(chain(NESTING_LIMIT + 2))] == ["limit"]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[{a: ", "}]")],
)
def test_nesting(opening, closing):
    levels = NESTING_LIMIT // len([char for char in opening if char in "[{-?"])
    inside = opening * levels + "1" + closing * levels
    assert {kind for kind, *_ in problems(inside)} <= {"key"}
    for count in (levels + 1, 3000):
        content = opening * count + "1" + closing * count
        kinds = {kind for kind, *_ in problems(content)}
        assert kinds & {"limit", "syntax"}
        read_whole(content)


def test_nesting_through_aliases():
    half = NESTING_LIMIT * 2 // 3
    content = f"a: &a {'[' * half}{']' * half}\nb: {'[' * half}*a{']' * half}\n"
    assert [kind for kind, *_ in problems(content)] == ["limit"]


def test_too_many_nodes():
    content = "[" + "1," * (NODE_LIMIT + 5) + "]"
    ((kind, *_, message),) = problems(content)
    assert kind == "limit"
    assert str(NODE_LIMIT) in message


def test_nodes_survive_pickling():
    stream = read("a: &x {b: [1, 'two']}\nc: *x\n")
    assert pickle.loads(pickle.dumps(stream)) == stream


SNIPPETS = st.sampled_from(
    [
        "a: ",
        "- ",
        "\n",
        "  ",
        "\t",
        "'",
        '"',
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "#",
        ">",
        "&x ",
        "*x",
        "!!str ",
        "!t ",
        "<<: ",
        "? ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "%TAG ! x\n",
        "@",
        "`",
        "\\",
        "x",
        "1",
        "\r\n",
        "\r",
        "é",
        "\u2028",
        "\x85",
    ]
) | st.just("|")


@given(st.one_of(st.text(), st.lists(SNIPPETS, max_size=40).map("".join)))
@example("? ")
@example("&x *x")
@example("!<")
@example("a: |9\n")
@example("%TAG ! a\n%TAG ! b\n---\n")
@example("\ufeff\ufeff")
@example("*")
def test_no_text_crashes_and_every_span_lies_inside(content):
    text = SourceText(content)
    stream = read_yaml(text)
    end = text.position(len(content))
    for span in spans(stream):
        start = (span.line, span.column)
        assert (1, 1) <= start <= (span.end_line, span.end_column) <= end
        for line, column in (start, (span.end_line, span.end_column)):
            assert text.position(text.offset(line, column)) == (line, column)
    for document in stream.documents:
        for node in nodes(document.root) if document.root else ():
            written = cut(content, node.span)
            if isinstance(node, YamlScalar) and node.style == "plain" and len(written.splitlines()) <= 1:
                assert written == node.text
            if isinstance(node, YamlScalar) and node.style in ("single", "double"):
                assert written[0] == written[-1] == ("'" if node.style == "single" else '"')


KEYS = st.text("abcxyz_", min_size=1, max_size=4).filter(lambda key: key != "y")
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff")).filter(
        str.isprintable
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5), st.booleans(), st.sampled_from([None, "'", '"']), st.booleans())
def test_values_are_those_of_safe_load(value, flow, style, unicode):
    # PyYAML alone takes an exponent without a point for text, and writes it without quotes.
    assume(not re.search(r"(?i)\d+e[-+]?\d", repr(value)))
    content = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=unicode, width=10**6)
    if style:
        content = yaml.safe_dump(value, default_style=style, allow_unicode=unicode)
    expected: Any = yaml.safe_load(content)
    top = read(content).documents[0].root
    assert read(content).problems == ()
    assert top is not None
    assert _typed(plain(top)) == _typed(expected)


def _typed(value: Any) -> Any:
    """The value with dates as text (they are strings here) and every type visible."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return type(value).__name__, value


@given(st.lists(SNIPPETS, max_size=30).map("".join))
def test_both_parsers_place_nodes_alike(content):
    """Where PyYAML has no libyaml, its own parser gives the same nodes, save for what it alone refuses."""
    if not yaml.__with_libyaml__:
        pytest.skip("there is only one parser here")
    with pytest.MonkeyPatch.context() as patch:
        fast = read(content)
        patch.setattr(yaml, "__with_libyaml__", False)
        slow = read(content)
    if not fast.problems and not slow.problems:
        assert [each.root for each in fast.documents] == [each.root for each in slow.documents]
