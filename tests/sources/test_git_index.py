from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.sources.git_index import read_git_index

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["a", ".env", "graph/agent.py", "graph/agents.py", "graph/deep/er/x.txt", "ümlaut.txt", "n" * 200]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_what_git_writes(tmp_path: Path, version: str) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "core.quotePath", "false")
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    git(tmp_path, "add", "--all")
    if version == "3":
        (tmp_path / "later").write_text("x", encoding="utf-8")
        git(tmp_path, "add", "--intent-to-add", "later")
    git(tmp_path, "update-index", "--index-version", version)
    data = (tmp_path / ".git" / "index").read_bytes()
    assert data[7:8] == bytes([int(version)])
    assert read_git_index(data) == frozenset([*NAMES, *(["later"] if version == "3" else [])])
    for end in range(0, len(data), 37):
        read_git_index(data[:end])


@pytest.mark.parametrize("data", [b"", b"DIRC", b"DIRC\0\0\0\1\0\0\0\0", b"DIRC\0\0\0\2\0\0\0\1", b"x" * 200])
def test_what_is_no_index(data: bytes) -> None:
    assert read_git_index(data) is None


def test_an_empty_index() -> None:
    assert read_git_index(b"DIRC\0\0\0\2\0\0\0\0") == frozenset()


@given(st.binary(max_size=300), st.integers(2, 4), st.integers(0, 1 << 31))
def test_no_bytes_make_it_fail(data: bytes, version: int, count: int) -> None:
    read_git_index(b"DIRC" + version.to_bytes(4, "big") + count.to_bytes(4, "big") + data)
