from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.sources.nginx import MAX_CHARACTERS, MAX_DEPTH, Directive, read_nginx
from agentflow_lint.sources.text import SourceText, Span
from tests.bounded import bounded

SITE = """\
# what stands in front
map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      close;
}
upstream api { server 127.0.0.1:8000; }
server {
    listen 80; # plain
    location ~ ^/v1/(.*)\\.json$ {
        proxy_set_header X-Note "say \\"hi\\"";
        proxy_pass http://api/$1;
        if ($request_method = OPTIONS) { return 204; }
    }
}
"""


def flat(directives):
    """Each directive as nested lists of words."""
    return [
        [item.name, *item.texts] if item.block is None else [item.name, *item.texts, flat(item.block)]
        for item in directives
    ]


def under(text: SourceText, span: Span) -> str:
    return text.content[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def everything(directives):
    for directive in directives:
        yield directive
        yield from everything(directive.block or ())


def test_a_site():
    found = read_nginx(SourceText(SITE))
    assert found.problem is None
    assert flat(found.directives) == [
        ["map", "$http_upgrade", "$connection_upgrade", [["default", "upgrade"], ["", "close"]]],
        ["upstream", "api", [["server", "127.0.0.1:8000"]]],
        [
            "server",
            [
                ["listen", "80"],
                [
                    "location",
                    "~",
                    r"^/v1/(.*)\.json$",
                    [
                        ["proxy_set_header", "X-Note", 'say "hi"'],
                        ["proxy_pass", "http://api/$1"],
                        ["if", "($request_method", "=", "OPTIONS)", [["return", "204"]]],
                    ],
                ],
            ],
        ],
    ]


def test_each_word_has_its_place():
    text = SourceText(SITE)
    seen = list(everything(read_nginx(text).directives))
    assert len(seen) == 12
    for directive in seen:
        if directive.name:
            assert under(text, directive.name_span) == directive.name
        for argument in directive.arguments:
            written = under(text, argument.span)
            assert argument.is_quoted == (written[0] in "'\"")
            inner = written[1:-1] if argument.is_quoted else written
            assert inner.replace('\\"', '"') == argument.text
    assert seen[9].span == Span(11, 9, 11, 33)


def test_variables_in_braces_and_words_in_words_stay_whole():
    found = read_nginx(SourceText('set $a ${b}c"d";\nlocation / { proxy_pass http://${HOST}:8000; }\n'))
    assert flat(found.directives) == [
        ["set", "$a", '${b}c"d"'],
        ["location", "/", [["proxy_pass", "http://${HOST}:8000"]]],
    ]


def test_a_block_of_lua_is_one_word():
    found = read_nginx(SourceText('location / { content_by_lua_block { ngx.say("}") -- }\n } }\nlisten 80;\n'))
    assert found.problem is None
    assert [len(item.arguments) for item in everything(found.directives)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("server {\n  listen 80;\n", 'unexpected end of file, expecting "}"', (1, 1)),
        ("server { }\n}\n", 'unexpected "}"', (2, 1)),
        ("server {\n  listen 80\n}\n", 'directive "listen" is not terminated by ";"', (2, 3)),
        ("listen 80", 'unexpected end of file, expecting ";" or "}" or a closing quote', (1, 8)),
        ("listen 80 \n", 'unexpected end of file, expecting ";" or "{"', (1, 1)),
        ("a;\n;", 'unexpected ";"', (2, 1)),
        ("{ }", 'unexpected "{"', (1, 1)),
        ("log_format a 'b;\n", 'unexpected end of file, expecting ";" or "}" or a closing quote', (1, 14)),
        ("content_by_lua_block x", "expected { to start Lua block", (1, 1)),
    ],
)
def test_what_nginx_refuses_is_a_problem_with_its_place(text, message, place):
    problem = read_nginx(SourceText(text)).problem
    assert problem is not None
    assert (problem.message, (problem.span.line, problem.span.column)) == (message, place)


def test_what_stands_before_a_problem_is_there():
    assert flat(read_nginx(SourceText("http { server { listen 80; } } }")).directives) == [
        ["http", [["server", [["listen", "80"]]]]]
    ]


def test_windows_newlines_and_a_comment_without_a_newline():
    found = read_nginx(SourceText("listen\r\n 80;\r\n# the end"))
    assert flat(found.directives) == [["listen", "80"]]
    assert found.problem is None
    assert found.directives[0].arguments[0].span == Span(2, 2, 2, 4)


def test_depth_and_length_are_bounded():
    with bounded():
        deep = read_nginx(SourceText("a {" * 80_000))
        assert deep.problem is not None
        assert str(MAX_DEPTH) in deep.problem.message
        long = read_nginx(SourceText("a;" * MAX_CHARACTERS))
        assert long.problem is not None
        assert long.directives == ()
        assert read_nginx(SourceText("'" * 200_001)).problem is not None


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Z", "C"], exclude_characters="{};'\"\\#$"), min_size=1
)
_QUOTED = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)


def _write(item) -> str:
    name, arguments, block = item
    words = [name]
    for kind, word in arguments:
        escaped = word.replace("\\", "\\\\").replace('"', '\\"')
        words.append(word if kind == "word" else f'"{escaped}"')
    body = ";" if block is None else " { # {\n" + "\n".join(map(_write, block)) + "\n}"
    return " ".join(words) + body


_ARGUMENTS = st.lists(st.tuples(st.just("word"), _WORDS) | st.tuples(st.just("quoted"), _QUOTED), max_size=3)
_SIMPLE = st.tuples(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), _ARGUMENTS, st.none())
_TREES = st.lists(
    st.recursive(
        _SIMPLE,
        lambda inner: st.tuples(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), _ARGUMENTS, st.lists(inner, max_size=3)),
        max_leaves=6,
    ),
    max_size=3,
)


@given(_TREES)
def test_what_is_written_is_read(trees):
    def plain(items):
        return [
            (name, [word for _, word in words], None if block is None else plain(block)) for name, words, block in items
        ]

    def of(directives: tuple[Directive, ...]):
        return [(item.name, list(item.texts), None if item.block is None else of(item.block)) for item in directives]

    found = read_nginx(SourceText("\n".join(map(_write, trees))))
    assert found.problem is None
    assert of(found.directives) == plain(trees)


@settings(max_examples=300)
@given(st.text(st.sampled_from("{};#'\"\\$ \n\r\tab_") | st.characters(codec="utf-8"), max_size=60))
def test_no_text_breaks_it_and_every_place_is_in_the_text(content):
    text = SourceText(content)
    found = read_nginx(text)
    spans = [span for item in everything(found.directives) for span in (item.span, item.name_span)]
    spans += [argument.span for item in everything(found.directives) for argument in item.arguments]
    spans += [found.problem.span] if found.problem else []
    for span in spans:
        start, end = text.offset(span.line, span.column), text.offset(span.end_line, span.end_column)
        assert 0 <= start <= end <= len(content)
