from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.sources.requirements import (
    RequirementsFile,
    lock_kind,
    read_lock,
    read_pyproject,
    read_requirements_txt,
)
from agentflow_lint.sources.requirements.poetry import specifier_of
from agentflow_lint.sources.text import SourceText, Span
from tests.bounded import bounded

if TYPE_CHECKING:
    from collections.abc import Callable

READERS: dict[str, Callable[[SourceText], RequirementsFile]] = {
    "requirements.txt": read_requirements_txt,
    "pyproject.toml": read_pyproject,
    "uv.lock": lambda text: read_lock(text, "uv"),
    "poetry.lock": lambda text: read_lock(text, "poetry"),
    "pdm.lock": lambda text: read_lock(text, "pdm"),
    "pylock.toml": lambda text: read_lock(text, "pylock"),
    "Pipfile.lock": lambda text: read_lock(text, "pipenv"),
}


def cut(content: str, span: Span) -> str:
    text = SourceText(content)
    return content[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def rows(found: RequirementsFile) -> list[tuple[str, str]]:
    return [(each.name, each.specifier) for each in found.requirements]


def places(found: RequirementsFile, content: str) -> list[str]:
    return [cut(content, each.span) for each in found.requirements]


# requirements.txt

PIP = """\
# core\r
--index-url https://example.org/simple
10xgraph-api==0.9.0  # the server
10xGraph[pg_checkpoint, MCP] >=0.10,<2 ; python_version >= "3.12"
-r base.txt
-rmore.txt # more
--requirement=third.txt
-c "limits.txt"
--constraint fourth.txt
httpx==0.27.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
uvicorn[standard] \\
  >= 0.30
gunicorn @ https://example.org/gunicorn-22.0.0.tar.gz
-e git+https://example.org/repo.git@main#egg=My_Agent[dev]&subdirectory=x
git+https://example.org/other.git
./wheels/orjson-3.10.0-cp312-cp312-linux_x86_64.whl
-e .
--editable=./lib
fastapi~=0.116 --config-settings=x=y
redis
not a requirement!
"""


def test_requirements_txt_is_read_as_pip_reads_it() -> None:
    found = read_requirements_txt(SourceText(PIP))
    assert rows(found) == [
        ("10xgraph-api", "==0.9.0"),
        ("10xgraph", "<2,>=0.10"),
        ("httpx", "==0.27.0"),
        ("uvicorn", ">=0.30"),
        ("gunicorn", ""),
        ("my-agent", ""),
        ("orjson", "==3.10.0"),
        ("fastapi", "~=0.116"),
        ("redis", ""),
    ]
    assert places(found, PIP) == [
        "10xgraph-api==0.9.0",
        '10xGraph[pg_checkpoint, MCP] >=0.10,<2 ; python_version >= "3.12"',
        "httpx==0.27.0",
        "uvicorn[standard] \\\n  >= 0.30",
        "gunicorn @ https://example.org/gunicorn-22.0.0.tar.gz",
        "git+https://example.org/repo.git@main#egg=My_Agent[dev]&subdirectory=x",
        "./wheels/orjson-3.10.0-cp312-cp312-linux_x86_64.whl",
        "fastapi~=0.116",
        "redis",
    ]
    assert found.requirements[1].extras == {"pg-checkpoint", "mcp"}
    assert found.requirements[1].marker == 'python_version >= "3.12"'
    assert found.requirements[5].extras == {"dev"}
    assert not any(each.locked or each.group for each in found.requirements)
    assert [(each.path, each.constraint) for each in found.includes] == [
        ("base.txt", False),
        ("more.txt", False),
        ("third.txt", False),
        ("limits.txt", True),
        ("fourth.txt", True),
    ]
    assert [cut(PIP, each.span).strip('"') for each in found.includes] == [each.path for each in found.includes]
    assert [cut(PIP, span) for span in found.unnamed] == ["git+https://example.org/other.git", ".", "./lib"]
    assert [cut(PIP, each.span) for each in found.problems] == ["not a requirement!"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_requirements_keep_their_places_with_any_newline(newline: str) -> None:
    content = newline.join(["a==1 \\", "  --hash=x", "", "b \\", ">=2", "c"])
    found = read_requirements_txt(SourceText(content))
    assert [each.span for each in found.requirements] == [Span(1, 1, 1, 5), Span(4, 1, 5, 4), Span(6, 1, 6, 2)]


def test_a_comment_ends_a_continued_line() -> None:
    content = "a>=1,\\\n# note \\\nb==2\nc#d\ne #f"
    found = read_requirements_txt(SourceText(content))
    assert ("b", "==2") in rows(found)
    assert ("e", "") in rows(found)
    assert "c" not in dict(rows(found))


def test_all_backslashes_around_a_continued_line_are_dropped() -> None:
    content = "\\\\a>=1 \\\\\n;python_version<'3'"
    found = read_requirements_txt(SourceText(content))
    assert rows(found) == [("a", ">=1")]
    assert places(found, content) == ["a>=1 \\\\\n;python_version<'3'"]


def test_a_trailing_backslash_at_the_end_of_the_file_is_no_error() -> None:
    assert rows(read_requirements_txt(SourceText("a==1\\"))) == [("a", "==1")]


@pytest.mark.parametrize(
    "written", ["==1.0", "a==", "a b", "a[", "a; python_version", "a==${VERSION}", "a; " + "(" * 3000]
)
def test_what_is_no_requirement_is_a_problem_at_its_place(written: str) -> None:
    found = read_requirements_txt(SourceText("\n " + written))
    assert found.requirements == ()
    assert [each.span for each in found.problems] == [Span(2, 2, 2, 2 + len(written))]


# pyproject.toml

PYPROJECT = """\
[project]
name = "demo"
requires-python = ">=3.12"
dynamic = ["version"]
dependencies = [  # "quoted, in a comment"
    "10xgraph-api[jwt]>=0.9,<1", '10xgraph',
    \"\"\"httpx ; python_version < "3.13\\"\"\"\",
    "not a requirement!",
]

[project.optional-dependencies]
"dev tools" = ["pytest>=8"]
test = ["10xgraph-api[redis]"]

[dependency-groups]
lint = ["ruff==0.9.0", {include-group = "other"}, "mypy"]
other = []

[tool.uv]
dev-dependencies = ["rich"]

[tool.pdm.dev-dependencies]
docs = ["mkdocs", "-e ./lib"]
"""


def test_pyproject_gives_every_declared_list_with_its_places() -> None:
    content = PYPROJECT.replace('< "3.13\\"', '< \\"3.13\\"')
    found = read_pyproject(SourceText(content))
    assert [(each.name, each.specifier, each.group) for each in found.requirements] == [
        ("10xgraph-api", "<1,>=0.9", None),
        ("10xgraph", "", None),
        ("httpx", "", None),
        ("pytest", ">=8", "dev tools"),
        ("10xgraph-api", "", "test"),
        ("ruff", "==0.9.0", "lint"),
        ("mypy", "", "lint"),
        ("mkdocs", "", "docs"),
        ("rich", "", "dev"),
    ]
    assert places(found, content) == [
        '"10xgraph-api[jwt]>=0.9,<1"',
        "'10xgraph'",
        '"""httpx ; python_version < \\"3.13\\""""',
        '"pytest>=8"',
        '"10xgraph-api[redis]"',
        '"ruff==0.9.0"',
        '"mypy"',
        '"mkdocs"',
        '"rich"',
    ]
    assert found.requirements[2].marker == 'python_version < "3.13"'
    assert found.requires_python == ">=3.12"
    assert [cut(content, each.span) for each in found.problems] == ['"not a requirement!"']
    assert [cut(content, span) for span in found.unnamed] == ['"-e ./lib"']


POETRY = """\
[tool.poetry]
name = "demo"

[tool.poetry.dependencies]
python = "^3.12"
10xgraph-api = {version = "^0.9", extras = ["jwt"]}
10xgraph = "~0.10.1"
redis = { version = "*", optional = true }
asyncpg = {version = ">=0.29 <1", optional = true}
local = {path = "../local"}
numpy = [
    {version = "1.26", markers = "python_version < '3.13'"},
    {version = "^2", markers = "python_version >= '3.13'"},
]
either = "^1 || ^2"

[tool.poetry.extras]
cache = ["redis"]
all = ["redis"]

[tool.poetry.dev-dependencies]
pytest = "^8"

[tool.poetry.group.docs.dependencies]
mkdocs = "1.6.*"
"""


def test_poetry_tables_are_read_in_pep_440_terms() -> None:
    found = read_pyproject(SourceText(POETRY))
    assert [(each.name, each.specifier, each.group) for each in found.requirements] == [
        ("10xgraph-api", "<0.10,>=0.9", None),
        ("10xgraph", "<0.11,>=0.10.1", None),
        ("redis", "", "cache"),
        ("redis", "", "all"),
        ("asyncpg", "<1,>=0.29", "optional"),
        ("local", "", None),
        ("numpy", "==1.26", None),
        ("numpy", "<3,>=2", None),
        ("either", "", None),
        ("pytest", "<9,>=8", "dev"),
        ("mkdocs", "==1.6.*", "docs"),
    ]
    assert found.requires_python == "<4,>=3.12"
    assert found.requirements[0].extras == {"jwt"}
    assert found.requirements[6].marker == "python_version < '3.13'"
    assert cut(POETRY, found.requirements[1].span) == '10xgraph = "~0.10.1"'
    assert cut(POETRY, found.requirements[6].span).startswith("numpy = [")
    assert [cut(POETRY, each.span) for each in found.problems] == ['either = "^1 || ^2"']


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("^1.2.3", "<2,>=1.2.3"),
        ("^1", "<2,>=1"),
        ("^0.2.3", "<0.3,>=0.2.3"),
        ("^0.0.3", "<0.0.4,>=0.0.3"),
        ("^0.0", "<0.1,>=0.0"),
        ("^0", "<1,>=0"),
        ("^1.0a1", "<2,>=1.0a1"),
        ("~1.2.3", "<1.3,>=1.2.3"),
        ("~1.2", "<1.3,>=1.2"),
        ("~1", "<2,>=1"),
        ("~=1.2", "~=1.2"),
        ("*", ""),
        ("", ""),
        ("1.2.3", "==1.2.3"),
        ("1.2.*", "==1.2.*"),
        ("=1.2", "==1.2"),
        (">= 1.0, <2.0", "<2.0,>=1.0"),
        (">=1.0 <2.0 !=1.5", "!=1.5,<2.0,>=1.0"),
        ("<>1.5", "!=1.5"),
        ("^1 || ^2", None),
        ("^x", None),
        (">=", None),
        ("nonsense", None),
        ("1" * 5000, None),
    ],
)
def test_poetry_constraints_become_specifiers(constraint: str, specifier: str | None) -> None:
    assert specifier_of(constraint) == specifier


