"""Which files git leaves out, over all .gitignore files of a project."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.git_ignored import git_ignored_by

CASES = [
    ({".gitignore": ".env\n"}, ".env", (".gitignore", 1)),
    ({".gitignore": ".env\n"}, "config/.env", (".gitignore", 1)),
    ({".gitignore": "\nconfig/\n"}, "config/.env", (".gitignore", 2)),
    ({".gitignore": "config/\n!config/.env\n"}, "config/.env", (".gitignore", 1)),
    ({".gitignore": "config/*\n!config/.env\n"}, "config/.env", None),
    ({"config/.gitignore": ".env\n"}, "config/.env", ("config/.gitignore", 1)),
    ({"config/.gitignore": "/.env\n"}, "config/prod/.env", None),
    ({"config/.gitignore": ".env\n"}, ".env", None),
    ({".gitignore": ".env\n", "config/.gitignore": "!.env\n"}, "config/.env", None),
    ({".gitignore": "config\n", "config/.gitignore": "!.env\n"}, "config/.env", (".gitignore", 1)),
    ({}, ".env", None),
]


def write(root, files):
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)


@pytest.mark.parametrize(("files", "path", "expected"), CASES)
def test_the_nearest_file_decides_unless_a_folder_is_left_out(files, path, expected, tmp_path):
    write(tmp_path, files)
    found = git_ignored_by(ProjectFiles(str(tmp_path)), path)
    assert (None if found is None else (found.path, found.span.line)) == expected


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the referee")
@pytest.mark.parametrize(("files", "path", "expected"), CASES)
def test_git_agrees(files, path, expected, tmp_path):
    write(tmp_path, files)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    git = subprocess.run(["git", "-C", str(tmp_path), "check-ignore", "-q", "--no-index", path], check=False)
    assert (git.returncode == 0) is (expected is not None)
