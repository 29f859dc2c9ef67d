"""The outline of a line knows names, and no value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.baseline.outline import names_on_line, outline
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.values import Location
from tests.engine.stubs import finding

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path, path: str, line: str) -> str:
    (folder / path).write_text(f"# first\n{line}\n", encoding="utf-8")
    return names_on_line(ProjectFiles(str(folder)), finding(path=path, line=2))


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        (".env", "ORIGINS=*", "ORIGINS"),
        (".env", "API_KEY=hunter2", "API_KEY"),
        (".env", "hunter2 hunter3", ""),
        ("agentflow.json", '  "auth": {"method": "hunter2"},', "auth"),
        ("agentflow.json", '  "hunter2",', ""),
        ("compose.yaml", '      - "ORIGINS=hunter2"', "ORIGINS"),
        ("compose.yaml", "      - hunter2", ""),
        ("compose.yaml", "      hunter2 hunter3", ""),
        ("Dockerfile", "ENV API_KEY hunter2", "ENV"),
        ("Dockerfile", 'CMD ["agentflow", "--token", "hunter2"]', "CMD"),
        ("nginx.conf", "    proxy_pass http://user:hunter2@web:8000;", ""),
        ("app.py", "app = build('hunter2', f\"hunter2\", saver=Memory())  # hunter2", "app build saver Memory"),
        ("app.py", "return Memory()", "return Memory"),
        ("app.py", 'KEY = """hunter2', "KEY"),
        ("app.py", "KEY = 'hunter2\\'hunter2'", "KEY"),
        ("requirements.txt", "fastapi", ""),
    ],
)
def test_it_is_made_of_names(tmp_path: Path, path: str, line: str, expected: str) -> None:
    assert names(tmp_path, path, line) == expected


def test_a_value_changes_nothing_and_a_name_does(tmp_path: Path) -> None:
    made = []
    for line in ("API_KEY=a", "API_KEY=b", "API_KEYS=a"):
        (tmp_path / ".env").write_text(line)
        made.append(outline(ProjectFiles(str(tmp_path)), finding(path=".env", line=1, column=9)))
    assert made[0] == made[1] != made[2]
    assert all(len(each) == 16 for each in made)


def test_a_finding_about_a_whole_file_or_a_missing_one_has_no_names(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ORIGINS=*\n")
    files = ProjectFiles(str(tmp_path))
    about_all = replace(finding(), location=Location(".env"))
    assert names_on_line(files, about_all) == ""
    assert names_on_line(files, finding(path=".env", line=1, column=9)) == "ORIGINS"
    assert names_on_line(files, finding(path="gone.env", line=2)) == ""