def test_an_inline_poetry_table_falls_back_to_the_statement_around_it() -> None:
    content = '[tool]\npoetry = {dependencies = {httpx = "^1.0"}}\n'
    found = read_pyproject(SourceText(content))
    assert rows(found) == [("httpx", "<2,>=1.0")]
    assert found.requirements[0].span.line == 2


def test_dependencies_that_setuptools_reads_from_files_are_includes() -> None:
    content = (
        '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["a.txt", "b.txt"]}\n'
    )
    found = read_pyproject(SourceText(content))
    assert [(each.path, each.constraint, each.span.line) for each in found.includes] == [
        ("a.txt", False, 4),
        ("b.txt", False, 4),
    ]
    assert read_pyproject(SourceText(content.replace('"dependencies"', '"version"'))).includes == ()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('[project]\nname = "x\n', (2, 10)),
        ("[project]\r\na = 1\r\nb = = 2\r\n", (3, 5)),
        ("[project\n", (1, 9)),
        ('a = """x\n', (2, 1)),
        ("a = 1\na = 2\n", (2, 6)),
    ],
)
def test_broken_toml_is_one_problem_at_tomllibs_place(content: str, place: tuple[int, int]) -> None:
    found = read_pyproject(SourceText(content))
    assert found.requirements == ()
    assert [each.span[:2] for each in found.problems] == [place]
    assert "at line" not in found.problems[0].message


