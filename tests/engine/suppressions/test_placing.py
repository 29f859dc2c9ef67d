"""New comments: each suppresses its finding, and nobody who reads the file notices."""

from __future__ import annotations

import ast
import shutil
import subprocess
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.engine.suppressions.applying import comment_for
from agentflow_lint.engine.suppressions.placing import CommentableFile
from agentflow_lint.engine.suppressions.scopes import read_suppressions
from agentflow_lint.sources.comments import KINDS, read_comments
from agentflow_lint.sources.compose.env_file import read_env_file
from agentflow_lint.sources.dockerfile import read_dockerfile
from agentflow_lint.sources.dockerignore import read_dockerignore
from agentflow_lint.sources.nginx import read_nginx
from agentflow_lint.sources.procfile import read_procfile
from agentflow_lint.sources.requirements import read_requirements_txt
from agentflow_lint.sources.text import START, SourceText, Span
from agentflow_lint.sources.toml import read_toml
from tests.engine.stubs import finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentflow_lint.engine.finding import Finding
    from agentflow_lint.engine.registry import Catalogue
    from agentflow_lint.sources.comments import CommentKind


def at(span: Span, code: str = "XX301") -> Finding:
    from dataclasses import replace

    from agentflow_lint.model.values import Location

    return replace(finding(code=code), location=Location("file", span))


def line(number: int, code: str = "XX301") -> Finding:
    return at(Span(number, 1, number, 2), code)


def added(
    kind: CommentKind, text: str, findings: list[Finding], catalogue: Catalogue, reason: str = "", *, bom: bool = False
) -> str:
    file = CommentableFile("file", SourceText(text, bom), kind, catalogue)
    edits, left = file.edits(findings, reason)
    assert left == ()
    return apply_edits(file.text, edits)


IGNORE = "# agentflow-lint: ignore[XX301] why"


@pytest.mark.parametrize(
    ("kind", "text", "number", "expected"),
    [
        ("python", "a = 1\nb = 2\n", 2, f"a = 1\nb = 2  {IGNORE}\n"),
        ("python", "b = 2  # noqa\n", 1, f"b = 2  # noqa  {IGNORE}\n"),
        ("python", "x = '''a\nb'''\n", 2, f"{IGNORE}\nx = '''a\nb'''\n"),
        ("python", "if a:\n    x = 1 + \\\n        b\n", 3, f"if a:\n    {IGNORE}\n    x = 1 + \\\n        b\n"),
        ("python", "f(\n    a,\n)\n", 2, f"f(\n    a,  {IGNORE}\n)\n"),
        ("yaml", "a:\n  b: x\n", 2, f"a:\n  b: x  {IGNORE}\n"),
        ("yaml", "a:\n  b: |\n    x\n    y\n", 4, f"a:\n  {IGNORE}\n  b: |\n    x\n    y\n"),
        ("yaml", "a:\n  - b\n    c\n", 2, f"a:\n  {IGNORE}\n  - b\n    c\n"),
        ("yaml", "a:\n  - b\n    c\n", 3, f"a:\n  {IGNORE}\n  - b\n    c\n"),
        ("toml", 'a = [\n  "b",\n]\n', 2, f'a = [\n  "b",  {IGNORE}\n]\n'),
        ("toml", "a = '''\nx'''\n", 2, f"{IGNORE}\na = '''\nx'''\n"),
        ("env", "A=1\nB=2\n", 2, f"A=1\n{IGNORE}\nB=2\n"),
        ("env", "A='1\n2'\n", 2, f"{IGNORE}\nA='1\n2'\n"),
        ("dockerfile", "FROM a\nRUN b \\\n    c\n", 3, f"FROM a\nRUN b \\\n    {IGNORE}\n    c\n"),
        ("dockerfile", "FROM a\nRUN <<E\nb\nE\n", 3, f"FROM a\n{IGNORE}\nRUN <<E\nb\nE\n"),
        ("dockerfile", "# syntax=x\nFROM a\n", 2, f"# syntax=x\n{IGNORE}\nFROM a\n"),
        ("nginx", "a {\n    b c;\n}\n", 2, f"a {{\n    b c;  {IGNORE}\n}}\n"),
        ("nginx", "a 'b\nc';\n", 2, f"{IGNORE}\na 'b\nc';\n"),
        ("shell", "#!/bin/sh\na b\n", 2, f"#!/bin/sh\na b  {IGNORE}\n"),
        ("shell", "a \\\n  b\n", 2, f"{IGNORE}\na \\\n  b\n"),
        ("shell", "cat <<E\n  b\nE\n", 2, f"{IGNORE}\ncat <<E\n  b\nE\n"),
        ("requirements", "a\nb==1\n", 2, f"a\nb==1  {IGNORE}\n"),
        ("requirements", "b==1 \\\n  --hash=x\n", 1, f"{IGNORE}\nb==1 \\\n  --hash=x\n"),
        ("procfile", "web: a\n", 1, f"{IGNORE}\nweb: a\n"),
        ("ignore-file", "  *.env\n", 1, f"{IGNORE}\n  *.env\n"),
    ],
)
def test_where_it_goes(kind: CommentKind, text: str, number: int, expected: str, catalogue: Catalogue) -> None:
    assert added(kind, text, [line(number)], catalogue, "why") == expected


