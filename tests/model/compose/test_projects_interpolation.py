"""Which variables a compose project takes from where it is run."""

from __future__ import annotations

import pytest

from agentflow_lint.model.project import load_project


@pytest.mark.parametrize(
    ("written", "does"),
    [
        ("$NAME", True),
        ("${NAME}", True),
        ("x${NAME:-default}x", True),
        ("${NAME?it is needed}", True),
        ("$$$NAME", True),
        ("$$NAME", False),
        ("$${NAME}", False),
        ("$NAME_OF_IT", False),
        ("${NAME_OF_IT}", False),
        ("NAME", False),
    ],
)
@pytest.mark.parametrize("path", ["compose.yml", "common.yml"])
def test_a_variable_that_a_file_interpolates(tmp_path, written, does, path):
    service = f"services:\n  api:\n    image: api\n    environment:\n      DSN: '{written}'\n"
    files = {"10xgraph.json": "{}", "compose.yml": "include: [common.yml]\nservices:\n  db:\n    image: postgres\n"}
    files["common.yml"] = "services:\n  cache:\n    image: redis\n"
    files[path] = service if path == "common.yml" else f"include: [common.yml]\n{service}"
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    project = load_project(str(tmp_path))
    (compose,) = project.compose_projects
    assert compose.interpolates(project.files, "NAME") is does