@pytest.mark.parametrize(
    "content",
    [
        "project = 1\ntool = []\ndependency-groups = 2\n",
        "[project]\ndependencies = 'a'\noptional-dependencies = []\ndynamic = 'dependencies'\n",
        "[tool]\npoetry = 1\nuv = 1\npdm = 1\n",
        "[tool.poetry]\ndependencies = []\nextras = {a = 1, b = [1]}\ngroup = {x = 1, y = {dependencies = 1}}\n",
        "package = 1\n",
        "package = [1, {}]\n",
        "[[package]]\nname = 1\n",
        "package = {}\nmetadata = 1\n",
        "[]",
        '{"default": 1, "_meta": 1}',
        '{"default": {"a": 1, "b": {"version": 2}}}',
    ],
)
@pytest.mark.parametrize("name", READERS)
def test_other_shapes_are_no_crash(name: str, content: str) -> None:
    assert isinstance(READERS[name](SourceText(content)), RequirementsFile)


def test_list_items_that_are_no_strings_are_problems() -> None:
    content = "[project]\ndependencies = [\n  1,\n  [\"x\"],\n  'a',\n]\n[tool.poetry.dependencies]\nb = 1\n"
    found = read_pyproject(SourceText(content))
    assert [(cut(content, each.span), each.span.line) for each in found.problems] == [
        ("1", 3),
        ('["x"]', 4),
        ("b = 1", 8),
    ]
    assert places(found, content) == ["'a'"]


