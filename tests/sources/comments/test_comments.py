"""Each language's comments, and where another one may stand."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.sources.comments import KINDS, Comments, read_comments
from agentflow_lint.sources.text import SourceText

if TYPE_CHECKING:
    from agentflow_lint.sources.comments import CommentKind


def comments(kind: CommentKind, text: str, has_bom: bool = False) -> Comments:
    return read_comments(SourceText(textwrap.dedent(text).removeprefix("\n"), has_bom), kind)


def seen(kind: CommentKind, text: str) -> list[tuple[int, int, str, bool]]:
    """Line, column, text, and whether it stands alone."""
    return [(each.span.line, each.span.column, each.text, each.alone) for each in comments(kind, text).comments]


def solids(kind: CommentKind, text: str) -> list[tuple[int, int, int | None]]:
    return [(*each.lines, each.trailing) for each in comments(kind, text).solids]


class TestPython:
    def test_comments_are_what_the_tokenizer_says(self) -> None:
        text = """
        # one
        x = "# no"  # two
        y = f"{x} # no"  # three
            # four
        z = '''
        # no
        '''  # five
        """
        assert seen("python", text) == [
            (1, 1, "# one", True),
            (2, 13, "# two", False),
            (3, 18, "# three", False),
            (4, 5, "# four", True),
            (7, 6, "# five", False),
        ]

    def test_statements_and_what_holds_together(self) -> None:
        text = """
        app = graph.compile(
            checkpointer=memory,
            name='''a
            b''',
        )
        total = 1 + \\
            2
        if total: pass
        """
        found = comments("python", text)
        assert [*found.statements] == [(1, 5), (6, 7)]
        assert solids("python", text) == [(3, 4, 4), (6, 7, 7)]

    def test_a_nested_f_string_over_lines_holds_together(self) -> None:
        text = "x = f'''a\n{'b'}\nc'''\n"
        assert solids("python", text) == [(1, 3, 3)]

    def test_what_a_newer_python_takes_for_a_comment_in_an_f_string_is_none_of_any(self) -> None:
        assert seen("python", "x = f'''\n{\n1 # no\n}'''  # yes\n") == [(4, 7, "# yes", False)]

    @pytest.mark.parametrize(
        ("text", "preamble"),
        [
            ("x = 1\n", 0),
            ("#!/usr/bin/env python\nx = 1\n", 1),
            ("# -*- coding: utf-8 -*-\n", 1),
            ("#!/bin/python\n# vim: set fileencoding=utf-8 :\nx = 1\n", 2),
            ("x = 1\n\n# coding: utf-8\n", 0),
        ],
    )
    def test_first_lines_that_mean_something(self, text: str, preamble: int) -> None:
        assert comments("python", text).preamble == preamble

    def test_up_to_what_is_no_python(self) -> None:
        assert [text for _, _, text, _ in seen("python", "# one\nx = 'open\n# two\n")][:1] == ["# one"]
        assert seen("python", "x = (\n# in it\n") == [(2, 1, "# in it", True)]

    def test_carriage_returns_end_lines(self) -> None:
        assert [each[:3] for each in seen("python", "x = 1  # a\r\ny = 2  # b\r# c\r\n")] == [
            (1, 8, "# a"),
            (2, 8, "# b"),
            (3, 1, "# c"),
        ]


class TestYaml:
    def test_strings_and_block_scalars_have_none(self) -> None:
        text = """
        # one
        a: "x # no"  # two
        b: 'y # no'
        c: x#no  # three
        d: |  # four
          # no
          text # no
         # no
        # five
        e: >-
          # no
        # six
        f: [a, # seven
          b]
        g: plain # eight
        h: multi
          plain # nine
        i: # ten
          - k
        """
        assert [(line, text) for line, _, text, _ in seen("yaml", text)] == [
            (1, "# one"),
            (2, "# two"),
            (4, "# three"),
            (5, "# four"),
            (8, "# no"),  # it is indented less than the text: the block scalar has ended
            (9, "# five"),
            (12, "# six"),
            (13, "# seven"),
            (15, "# eight"),
            (17, "# nine"),
            (18, "# ten"),
        ]
        assert solids("yaml", text) == [(5, 7, 5), (10, 11, 10), (16, 17, 17)]

    def test_a_quoted_string_over_lines(self) -> None:
        text = 'a: "x\n  # no\n  y" # yes\nb: 1\n'
        assert seen("yaml", text) == [(3, 6, "# yes", False)]
        assert solids("yaml", text) == [(1, 3, 3)]

    def test_several_documents_and_directives(self) -> None:
        text = "%YAML 1.1 # a\n--- # b\na: 1\n... # c\n---\n# d\n"
        assert [text for _, _, text, _ in seen("yaml", text)] == ["# a", "# b", "# c", "# d"]

    def test_up_to_what_is_no_yaml(self) -> None:
        assert [text for _, _, text, _ in seen("yaml", "# a\nb: {{ x }}: # c\n  - d # e\n")][:1] == ["# a"]
        assert seen("yaml", "# a\n\x00\n") == []


class TestToml:
    def test_strings_have_none(self) -> None:
        text = """
        # one
        a = "x # no" # two
        b = '''
        # no
        ''' # three
        c = [ # four
          "d", # five
        ]
        [e] # six
        f = "\\" # no"
        """
        assert [(line, text) for line, _, text, _ in seen("toml", text)] == [
            (1, "# one"),
            (2, "# two"),
            (5, "# three"),
            (6, "# four"),
            (7, "# five"),
            (9, "# six"),
        ]
        assert solids("toml", text) == [(3, 5, 5)]
        assert [*comments("toml", text).statements] == [(3, 5), (6, 8)]

    def test_windows_newlines(self) -> None:
        assert seen("toml", "a = 1 # x\r\n# y\r\n") == [(1, 7, "# x", False), (2, 1, "# y", True)]


class TestEnv:
    def test_python_dotenv_decides(self) -> None:
        text = """
        # one
        A=x  # two
        B=x#no
        C="# no"  # three
        D='x
        # no
        '  # four
          # five
        E=  # six
        F=#no
        export G=1 # seven
        H
        """
        assert [(line, column, text) for line, column, text, _ in seen("env", text)] == [
            (1, 1, "# one"),
            (2, 6, "# two"),
            (4, 11, "# three"),
            (7, 4, "# four"),
            (8, 3, "# five"),
            (9, 5, "# six"),
            (11, 12, "# seven"),
        ]
        assert solids("env", text) == [(5, 7, 7)]

    def test_a_line_that_is_no_statement_has_none(self) -> None:
        assert seen("env", "A B # no\n# yes\n'open # no\n") == [(2, 1, "# yes", True)]

    def test_nothing_goes_before_a_byte_order_mark(self) -> None:
        assert comments("env", "A=1\nB=2\n", has_bom=True).preamble == 1
        assert comments("env", "A='1\n2'\nB=2\n", has_bom=True).preamble == 2
        assert comments("env", "A=1\n").preamble == 0


class TestDockerfile:
    def test_whole_lines_even_inside_an_instruction(self) -> None:
        text = """
        # syntax=docker/dockerfile:1
        # one
        FROM python:3.12 # no
          # two
        RUN pip install \\
            # three
            agentflow
        RUN <<EOF
        # no
        echo
        EOF
        # four
        CMD ["a", "# no"]
        """
        found = comments("dockerfile", text)
        assert [(each.span.line, each.text) for each in found.comments] == [
            (2, "# one"),
            (4, "# two"),
            (6, "# three"),
            (12, "# four"),
        ]
        assert all(each.alone for each in found.comments)
        assert not found.trailing
        assert found.preamble == 1
        assert [*found.statements] == [(5, 7), (8, 11)]
        assert [(*each.lines, each.trailing) for each in found.solids] == [(8, 11, None)]

    def test_a_here_document_behind_a_continued_line(self) -> None:
        text = "FROM a\nRUN cat <<A \\\n  # yes\n  && b\n# no\nA\n"
        assert seen("dockerfile", text) == [(3, 3, "# yes", True)]
        assert solids("dockerfile", text) == [(4, 6, None)]

    def test_a_lone_carriage_return_ends_no_line(self) -> None:
        assert seen("dockerfile", "FROM a\rRUN b\r# no\n# yes\n") == [(4, 1, "# yes", True)]


class TestNginx:
    def test_quotes_have_none(self) -> None:
        text = """
        # one
        server { # two
            listen 80; # three
            add_header X "# no" ; return 200 a#no;
            log_format x '{'
                # four
                'b';
            if ($x = '
            # no
            ') { }
        }
        """
        assert [(line, text) for line, _, text, _ in seen("nginx", text)] == [
            (1, "# one"),
            (2, "# two"),
            (3, "# three"),
            (6, "# four"),
        ]
        assert solids("nginx", text) == [(8, 10, 10)]
        assert [*comments("nginx", text).statements] == [(5, 7), (8, 10)]

    def test_the_last_line_needs_no_newline(self) -> None:
        assert seen("nginx", "a b; # c") == [(1, 6, "# c", False)]
        assert seen("nginx", "a b; # c\r\n# d") == [(1, 6, "# c", False), (2, 1, "# d", True)]


class TestShell:
    def test_quotes_and_here_documents_have_none(self) -> None:
        text = """
        #!/bin/sh
        echo a # one
        echo a#no "# no" '# no' $# ${x#no} \\# no
        cat <<EOF # two
        # no
        EOF
        cat <<-'END' | tr a b
        \t# no
        \tEND
        # three
        x="
        # no
        "; y=1 # four
        a && \\
          b # five
        (# six
        echo <<<x # seven
        echo $'\\'# no' # eight
        )
        """
        assert [(line, text) for line, _, text, _ in seen("shell", text)] == [
            (1, "#!/bin/sh"),
            (2, "# one"),
            (4, "# two"),
            (10, "# three"),
            (13, "# four"),
            (15, "# five"),
            (16, "# six"),
            (17, "# seven"),
            (18, "# eight"),
        ]
        assert solids("shell", text) == [(4, 6, 4), (7, 9, 7), (11, 13, 13), (14, 15, 15)]
        assert comments("shell", text).preamble == 1

    def test_a_backslash_ends_no_comment(self) -> None:
        assert solids("shell", "a # b \\\nc\n") == []

    def test_what_is_never_closed(self) -> None:
        assert seen("shell", "echo 'a # no\n# no\n") == []
        assert seen("shell", "cat <<A\n# no\n") == []


class TestFilesOfLines:
    def test_requirements(self) -> None:
        text = """
        # one
        a==1  # two
        git+https://x/y#egg=no
        b==1 \\
          --hash=sha256:0 \\
          --hash=sha256:1 # three
        c==1
        """
        assert [(line, text) for line, _, text, _ in seen("requirements", text)] == [
            (1, "# one"),
            (2, "# two"),
            (6, "# three"),
        ]
        assert solids("requirements", text) == [(4, 6, 6)]

    def test_a_procfile_has_whole_lines(self) -> None:
        text = "# one\nweb: gunicorn x # no\n  # two\n"
        assert [each[:1] + each[2:3] for each in seen("procfile", text)] == [(1, "# one"), (3, "# two")]
        assert not comments("procfile", text).trailing

    def test_ignore_files_have_them_in_the_first_column_only(self) -> None:
        assert seen("ignore-file", "# one\n # no\n*.env # no\n") == [(1, 1, "# one", True)]
        assert not comments("ignore-file", "").indented


_PIECES = st.sampled_from(
    ["# c", "a", "=", '"', "'", "'''", '"""', "\\", "\n", "\r\n", "\r", " ", "\t", "|", ": ", "- ", "{", "}", "[", "]",
     "(", ")", ";", "<<E", "E", "RUN ", "FROM x", "#!", "$", "\x00", "\ufeff", "é", "f'", "{x", "&", "export ", ","]
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@given(pieces=st.lists(_PIECES, max_size=40), has_bom=st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_a_reader(kind: CommentKind, pieces: list[str], has_bom: bool) -> None:
    text = SourceText("".join(pieces), has_bom)
    found = read_comments(text, kind)
    assert [each.span for each in found.comments] == sorted(each.span for each in found.comments)
    for each in found.comments:
        start, end = text.offset(*each.span[:2]), text.offset(*each.span[2:])
        assert text.content[start:end] == each.text
        assert each.text.startswith("#")
        assert each.span.line == each.span.end_line
    for solid in found.solids:
        assert 1 <= solid.lines.first < solid.lines.last <= text.line_count
        assert solid.trailing is None or solid.lines.first <= solid.trailing <= solid.lines.last
    for lines in found.statements:
        assert 1 <= lines.first < lines.last <= text.line_count


def test_every_language_is_tried() -> None:
    assert len(KINDS) == 10
