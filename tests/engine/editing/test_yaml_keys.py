from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agentflow_lint.engine.editing.yaml_keys import pod_key_added, service_environment_added, service_key_added
from agentflow_lint.engine.fix import apply_edits
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from agentflow_lint.sources.text import SourceText, Span

if TYPE_CHECKING:
    from pathlib import Path

POD = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      {}containers:\n      - name: a\n"


def files(folder: Path, content: str) -> ProjectFiles:
    (folder / "a.yaml").write_bytes(content.encode())
    return ProjectFiles(str(folder))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("services:\n  web:\n    image: a\n", "services:\n  web:\n    k: 1\n    image: a\n"),
        ("services:\r\n  web:  # x\r\n    image: a", "services:\r\n  web:  # x\r\n    k: 1\r\n    image: a"),
        ("services:\n  web: {image: a}\n", None),
        ("services:\n  web:\n    k: 2\n", None),
        ("services:\n  other:\n    image: a\n", None),
        ("services:\n  web:\n", None),
    ],
)
def test_a_key_of_a_service(tmp_path: Path, written: str, expected: str | None) -> None:
    edit = service_key_added(files(tmp_path, written), "a.yaml", "web", "k: 1")
    assert (edit and apply_edits(SourceText(written), [edit])) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "services:\n  web:\n    image: a\n",
            "services:\n  web:\n    environment:\n      A: ${A:?}\n      B: ${B:?}\n    image: a\n",
        ),
        (
            "services:\n  web:\n    environment:\n        # why\n        C: 1\n",
            "services:\n  web:\n    environment:\n        # why\n        A: ${A:?}\n        B: ${B:?}\n        C: 1\n",
        ),
        (
            "services:\r\n  web:\r\n    environment:\r\n    - C=1\r\n",
            "services:\r\n  web:\r\n    environment:\r\n    - A=${A:?}\r\n    - B=${B:?}\r\n    - C=1\r\n",
        ),
        ("services:\n  web:\n    environment: {C: 1}\n", None),
        ("services:\n  web:\n    environment: [C=1]\n", None),
        ("services:\n  web:\n    environment:\n      A: 1\n", None),
    ],
)
def test_the_environment_of_a_service(tmp_path: Path, written: str, expected: str | None) -> None:
    edit = service_environment_added(files(tmp_path, written), "a.yaml", "web", {"A": "${A:?}", "B": "${B:?}"})
    assert (edit and apply_edits(SourceText(written), [edit])) == expected


def test_a_key_of_a_pod(tmp_path: Path) -> None:
    written = f"{POD.format('')}---\n{POD.format('')}"
    edit = pod_key_added(files(tmp_path, written), Location("a.yaml", Span(10, 1, 10, 2)), "k: 1")
    assert edit is not None
    assert apply_edits(SourceText(written), [edit]) == POD.format("") + "---\n" + POD.format("k: 1\n      ")


def test_of_two_pods_in_one_document_none_is_chosen(tmp_path: Path) -> None:
    written = "items:\n- spec:\n    containers: []\n- spec:\n    containers: []\n"
    assert pod_key_added(files(tmp_path, written), Location("a.yaml", Span(2, 1, 2, 2)), "k: 1") is None