# Lock files

UV = """\
version = 1
requires-python = ">=3.12"

[[package]]
name = "demo"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "10xgraph-api" },
]

[package.metadata]
requires-dist = [{ name = "10xgraph-api", specifier = "==0.0.1" }]

[[package]]
name = "10xgraph-api"
version = "0.9.0"
wheels = [
    { url = "https://example.org/x.whl", hash = "sha256:aa" },
]

[[package]]
name = "NumPy"
version = "1.26.0"
resolution-markers = ["python_full_version < '3.13'"]

[[package]]
name = "numpy"
version = "2.0.0"
resolution-markers = ["python_full_version >= '3.13'", "sys_platform == 'win32'"]

[[package]]
name = "local"
source = { directory = "lib" }
"""


def test_uv_lock() -> None:
    found = read_lock(SourceText(UV), "uv")
    assert [(each.name, each.specifier, each.locked, cut(UV, each.span)) for each in found.requirements] == [
        ("10xgraph-api", "==0.9.0", True, 'version = "0.9.0"'),
        ("numpy", "==1.26.0", True, 'version = "1.26.0"'),
        ("numpy", "==2.0.0", True, 'version = "2.0.0"'),
        ("local", "", False, "[[package]]"),
    ]
    assert [each.span.line for each in found.requirements] == [17, 24, 29, 32]
    assert found.requirements[2].marker == "(python_full_version >= '3.13') or (sys_platform == 'win32')"
    assert found.requires_python == ">=3.12"
    assert found.problems == ()


def test_poetry_and_pdm_locks_tell_the_group() -> None:
    content = (
        '[[package]]\nname = "a"\nversion = "1"\ngroups = ["dev", "main"]\nmarkers = "x"\n'
        '[[package]]\nname = "b"\nversion = "2"\ngroups = ["dev"]\n'
        '[[package]]\nname = "c"\nversion = "3"\ncategory = "main"\n'
        '[[package]]\nname = "d"\nversion = "4"\ngroups = ["default"]\n'
        '[metadata]\npython-versions = "^3.12"\n'
    )
    found = read_lock(SourceText(content), "poetry")
    assert [(each.name, each.specifier, each.group) for each in found.requirements] == [
        ("a", "==1", None),
        ("b", "==2", "dev"),
        ("c", "==3", None),
        ("d", "==4", None),
    ]
    assert found.requirements[0].marker == "x"
    assert found.requires_python == "<4,>=3.12"
    assert read_lock(SourceText(content), "pdm").requirements == found.requirements


def test_pylock() -> None:
    content = (
        'lock-version = "1.0"\nrequires-python = ">=3.12"\n[[packages]]\nname = "a"\nversion = "1"\nmarker = "m"\n'
    )
    found = read_lock(SourceText(content), "pylock")
    assert [(each.name, each.specifier, each.marker) for each in found.requirements] == [("a", "==1", "m")]


def test_pipfile_lock() -> None:
    data: dict[str, Any] = {
        "_meta": {"requires": {"python_version": "3.12"}},
        "default": {"A_b": {"version": "==1.0", "markers": "m"}, "git-one": {"git": "https://example.org"}},
        "develop": {"c": {"version": "==2.0"}},
    }
    content = json.dumps(data, indent=4)
    found = read_lock(SourceText(content), "pipenv")
    assert [(each.name, each.specifier, each.locked, each.group) for each in found.requirements] == [
        ("a-b", "==1.0", True, None),
        ("git-one", "", False, None),
        ("c", "==2.0", True, "develop"),
    ]
    assert places(found, content) == ['"==1.0"', '"git-one"', '"==2.0"']
    assert found.requirements[0].marker == "m"
    assert found.requires_python == "==3.12.*"


def test_a_locked_version_that_is_none_is_a_problem() -> None:
    content = '[[package]]\nname = "a"\nversion = "latest"\n'
    found = read_lock(SourceText(content), "uv")
    assert found.requirements == ()
    assert [each.span.line for each in found.problems] == [3]


