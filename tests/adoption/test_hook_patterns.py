"""The hook runs for every file that can change a verdict, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from agentflow_lint.check import Request, check
from agentflow_lint.engine.registry import load_catalogue
from agentflow_lint.model.disk import Content
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.testing import page_of
from tests.precision.corpus import read_projects

ROOT = Path(__file__).parents[2]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
CATALOGUE = load_catalogue()

#: What pages and projects call files that other files lead to; a project with such names adds them to `files` itself.
NAMED_BY_OTHERS = {".gitattributes"}


def triggers(path: str) -> bool:
    """As pre-commit decides: both patterns are searched for in the path from the repository's root."""
    hook = HOOKS[0]
    return re.search(hook["files"], path) is not None and re.search(hook["exclude"], path) is None


def read_by_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The files that a run over everything in a folder reads, as paths from the folder."""
    read: set[str] = set()
    load = ProjectFiles._load

    def recorded(files: ProjectFiles, path: str) -> object:
        data = load(files, path)
        if isinstance(data, Content):
            read.add(Path(files.root, path).resolve().relative_to(folder.resolve()).as_posix())
        return data

    with monkeypatch.context() as patch:
        patch.setattr(ProjectFiles, "_load", recorded)
        check(Request(paths=(str(folder),)), CATALOGUE)
    return {path for path in read if not path.startswith(".git/")}


def test_both_hooks_run_for_the_same_files() -> None:
    assert [hook["id"] for hook in HOOKS] == ["agentflow-lint", "agentflow-lint-fix"]
    assert HOOKS[0]["files"] == HOOKS[1]["files"]
    assert HOOKS[0]["exclude"] == HOOKS[1]["exclude"]


@pytest.mark.parametrize("project", read_projects(), ids=lambda project: project.name)
def test_it_runs_for_what_a_sound_project_is_judged_by(
    project: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_by_run(project.copy_to(tmp_path), monkeypatch)
    assert len(read) > 3
    assert {path for path in read if not triggers(path)} <= NAMED_BY_OTHERS


@pytest.mark.parametrize(
    ("most", "least"), [(2, 300), pytest.param(None, 2000, marks=pytest.mark.exhaustive)], ids=["some", "all"]
)
def test_it_runs_for_what_the_rules_read(
    most: int | None, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = set()
    seen = 0
    for rule in CATALOGUE.rules:
        for number, example in enumerate(page_of(rule).examples[:most]):
            folder = tmp_path / f"{rule.code}-{number}"
            for path, content in example.files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            read = read_by_run(folder, monkeypatch)
            seen += len(read)
            missed |= {(rule.code, path) for path in read if not triggers(path)}
    assert seen > least
    assert missed == set()


@pytest.mark.parametrize(
    "path",
    [
        *("agentflow.json", "services/a/10xgraph.json", ".env", ".env.production", "deploy/prod.env", "env.example"),
        *("Dockerfile", "docker/Dockerfile.prod", "api.Dockerfile", "Containerfile", ".dockerignore", "Makefile"),
        *("Dockerfile.dockerignore", "compose.yaml", "docker-compose.prod.yml", "k8s/web.yaml", "k8s/Kustomization"),
        *("graph/agent.py", "stubs/redis.pyi", "pyproject.toml", "uv.lock", "poetry.lock", "requirements.txt"),
        *("requirements/prod.in", "nginx/nginx.conf", "nginx/default.conf.template", "nginx/sites-enabled/api"),
        *("Procfile", "entrypoint.sh", "bin/start", "scripts/deploy/run", "gunicorn.conf.py", "agentflow-lint.toml"),
        *(".gitignore", ".python-version", "migrations/001.sql", "setup.cfg", "Pipfile", ".github/workflows/cd.yml"),
    ],
)
def test_it_runs_for(path: str) -> None:
    assert triggers(path)


@pytest.mark.parametrize(
    "path",
    [
        *("README.md", "docs/index.md", "LICENSE", "LICENSE.txt", "logo.png", "web/app.ts", "web/style.css", "a.js"),
        *("index.html", "package-lock.json", "web/tsconfig.json", ".pre-commit-config.yaml", "mkdocs.yml", "data.csv"),
        *("yarn.lock", "Cargo.lock", ".vscode/settings.json", "notebook.ipynb", "environment.rst", "main.go"),
    ],
)
def test_it_does_not_run_for(path: str) -> None:
    assert not triggers(path)


def test_the_repository_uses_its_own_hook() -> None:
    configured = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    own = configured["repos"][0]["hooks"][0]
    assert {key: own[key] for key in ("id", "entry", "require_serial")} == {
        key: HOOKS[0][key] for key in ("id", "entry", "require_serial")
    }
    sound = [path for path in (ROOT / "examples" / "sound-agent").rglob("*") if path.is_file()]
    paths = [path.relative_to(ROOT).as_posix() for path in sound if "__pycache__" not in path.parts]
    assert len([path for path in paths if re.search(own["files"], path) and triggers(path)]) > 5
