from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.engine.editing import calls
from agentflow_lint.engine.editing.imports import import_at, import_statements, names_moved
from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from pathlib import Path

HOMES = {"b": "m.new", "c": "m.new", "d": "other"}


def moved(content: str) -> str:
    text = SourceText(content)
    (statement,) = [each for each in import_statements("a.py", text) if each.module == "m"]
    return apply_edits(text, names_moved(statement, {k: v for k, v in HOMES.items() if f"{k}" in content}))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("from m import b\n", "from m.new import b\n"),
        ("from m import b, c as x  # why\n", "from m.new import b, c as x  # why\n"),
        ("from m import (\n    b,  # first\n    c,\n)\n", "from m.new import (\n    b,  # first\n    c,\n)\n"),
        ("if x:\n    from m import a, b\n", "if x:\n    from m import a\n    from m.new import b\n"),
        ("from m import b, a\n", "from m import a\nfrom m.new import b\n"),
        ("from m import a, b as x, e  # why\ny = 1", "from m import a, e  # why\nfrom m.new import b as x\ny = 1"),
        ("from m import (\r\n    a,\r\n    b,\r\n)\r\n", "from m import (\r\n    a,\r\n)\r\nfrom m.new import b\r\n"),
        ("from m import b, d", "from m.new import b\nfrom other import d"),
        ("from m import a, b, c, d\n", "from m import a\nfrom m.new import b, c\nfrom other import d\n"),
        ("from m import b, \\\n    c\n", "from m.new import b, \\\n    c\n"),
        ("x = 1; from m import b\n", "x = 1; from m.new import b\n"),
    ],
)
def test_names_are_imported_from_where_they_moved(written: str, expected: str) -> None:
    assert moved(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "from m import (\n    a,  # stays\n    b,\n)\n",
        "from m import a, b; x = 1\n",
        "x = 1; from m import a, b\n",
        "from m import *\n",
    ],
)
def test_a_statement_that_would_have_to_be_written_anew_stays(written: str) -> None:
    assert moved(written) == written


def test_the_statement_around_a_place(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\nfrom m import (\n    a,\n    b,\n)\nx = 'from m import b'\n")
    files = ProjectFiles(str(tmp_path))
    found = import_at(files, Location("a.py", Span(4, 5, 4, 6)))
    assert found is not None
    assert (found.module, [each.name for each in found.names]) == ("m", ["a", "b"])
    assert import_at(files, Location("a.py", Span(6, 6, 6, 7))) is None
    assert import_at(files, Location("b.py", Span(1, 1, 1, 1))) is None


def test_relative_imports_are_none_of_a_package_by_name() -> None:
    assert not list(import_statements("a.py", SourceText("from . import a\nfrom .b import c\n")))


def test_what_stands_behind_a_colon_is_an_import_too() -> None:
    (found,) = import_statements("a.py", SourceText("if x: from m import b\n"))
    assert found.module == "m"


@given(st.text())
def test_no_text_is_too_much(content: str) -> None:
    for statement in import_statements("a.py", SourceText(content)):
        assert 0 <= statement.start < statement.end <= len(content)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("from m import a\n", "import os\n\nfrom m import a\n"),
        ("import abc\nimport re\nimport m\n", "import abc\nimport os\nimport re\nimport m\n"),
        ("import re\nimport m\n", "import os\nimport re\nimport m\n"),
        ("import abc  # x\nfrom re import M\n", "import abc  # x\nimport os\nfrom re import M\n"),
        ("from re import M\n", "import os\nfrom re import M\n"),
        (
            '"""Doc."""\n\nfrom __future__ import annotations\n\nfrom m import a\n',
            '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\n\nfrom m import a\n',
        ),
        ("from m import a\r\n", "import os\r\n\r\nfrom m import a\r\n"),
    ],
)
def test_a_standard_module_is_imported_among_its_kind(tmp_path: Path, written: str, expected: str) -> None:
    (tmp_path / "a.py").write_bytes(written.encode())
    edit = calls.standard_module_imported(calls.imports_of(ProjectFiles(str(tmp_path)), "a.py"), "os")
    assert edit is not None
    assert apply_edits(SourceText(written), [edit]) == expected


def test_a_module_without_imports_gets_none(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert calls.standard_module_imported(calls.imports_of(ProjectFiles(str(tmp_path)), "a.py"), "os") is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("g.compile()", "g.compile(k=1)"),
        ("g.compile( )", "g.compile(k=1 )"),
        ("g.compile(None)", "g.compile(None, k=1)"),
        ("g.compile(a, b=2,)", "g.compile(a, b=2, k=1)"),
        ("ReactAgent(model='x').compile()", "ReactAgent(model='x').compile(k=1)"),
        ("g.compile(f())", None),
        ("g.compile(\n    a,\n)", None),
    ],
)
def test_an_argument_is_added_on_the_line(tmp_path: Path, written: str, expected: str | None) -> None:
    (tmp_path / "a.py").write_text(written)
    text = SourceText(written)
    whole = Location("a.py", text.span(0, len(written)))
    edit = calls.argument_added(ProjectFiles(str(tmp_path)), whole, "k=1")
    assert (edit and apply_edits(text, [edit])) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("g.compile()", True),
        ("g.compile(store=s)", True),
        ("g.compile(checkpointer=None)", False),
        ("g.compile(None)", False),
        ("g.compile(*given)", False),
        ("g.compile(**given)", False),
        ("g.compile", False),
        ("g.compile(", False),
    ],
)
def test_whether_a_call_gives_a_parameter(tmp_path: Path, written: str, expected: bool) -> None:
    (tmp_path / "a.py").write_text(written)
    whole = Location("a.py", SourceText(written).span(0, len(written)))
    assert calls.leaves_out(ProjectFiles(str(tmp_path)), whole, "checkpointer") is expected
