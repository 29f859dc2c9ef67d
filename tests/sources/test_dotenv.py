from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from unittest import mock

import dotenv
import pytest
from dotenv.main import DotEnv
from dotenv.parser import parse_stream
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agentflow_lint.sources.dotenv import EnvFile, evaluate, read_env, references
from agentflow_lint.sources.text import SourceText, Span
from tests.bounded import bounded

if TYPE_CHECKING:
    from pathlib import Path


def read(content: str) -> EnvFile:
    return read_env(SourceText(content))


def cut(content: str, span: Span | None) -> str | None:
    text = SourceText(content)
    return span and content[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def as_opened(text: SourceText) -> io.StringIO:
    """The stream that ``open(path, encoding="utf-8")`` gives for the file."""
    data = ("\ufeff" * text.has_bom + text.content).encode()
    return io.StringIO(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8").read())


NAMES = st.sampled_from(["A", "B", "ORIGINS", "a.b", "'q k'", "Ü", "export", "PATH-LIKE", "A"])
QUOTING = ["'", '"', "\\", "\\'", '\\"', "\\n", "\\\\", "#", " #c", "="]
CHARACTERS = "x \t\n\ré😀\xa0\x0b\u2028\ufeff\x00"
REFERENCES = ["${A}", "${B}", "${B:-d}", "${A:-}", "${}", "${", "}", "$A", ":-"]
PIECES = st.sampled_from([*QUOTING, *CHARACTERS, *REFERENCES, "\r\n"])
PARTS = st.lists(PIECES, max_size=6).map("".join)
VALUES = st.one_of(
    PARTS,
    PARTS.map(lambda part: f"'{part}'"),
    PARTS.map(lambda part: f'"{part}"'),
    PARTS.map(lambda part: f'"{part}" # note'),
)
STATEMENTS = st.one_of(
    st.builds(
        "{}{}{}={}{}".format,
        st.sampled_from(["", "export ", "  "]),
        NAMES,
        st.sampled_from(["", " "]),
        st.sampled_from(["", " ", "\t"]),
        VALUES,
    ),
    NAMES,
    PARTS,
    st.sampled_from(["# comment", "", "  ", "export", "=x", "a b", "A='unclosed", 'B="unclosed']),
)
TEXTS = st.builds(
    lambda statements, newline, has_bom: SourceText(newline.join(statements), has_bom),
    st.lists(STATEMENTS, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)


@settings(max_examples=250, deadline=None)
@given(TEXTS)
@example(SourceText("A=1\r\nB='x\r\ny'\r\nC=\"p\rq\"\r\n"))
@example(SourceText("A=1", has_bom=True))
@example(SourceText("\ufeffA=1", has_bom=True))
@example(SourceText("\ufeffA=1"))
@example(SourceText("", has_bom=True))
@example(SourceText("A\nB=${A:-d}"))
@example(SourceText("A= # c"))
@example(SourceText("A=# c"))
def test_values_are_those_of_python_dotenv(text: SourceText) -> None:
    with mock.patch.dict(os.environ, clear=True):
        assert evaluate(read_env(text), {}) == dotenv.dotenv_values(stream=as_opened(text))


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.dictionaries(st.sampled_from(["A", "B", "a.b"]), st.sampled_from(["", "outer", "${A}"])))
def test_the_process_environment_wins_where_names_are_interpolated(text: SourceText, outside: dict[str, str]) -> None:
    with mock.patch.dict(os.environ, outside, clear=True):
        expected = DotEnv(None, stream=as_opened(text), override=False).dict()
    assert evaluate(read_env(text), outside) == expected


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example(SourceText("'\r\n'"))
def test_spans_cut_out_what_is_written(text: SourceText) -> None:
    env_file = read_env(text)
    end = (1, 1)
    for binding in env_file.bindings:
        assert binding.span[:2] >= end
        end = binding.span[2:]
        assert binding.name_span[:2] == binding.span[:2]
        name = cut(text.content, binding.name_span) or ""
        bare = re.sub("\r\n?", "\n", name[1:-1] if name.startswith("'") else name)
        # The mark may be part of the name and yet stand before the first column.
        assert binding.name.lstrip("\ufeff") == bare.lstrip("\ufeff")
        whole = cut(text.content, binding.span) or ""
        assert whole.startswith(name)
        if binding.value_span is None:
            assert binding.value is None
            assert whole == name
            continue
        value = cut(text.content, binding.value_span) or ""
        assert whole[len(name) :].lstrip().startswith("=")
        assert whole.endswith(value)
        if value[:1] in {"'", '"'}:
            assert value[-1] == value[0]
            alone = "A=" + value
            assert [each.value for each in parse_stream(as_opened(SourceText(alone)))] == [binding.value]
        else:
            assert value == binding.value


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_problems_are_the_statements_python_dotenv_skips(text: SourceText) -> None:
    skipped = [statement for statement in parse_stream(as_opened(text)) if statement.error]
    problems = read_env(text).problems
    assert len(problems) == len(skipped)
    for problem, statement in zip(problems, skipped, strict=True):
        written = cut(text.content, problem.line_span) or ""
        opened = written.replace("\r\n", "\n").replace("\r", "\n")
        assert opened.lstrip("\ufeff") == statement.original.string.strip().lstrip("\ufeff")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_file_on_disk_means_the_same(tmp_path: Path, newline: str, mark: bytes) -> None:
    lines = [
        "FIRST=1",
        "export B='two",
        "lines' # c",
        'C="${FIRST}-${OUT}-${NO:-d}"',
        "D",
        "E=a#b #c",
        "F= ",
        "A=9",
        "A=3",
    ]
    data = mark + newline.join(lines).encode()
    path = tmp_path / "some.env"
    path.write_bytes(data)
    outside = {"OUT": "o", "A": "kept"}
    with mock.patch.dict(os.environ, outside, clear=True):
        assert dotenv.load_dotenv(path)
        served = dict(os.environ)
    values = evaluate(read_env(SourceText.decode(data)), outside)
    assert {name: value for name, value in values.items() if value is not None} | outside == served
    assert served["B"] == "two\nlines"
    assert values["D"] is None
    assert values["A"] == "3"


@pytest.mark.parametrize(
    ("content", "name", "value", "whole"),
    [
        ("ORIGINS=*", "ORIGINS", "*", "ORIGINS=*"),
        ("ORIGINS=", "ORIGINS", "", "ORIGINS="),
        ("  export ORIGINS = '*'  # any\n", "ORIGINS", "'*'", "ORIGINS = '*'"),
        ('\n\n\'a b\'="x\\"y"', "'a b'", '"x\\"y"', '\'a b\'="x\\"y"'),
        ("A=x y  # c", "A", "x y", "A=x y"),
        ("A=''", "A", "''", "A=''"),
        ("A='x\r\ny'\r\n", "A", "'x\r\ny'", "A='x\r\ny'"),
        ("A=  \nB", "A", "", "A="),
        ("export=1", "export", "1", "export=1"),
        ("é=😀", "é", "😀", "é=😀"),
    ],
)
def test_places_are_exact(content: str, name: str, value: str, whole: str) -> None:
    binding = read(content).bindings[0]
    assert cut(content, binding.name_span) == name
    assert cut(content, binding.value_span) == value
    assert cut(content, binding.span) == whole


def test_a_value_over_several_lines_moves_what_follows() -> None:
    first, second = read('A="1\r\n2\r\n3"\r\n\r\n  B=4').bindings
    assert first.value == "1\n2\n3"
    assert first.value_span == Span(1, 3, 3, 3)
    assert second.span == Span(5, 3, 5, 6)


def test_a_bare_name_has_no_value() -> None:
    binding = read("  NAME  # why").bindings[0]
    assert (binding.name, binding.value, binding.value_span) == ("NAME", None, None)
    assert binding.span == binding.name_span == Span(1, 3, 1, 7)


def test_a_byte_order_mark_is_the_parsers_affair() -> None:
    text = SourceText.decode(b"\xef\xbb\xbfA=1\nB=2\n")
    first, second = read_env(text).bindings
    assert first.name == next(iter(dotenv.dotenv_values(stream=io.StringIO("\ufeffA=1"))))
    assert (first.name_span, first.value_span) == (Span(1, 1, 1, 2), Span(1, 3, 1, 4))
    assert (second.name, second.span) == ("B", Span(2, 1, 2, 4))


def test_a_line_that_cannot_be_parsed_is_known_by_its_place_only() -> None:
    env_file = read("A=1\n\n  my secret pass \nB=2\nC='open\n")
    assert [binding.name for binding in env_file.bindings] == ["A", "B"]
    assert [problem.line_span for problem in env_file.problems] == [Span(3, 3, 3, 17), Span(5, 1, 5, 8)]
    assert "secret" not in repr(env_file)


def test_values_are_not_shown_by_repr() -> None:
    assert "hunter2" not in repr(read("PASSWORD=hunter2"))


def test_every_duplicate_is_kept_and_the_last_one_wins() -> None:
    env_file = read("A=1\nB=${A}\nA=2\nC=${A}")
    assert [binding.name for binding in env_file.bindings] == ["A", "B", "A", "C"]
    assert evaluate(env_file, {}) == {"A": "2", "B": "1", "C": "2"}


def test_single_quotes_do_not_stop_interpolation() -> None:
    assert evaluate(read("A=1\nB='${A}'\nC=$A"), {}) == {"A": "1", "B": "1", "C": "$A"}


def test_references_tell_names_with_and_without_a_default() -> None:
    binding = read("A='${X}-${Y:-1}-${X}-${Z}-${Y:-}-$W'").bindings[0]
    assert references(binding) == ("X", "Z")
    assert references(binding, defaulted=True) == ("Y",)
    assert references(read("A").bindings[0]) == ()


def doubling(lines: int) -> str:
    return "V0=xxxxxxxx\n" + "".join(f"V{n}=${{V{n - 1}}}${{V{n - 1}}}\n" for n in range(1, lines))


@pytest.mark.parametrize(
    "content",
    [
        doubling(60),
        "A=" + "${" * 500_000,
        "A=x" + " " * 1_000_000 + "y",
        "A='" + "${B}" * 10_000 + "'",
        "A=1\n" + ("B=x" + " " * 20_000 + "y\n") * 20,
    ],
    ids=["doubling", "open references", "blanks", "many references", "many blanks"],
)
def test_a_file_made_to_exhaust_the_parser_is_undecided(content: str) -> None:
    with bounded():
        env_file = read(content)
        assert env_file.undecided
        assert env_file.bindings == ()
        assert evaluate(env_file, {}) == {}


@pytest.mark.parametrize(
    "content",
    [
        "A='" * 20_000,
        'A="\n' * 20_000,
        "A=" + "\\" * 500_000,
        'A="' + "\\n" * 200_000 + '"',
        "=\n" * 20_000,
        "'" * 200_000,
        "\n" * 500_000,
        "A=1\n" * 20_000,
        "# " + "${" * 300_000,
        "A" * 500_000,
        doubling(8),
    ],
)
def test_odd_input_is_read_in_bounded_time(content: str) -> None:
    with bounded():
        assert read(content).undecided is None


def test_python_dotenv_is_not_imported_with_the_module() -> None:
    code = "import sys, agentflow_lint.sources.dotenv; sys.exit('dotenv' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
