from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.sources.gitignore import read_gitignore
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from pathlib import Path

CASES = [
    (".env", ".env", True),
    (".env", "app/.env", True),
    (".env", ".env.example", False),
    (".env*", ".env.example", True),
    (".env.*\n!.env.example", ".env.example", False),
    (".env.*\n!.env.example", ".env.production", True),
    ("!.env\n.env", ".env", True),
    ("/.env", ".env", True),
    ("/.env", "app/.env", False),
    ("app/.env", "app/.env", True),
    ("app/.env", "x/app/.env", False),
    ("**/app/.env", "x/app/.env", True),
    ("*.env", "prod.env", True),
    ("*.env", "a/prod.env", True),
    ("a/*.env", "a/b/prod.env", False),
    ("a/**/prod.env", "a/b/c/prod.env", True),
    ("**.env", "prod.env", True),
    (".env/", ".env", False),
    ("# .env", ".env", False),
    (r"\#env", "#env", True),
    (r"\!env", "!env", True),
    (".env   ", ".env", True),
    ("env\\ ", "env ", True),
    (".en[!v]", ".env", False),
    (".en[!v]", ".enw", True),
    (".en[uv]", ".env", True),
    (".en?", ".env", True),
    (".env\r", ".env", True),
    ("", ".env", False),
    ("\n\n.env\n", ".env", True),
    (" .env", ".env", False),
    (" a/.env", "a/.env", False),
    (" a/.env", " a/.env", True),
    ("[", "[", False),
]


@pytest.mark.parametrize(("patterns", "path", "expected"), CASES)
def test_a_pattern_decides_about_a_file(patterns: str, path: str, expected: bool) -> None:
    decisive = read_gitignore(SourceText(patterns)).decisive(path, is_folder=False)
    assert (decisive is not None and not decisive.brings_back) is expected


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is the referee")
    path = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(path)], check=True)
    return path


@pytest.mark.parametrize(("patterns", "path", "expected"), CASES)
def test_git_agrees(patterns: str, path: str, expected: bool, repository: Path) -> None:
    if patterns.endswith("\r"):
        patterns += "\n"  # git takes a carriage return for part of the line break only where there is one
    (repository / ".gitignore").write_bytes(patterns.encode())
    git = subprocess.run(["git", "-C", str(repository), "check-ignore", "-q", "--no-index", path], check=False)
    assert (git.returncode == 0) is expected


def test_a_pattern_for_folders_matches_folders() -> None:
    ignore = read_gitignore(SourceText("config/\n"))
    assert ignore.decisive("config", is_folder=True) is not None
    assert ignore.decisive("config", is_folder=False) is None


def test_a_pattern_knows_its_line() -> None:
    (pattern,) = read_gitignore(SourceText("# secrets\n\n.env  \n")).patterns
    assert (pattern.text, pattern.span) == (".env", Span(3, 1, 3, 5))


@given(st.text(alphabet="ab*?[]!^\\/.# \n\r\t", max_size=40), st.text(alphabet="ab./ ", max_size=12))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_fail(text: str, path: str) -> None:
    read_gitignore(SourceText(text)).decisive(path, is_folder=False)