def test_every_language_has_a_case() -> None:
    mark = next(mark for mark in test_where_it_goes.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    assert {case[0] for case in mark.args[1]} == set(KINDS)


def test_a_finding_of_several_lines_has_it_above(catalogue: Catalogue) -> None:
    text = "a:\n  b:\n    c: 1\n    d: 2\n"
    assert (
        added("yaml", text, [at(Span(2, 3, 4, 9))], catalogue, "why") == f"a:\n  {IGNORE}\n  b:\n    c: 1\n    d: 2\n"
    )


def test_one_comment_for_all_of_a_line(catalogue: Catalogue) -> None:
    found = added("env", "A=1\n", [line(1, "XX501"), line(1), line(1, "XX501")], catalogue)
    assert found == "# agentflow-lint: ignore[XX301, XX501]\nA=1\n"


@pytest.mark.parametrize(
    "before", ["# agentflow-lint: ignore[XX302] known\nA=1\n", "A=1 # agentflow-lint: ignore[XX302] known\n"]
)
def test_into_the_one_that_is_there(catalogue: Catalogue, before: str) -> None:
    expected = before.replace("[XX302]", "[XX302, XX301, XX501]")
    assert (
        added("env", before, [line(before.count("\n")), line(before.count("\n"), "XX501")], catalogue, "new").count(
            "[XX302, XX301"
        )
        or expected
    )


def test_into_one_that_gives_no_reason_only_if_none_is_required(catalogue: Catalogue) -> None:
    text = SourceText("A=1 # agentflow-lint: ignore[XX302]\n")
    edits, _ = CommentableFile("file", text, "env", catalogue, require_reason=True).edits([line(1)], "why")
    assert apply_edits(text, edits) == f"{IGNORE}\n{text.content}"


def test_the_file_as_a_whole(catalogue: Catalogue) -> None:
    assert added("env", "A=1\n", [at(START)], catalogue) == "# agentflow-lint: ignore-file[XX301]\nA=1\n"
    assert added("python", "#!/bin/python\n", [at(START)], catalogue).startswith("#!/bin/python\n# agentflow-lint: ")
    assert added("python", "", [at(START)], catalogue) == "# agentflow-lint: ignore-file[XX301]\n"
    assert added("shell", "#!/bin/sh", [at(START)], catalogue) == "#!/bin/sh\n# agentflow-lint: ignore-file[XX301]"


def test_behind_a_byte_order_mark_nothing_comes_first(catalogue: Catalogue) -> None:
    assert added("env", "A=1\nB=2\n", [line(1)], catalogue, bom=True).startswith("A=1  # agentflow-lint: ignore")


def test_a_parser_directive_stays_the_first_line(catalogue: Catalogue) -> None:
    text = "# escape=x\nFROM a\n"
    expected = "# escape=x\n# agentflow-lint: ignore-file[XX301]\nFROM a\n"
    assert added("dockerfile", text, [line(1)], catalogue) == expected


@pytest.mark.parametrize("reason", ["two\nlines", "ends in \\", "a\tb\x00", "# agentflow-lint: ignore", "]: é #"])
def test_a_reason_is_one_line_and_stays_a_reason(catalogue: Catalogue, reason: str) -> None:
    kinds: tuple[CommentKind, ...] = ("env", "shell", "yaml", "python")
    for kind in kinds:
        found = added(kind, "A=1\n", [line(1)], catalogue, reason)
        assert not read_suppressions(SourceText(found), partial(_kind, kind), catalogue).malformed
        assert len(found.splitlines()) <= 2


def _kind(kind: CommentKind) -> CommentKind:
    return kind


def test_a_reason_names_no_encoding(catalogue: Catalogue) -> None:
    found = added("python", "x = 1\n", [line(1)], catalogue, "encoding: utf-16")
    compile(found.encode(), "file", "exec")
    assert "encoding : utf-16" in found


def test_what_no_comment_can_suppress_is_left(catalogue: Catalogue) -> None:
    file = CommentableFile("file", SourceText("FROM a\n" * 40_000), "dockerfile", catalogue)  # too long to be read
    edits, left = file.edits([line(3)], "")
    assert (edits, left) == ((), (line(3),))


def test_windows_newlines_stay(catalogue: Catalogue) -> None:
    assert added("env", "A=1\r\nB=2\r\n", [line(2)], catalogue, "why") == f"A=1\r\n{IGNORE}\r\nB=2\r\n"


# What nobody may notice.


def _dockerfile(text: SourceText) -> Any:
    read = read_dockerfile(text)
    return (
        [
            (each.keyword, [word.text for word in each.words], [doc.content for doc in each.heredocs], each.form)
            for each in read.instructions
        ],
        [each.value for each in read.directives],
        len(read.problems),
    )


def _nginx(text: SourceText) -> Any:
    def shape(directives: Any) -> Any:
        return [(each.name, each.texts, shape(each.block or ())) for each in directives]

    read = read_nginx(text)
    return shape(read.directives), read.problem is None


def _yaml(text: SourceText) -> Any:
    try:
        return list(yaml.load_all(text.content, Loader=yaml.BaseLoader))
    except yaml.YAMLError:
        return None


def _python(text: SourceText) -> Any:
    try:
        return ast.dump(ast.parse(text.content))
    except (SyntaxError, ValueError):
        return None


def _shell(text: SourceText) -> Any:
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("there is no shell")
    done = subprocess.run([shell], input=text.content, capture_output=True, text=True, check=False)
    return done.stdout, done.returncode


def _env(text: SourceText) -> Any:
    compose = read_env_file(text, lambda name: None)
    return (
        dotenv_values(stream=StringIO("\ufeff" * text.has_bom + text.content), interpolate=False),
        [(each.name, each.interpolation.text) for each in compose.values],
        compose.problem is None,
    )


READERS: dict[CommentKind, Callable[[SourceText], Any]] = {
    "python": _python,
    "yaml": _yaml,
    "toml": lambda text: read_toml(text).data,
    "env": _env,
    "dockerfile": _dockerfile,
    "nginx": _nginx,
    "shell": _shell,
    "requirements": lambda text: [
        (str(each.name), str(each.specifier)) for each in read_requirements_txt(text).requirements
    ],
    "procfile": lambda text: [(each.name, each.command) for each in read_procfile(text).entries],
    "ignore-file": lambda text: [(each.cleaned, each.exception) for each in read_dockerignore(text).patterns],
}

#: Whole lines of each language, which may stand in any order.
PIECES: dict[CommentKind, tuple[str, ...]] = {
    "python": (
        "x = 1", "# words", "y = f(\n    a,\n    '''b\n c''',\n)", "z = 'a' \\\n    'b'", "",
        "if x:\n    y = 2  # noqa",
        "s = f'''{x}\nb'''", "t = '''\n# no\n'''", "def f(a,\n      b):\n    return a", "w = {\n  'a': 1,  # why\n}",
    ),
    "yaml": (
        "- a: 1", "# words", "- b: |\n    x\n    # no\n    y", "- c: 'x\n\n    y'", "", "- d: >-  # why\n    x",
        "- [e,\n   f]", "- plain\n  text", "- {a: 1, # why\n   b: 2}", "-\n  - g", "- h: |2\n     x",
    ),
    "toml": (
        "[[a]]", "# words", "[[b]]\nx = '''\n# no\n'''", "[[c]]\ny = [\n  1, # why\n  2,\n]", "",
        "[[d]]\nz = \"# no\"  # why",
        '[[e]]\nw = """\\\n  a\n  """',
    ),
    "env": ("A=1", "# words", "B='x\n# no\ny'", 'C="# no"', "", "D=a  # why", "export E=2", "F=", "G=a#b"),
    "dockerfile": (
        "FROM a", "# words", "RUN b \\\n    c \\\n    # why\n    d", "RUN <<E\n# no\nx\nE", "", "ENV A=1 \\\n\n  B=2",
        'CMD ["a", "# no"]', "COPY <<E <<F /x/\na\nE\n# no\nF", "RUN cat <<E \\\n  # why\n  && x\na\nE",
    ),
    "nginx": (
        "a b;", "# words", "c {\n  d 'x\n# no\n';\n}", "e f\n  g # why\n  h;", "", "i { j k; }", 'l "# no";', "m n#o;",
    ),
    "shell": (
        "echo a", "# words", "echo 'x\n# no\n'", "echo a \\\n  b", "", "cat <<E\n# no\n$x\nE", "x=1 # why",
        "(\n  echo c\n)", "echo a |\n  cat", 'echo "a#b" $#', "if true; then\n  echo d\nfi",
        "cat <<-'E' | cat\n\t# no\n\tE",
    ),
    "requirements": ("a==1", "# words", "b>=2  # why", "c==1 \\\n  --hash=sha256:00", "", "-r other.txt",
        "d @ git+https://x/y#egg=d"),
    "procfile": ("web: a b", "# words", "worker: c # not one", "", "release: d"),
    "ignore-file": ("*.env", "# words", "!a", "", " b ", "c#d"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_nobody_notices_and_each_finding_is_suppressed(
    kind: CommentKind, data: st.DataObject, catalogue: Catalogue
) -> None:
    newline = data.draw(st.sampled_from(["\n", "\r\n"] if kind not in ("shell", "nginx") else ["\n"]))
    pieces = data.draw(st.lists(st.sampled_from(PIECES[kind]), min_size=1, max_size=7))
    content = "\n".join(pieces) + data.draw(st.sampled_from(["", "\n"]))
    text = SourceText(
        content.replace("\n", newline), data.draw(st.booleans()) and kind in ("env", "dockerfile", "yaml")
    )
    numbers = st.integers(1, text.line_count)
    spans = st.tuples(numbers, numbers).map(lambda two: Span(min(two), 1, max(two), 2))
    findings = [
        at(span, code)
        for span, code in data.draw(st.lists(st.tuples(spans, st.sampled_from(["XX301", "XX501"])), max_size=4))
    ]
    file = CommentableFile("file", text, kind, catalogue)
    edits, left = file.edits(findings, data.draw(st.sampled_from(["", "why", 'it\'s "so" \\'])))
    after = SourceText(apply_edits(text, edits), text.has_bom)
    assert READERS[kind](after) == READERS[kind](text)
    assert all(edit.text.strip().startswith(("# agentflow-lint: ", ",")) for edit in edits)
    # The lines of the original are all there, in order; what was added to one is a comment.
    lines = [after.line(number) for number in range(1, after.line_count + 1)]
    old = [text.line(number) for number in range(1, text.line_count + 1)]
    kept = [each for each in lines if not each.strip().startswith("# agentflow-lint: ")]
    assert len(kept) == len(old)
    assert all(new.startswith(before.rstrip()) for new, before in zip(kept, old, strict=True))
    suppressions = {"file": read_suppressions(after, lambda: kind, catalogue)}
    assert not suppressions["file"].malformed
    for found in findings:
        if found not in left:
            assert comment_for(_where_it_is_now(found, lines), suppressions, False) is not None
    again, still_left = CommentableFile("file", after, kind, catalogue).edits(list(left), "")
    assert (again, still_left) == ((), left)


def _where_it_is_now(found: Finding, lines: list[str]) -> Finding:
    """The finding after comments on lines of their own have come before it."""
    numbers = [n for n, each in enumerate(lines, 1) if not each.strip().startswith("# agentflow-lint: ")]
    span = found.location.span
    return at(Span(numbers[span.line - 1], 1, numbers[span.end_line - 1], 2), found.code)


@pytest.mark.parametrize("kind", KINDS)
def test_it_reaches_nothing_but_its_statement(kind: CommentKind, catalogue: Catalogue) -> None:
    text = SourceText("\n".join(each for each in PIECES[kind] if each) + "\n")
    comments = read_comments(text, kind)
    tried = 0
    alone = {each.span.line for each in comments.comments if each.alone}  # no finding is about a comment
    for number in set(range(1, text.line_count)) - alone:
        file = CommentableFile("file", text, kind, catalogue)
        edits, _ = file.edits([line(number)], "")
        after = SourceText(apply_edits(text, edits))
        lines = [after.line(each) for each in range(1, after.line_count + 1)]
        suppressions = {"file": read_suppressions(after, partial(_kind, kind), catalogue)}
        reached = {
            other
            for other in set(range(1, text.line_count)) - alone
            if comment_for(_where_it_is_now(line(other), lines), suppressions, False)
        }
        blocks = (*comments.statements, *(solid.lines for solid in comments.solids))
        mine = {number}.union(*(range(first, last + 1) for first, last in blocks if first <= number <= last))
        assert number in reached
        assert reached <= mine
        tried += 1
    assert tried > len(PIECES[kind]) // 2


def test_every_language_has_a_reader_and_pieces() -> None:
    assert set(READERS) == set(PIECES) == set(KINDS)
