from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentflow_lint.engine.suppressions.config_entries import escaped_glob
from agentflow_lint.engine.suppressions.globs import is_literal, matches


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("agentflow.json", "agentflow.json", True),
        ("agentflow.json", "services/a/agentflow.json", True),
        ("./agentflow.json", "agentflow.json", True),
        ("./agentflow.json", "services/a/agentflow.json", False),
        ("/agentflow.json", "services/a/agentflow.json", False),
        ("services/a/agentflow.json", "services/a/agentflow.json", True),
        ("a/agentflow.json", "services/a/agentflow.json", False),
        ("**/a/agentflow.json", "services/a/agentflow.json", True),
        ("**/agentflow.json", "agentflow.json", True),
        ("services", "services/a/agentflow.json", True),
        ("services/", "services/a/agentflow.json", True),
        ("services/**", "services/a/agentflow.json", True),
        ("services/**", "services", False),
        ("services/*", "services/a/agentflow.json", True),
        ("services/*.json", "services/a/agentflow.json", False),
        ("*.json", "services/a/agentflow.json", True),
        ("compose.*.yml", "compose.dev.yml", True),
        ("compose.*.yml", "compose.yml", False),
        ("compose.?.yml", "compose.d.yml", True),
        ("a[bc].yml", "ab.yml", True),
        ("a[!bc].yml", "ab.yml", False),
        ("a[!bc].yml", "ad.yml", True),
        ("a[].yml", "a[].yml", True),
        ("a[z-b].yml", "a[z-b].yml", True),
        ("a.b", "axb", False),
        ("Agentflow.json", "agentflow.json", False),
    ],
)
def test_what_a_glob_means(glob: str, path: str, expected: bool) -> None:
    assert matches(glob, path) is expected


_NAME = st.text(st.sampled_from("ab.*?[]!-^&|\\ é(+"), min_size=1).filter(lambda name: name not in (".", ".."))


@given(parts=st.lists(_NAME, min_size=1, max_size=3), others=st.lists(_NAME, min_size=1, max_size=3))
def test_an_escaped_path_means_itself_and_what_is_in_it(parts: list[str], others: list[str]) -> None:
    path, other = "/".join(parts), "/".join(others)
    assert matches(escaped_glob(path), path)
    assert matches(escaped_glob(path), other) is (other == path or other.startswith(f"{path}/"))


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_glob_breaks_it(glob: str, path: str) -> None:
    assert matches(glob, path) in (True, False)


def test_plain_paths() -> None:
    assert is_literal("a/b.json")
    assert not is_literal("a/*.json")
