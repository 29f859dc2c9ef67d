from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.sources.dockerignore import IgnoreFile, glob_match, read_dockerignore
from agentflow_lint.sources.text import SourceText, Span
from tests.bounded import bounded

if TYPE_CHECKING:
    from types import ModuleType


def read(text: str) -> IgnoreFile:
    return read_dockerignore(SourceText(text))


def excluded(patterns: str, path: str) -> bool:
    return read(patterns).match(path) is not None


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        (".env", ".env", True),
        (".env", "app/.env", False),  # anchored at the root, unlike .gitignore
        (".env", ".env.example", False),
        (".env*", ".env.example", True),
        ("**/.env", "app/config/.env", True),
        ("**/.env", ".env", True),
        ("*.env", "a.env", True),
        ("*.env", "x/a.env", False),
        ("store/", "store", True),
        ("store/", "store/a/b.py", True),
        ("/store", "store/a", True),
        ("  store  ", "store/a", True),
        ("./store/../store", "store/a", True),
        ("store", "stores", False),
        ("store", "my/store", False),
        ("a/b", "a/b/c/d", True),
        ("a/b", "a/c", False),
        ("a/*", "a/b/c", True),
        ("a/*", "a", False),
        ("*", "a/b/c", True),
        ("**", "a/b", True),
        ("a/**", "a", False),
        ("a/**", "a/b/c", True),
        ("**/b", "a/b/c", True),
        ("**/b/*.py", "x/b/c.py", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/x/y/c", True),
        ("a/**/c", "ac", False),
        ("**foo", "barfoo", True),
        ("foo**bar", "foo/x/bar", True),
        ("foo**bar", "fooxbar", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("*.py[cod]", "x.pyc", True),
        ("*.py[cod]", "x.py", False),
        ("[a-c]x", "bx", True),
        ("[^a-c]x", "bx", False),
        ("[^a-c]x", "dx", True),
        ("[!a]x", "!x", True),  # no negation here
        (r"\*", "*", True),
        (r"\*", "a", False),
        (r"[\]]", "]", True),
        ("*$py.class", "a$py.class", True),
        ("a.c", "abc", False),
        ("A", "a", False),
        (".", "a", False),
        ("/", "a", False),
        ("../a", "a", False),
        ("# comment", "# comment", False),
        (" # no comment", "# no comment", True),
        ("*\n!a.py", "a.py", False),
        ("*\n!a.py", "b.py", True),
        ("*\n!app", "app/x/y.py", False),
        ("*\n!app/x", "app/x/y.py", False),
        ("*\n!app/x", "app/z.py", True),
        ("*\n!*.py", "a.py", False),
        ("*\n!*.py", "app/a.py", True),  # the folder stays matched by *
        ("*\n!**/*.py", "app/a.py", False),
        ("!a.py\n*", "a.py", True),  # the last one wins
        ("*.md\n!README.md\nREADME.md", "README.md", True),
        ("app\n! app/x", "app/x", False),
        ("!/a\na\n!/a", "a", False),
        ("*\n!c/a\n*", "c/a", False),  # the second * was not tried on the folder c
        ("a/b\n!a", "a/b", True),  # BuildKit's walk: the exception did not count for the folder a
    ],
)
def test_matching(patterns: str, path: str, expected: bool) -> None:
    assert excluded(patterns, path) is expected


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("*.py", "a.py", True),
        ("**.py", "a.py", True),
        ("a?", "ab", True),
        ("[^a]", "b", True),
        ("[", "[", False),
        ("a", "b", False),
    ],
)
def test_segments_of_a_copy_source(pattern: str, name: str, expected: bool) -> None:
    assert glob_match(pattern, name) is expected


def test_the_pattern_that_excludes_is_named_with_its_place() -> None:
    ignore = read("# secrets\r\n  .env  \r\n*.md\r\n")
    pattern = ignore.match(".env")
    assert pattern is not None
    assert (pattern.text, pattern.span) == (".env", Span(2, 3, 2, 7))
    assert ignore.match("graph/agent.py") is None


def test_a_byte_order_mark_belongs_to_no_pattern() -> None:
    ignore = read_dockerignore(SourceText.decode(b"\xef\xbb\xbf.env\n"))
    assert ignore.match(".env") is not None


@pytest.mark.parametrize("pattern", ["[a", "[]", "[]a]", "[a-]", "[-a]", "a\\", "!", "! ", "[a\\"])
def test_what_docker_refuses_is_a_problem_and_the_other_patterns_stay(pattern: str) -> None:
    ignore = read(f"{pattern}\n.env")
    assert len(ignore.problems) == 1
    assert ignore.problems[0].span.line == 1
    assert [each.text for each in ignore.patterns] == [".env"]


def test_the_scaffolds_patterns_drop_python_packages_of_those_names() -> None:
    ignore = read(".env\n.env.*\n*.env\n*.py[cod]\nbuild/\ndata/\nstore/\n")
    assert ignore.match("store/__init__.py") is not None
    assert ignore.match("graph/store/__init__.py") is None


# -- Docker's Python SDK as the referee ---------------------------------------------------------------------------

TREE = ("a", "b.py", "ab", "c/a", "c/b.py", "c/d/a", "c/d/ab", "c/d/e/b.py", "d/c/a", "d/b.py", ".env", "a.b/c")


@pytest.fixture(scope="module")
def referee() -> ModuleType:
    module: ModuleType = pytest.importorskip("docker.utils.build", reason="Docker's Python SDK is not installed")
    return module


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("context")
    for name in TREE:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return str(root)


GLOBS = st.sampled_from(["a", "b.py", "ab", "c", "d", "e", ".env", "a.b"]) | st.sampled_from(
    ["*", "?", "*.py", "a*", "*b", "[a-c]", "*.*", ".*"]
)
DEEP = GLOBS | st.just("**")


def paths(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(
        st.sampled_from(["", "/", "./"]),
        st.lists(part, min_size=1, max_size=4).map("/".join),
        st.sampled_from(["", "/"]),
    ).map("".join)


# Exceptions with wildcards, for folders, beside ** or before a plain pattern are where the SDK leaves Docker's way.
PATTERNS = st.lists(paths(DEEP), max_size=5) | st.tuples(
    st.lists(paths(GLOBS), max_size=4), st.lists(st.sampled_from([f"!{name}" for name in TREE]), max_size=4)
).map(lambda lists: [*lists[0], *lists[1]])


@settings(max_examples=300, deadline=None)
@given(PATTERNS)
def test_generated_patterns_exclude_what_dockers_sdk_excludes(
    referee: ModuleType, tree: str, patterns: list[str]
) -> None:
    kept = referee.exclude_paths(tree, list(patterns), dockerfile="Dockerfile")
    ignore = read("\n".join(patterns))
    assert not ignore.problems
    assert {name for name in TREE if ignore.match(name) is None} == {name for name in TREE if name in kept}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab*?[]^-!\\/ #.\n\r", max_size=60), st.text(alphabet="ab/.*", max_size=20))
def test_any_text_is_read_and_matched(text: str, path: str) -> None:
    ignore = read(text)
    decided = ignore.match(path)
    assert decided is None or (decided in ignore.patterns and not decided.exception)


def test_hostile_patterns_take_bounded_time() -> None:
    with bounded():
        excluded("**/" * 300 + "*a" * 50 + "b", "a/" * 200 + "a" * 200)
        excluded("*a\n" * 100_000, "b" * 200)
        excluded("*" * 100_000, "a")