def test_lock_kinds_are_known_by_file_name() -> None:
    known = [(name, lock_kind(name)) for name in READERS]
    assert [name for name, kind in known if kind is None] == ["requirements.txt", "pyproject.toml"]


@pytest.mark.parametrize("kind", ["uv", "pipenv"])
def test_broken_lock_is_one_problem(kind: Any) -> None:
    found = read_lock(SourceText("{,"), kind)
    assert [each.message.split(":")[0] for each in found.problems] == ["not JSON" if kind == "pipenv" else "not TOML"]


# Any input

MARKS = [
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "#",
    "\\",
    '"',
    "'",
    '"""',
    "'''",
    "-r",
    "-e",
    "==",
    ";",
    "@",
    "\\u00e9",
    "--hash=x",
]
WORDS = ["a", "1", "package", "project", "dependencies", "name", "version", "tool.poetry", '"x>=1"', "é😀"]
TABLES = ['[project]\ndependencies = ["a"]\n', '[[package]]\nname = "a"\nversion = "1"\n']
PIECES = st.sampled_from([*MARKS, *WORDS, *TABLES, "\n", "\r\n", "\r", " ", "\x00"])


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_text_crashes_a_reader_and_every_place_is_in_the_text(content: str) -> None:
    text = SourceText(content)
    for reader in READERS.values():
        found = reader(text)
        spans = [each.span for each in found.requirements]
        spans += [*(each.span for each in found.includes), *(each.span for each in found.problems), *found.unnamed]
        for span in spans:
            assert (1, 1) <= span[:2] <= span[2:] <= text.position(len(content))


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,6}[A-Za-z0-9]", fullmatch=True)
BLANKS = st.sampled_from(["", " ", "\n    ", "\r\n", " # 'it\"s [ a\n", "\t"])


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from(["", ">=1", "[x, y]==2", '; python_version<"3"']), BLANKS, BLANKS), max_size=5
    ),
    st.booleans(),
)
def test_items_of_a_list_are_found_however_it_is_laid_out(items: list[tuple[str, str, str, str]], bare: bool) -> None:
    quoted = [f"'{name}{rest}'" for name, rest, *_ in items]
    body = ",".join(f"{before}{item}{after}" for item, (*_, before, after) in zip(quoted, items, strict=True))
    content = f"[project]\n'dependencies' = [{body}\n]\n" if bare else f'project."dependencies" = [{body}] # c\nx = 1\n'
    found = read_pyproject(SourceText(content))
    assert found.problems == ()
    assert places(found, content) == quoted


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "uv.lock",
            "".join(
                f'[[package]]\nname = "p{n}"\nversion = "1.{n}"\nwheels = [{{ url = "u" }}]\n' for n in range(10_000)
            ),
        ),
        ("Pipfile.lock", json.dumps({"default": {f"p{n}": {"version": f"=={n}"} for n in range(10_000)}})),
        ("requirements.txt", "".join(f"p{n}==1.{n} \\\n  --hash=sha256:aa\n" for n in range(10_000))),
    ],
)
def test_a_large_lock_is_read_whole_in_bounded_time(name: str, content: str) -> None:
    with bounded():
        assert len(READERS[name](SourceText(content)).requirements) == 10_000


@pytest.mark.parametrize(
    "content",
    [
        "a = " + "[" * 100_000,
        "a = " + "{a=" * 100_000,
        ".".join(["a"] * 100_000) + " = 1",
        "[" + ".".join(["a"] * 100_000) + "]",
        "a = " + "9" * 100_000,
        'a = "' + '\\"' * 200_000,
        'a = """' + '\\"' * 200_000,
        '"' * 200_000,
        "'" * 200_000,
        "a = " + "''" * 100_000,
        "\\\n" * 100_000,
        "a;" + " " * 4000 + "b",
        ("/" + " " * 4000 + "b\n") * 100,
        "a" * 500_000,
        " " * 500_000 + "#",
        "-r" + " " * 500_000,
        "[a]\n" * 20_000,
    ],
)
def test_odd_input_is_refused_in_bounded_time(content: str) -> None:
    with bounded():
        for reader in READERS.values():
            assert reader(SourceText(content)).includes == ()


def test_packaging_and_tomllib_are_not_imported_with_the_package() -> None:
    code = (
        "import sys, agentflow_lint.sources.requirements;"
        "sys.exit(any(name in sys.modules for name in ('packaging', 'tomllib', 'tomli')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
