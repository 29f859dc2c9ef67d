"""Sound projects: no error is reported on any, nothing unexpected, and each of them fails after one small mistake."""

from __future__ import annotations

import functools
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.check import Request, check
from agentflow_lint.engine.finding import Severity
from agentflow_lint.engine.registry import load_catalogue
from tests.precision.corpus import DESCRIPTION, FOLDER, read_projects

if TYPE_CHECKING:
    from pathlib import Path

    from agentflow_lint.engine.run import Run
    from tests.precision.corpus import Naive, Project

CATALOGUE = load_catalogue()
PROJECTS = read_projects()

#: The releases whose defaults differ most; each has a project.
RELEASES = {"0.2.9", "0.3.2.9", "0.4.0", "0.5.1", "0.6.1", "0.7.0", "0.8.0", "0.9.0"}

#: What tells the tools and layouts apart that the corpus has to hold; each is a pattern of file names.
LAYOUTS = (
    *("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements*.txt", "setup.cfg"),
    *("src/*/__init__.py", "Dockerfile", "docker/Dockerfile", "Procfile", "gunicorn.conf.py", "*entrypoint*.sh"),
    *("compose.override.yml", "compose.prod.y*ml", "docker-compose.yml", "kustomization.yaml", "Chart.yaml"),
    *("nginx.conf", "*.conf.template", ".env", ".env.example", ".dockerignore", ".gitignore"),
)

by_name = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
MUTATIONS = [
    pytest.param(project, naive, id=f"{project.name}-{naive.rule}-{number}")
    for project in PROJECTS
    for number, naive in enumerate(project.naive)
    if naive.mutation
]


def lint(folder: Path) -> Run:
    report = check(Request(paths=(str(folder),)), CATALOGUE)
    assert report.crashes == ()
    (run,) = report.runs
    return run


@functools.cache
def linted(project: Project, home: Path) -> Run:
    return lint(project.copy_to(home))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("projects")


@by_name
def test_no_error_is_reported(project: Project, home: Path) -> None:
    errors = [finding for finding in linted(project, home).findings if finding.severity is Severity.ERROR]
    assert [f"{finding.code} {finding.location.path}: {finding.message}" for finding in errors] == []


@by_name
def test_nothing_is_reported_that_its_description_does_not_justify(project: Project, home: Path) -> None:
    found = [(each.code, each.location.path, each.deployment) for each in linted(project, home).findings]
    assert sorted(found, key=str) == sorted(((e.code, e.path, e.deployment) for e in project.findings), key=str)
    assert all(expected.why for expected in project.findings)


@by_name
def test_it_is_read_as_what_it_is(project: Project, home: Path) -> None:
    run = linted(project, home)
    assert run.deployments == project.deployments
    assert run.release.split()[-1] == project.release


@by_name
def test_little_is_left_open(project: Project, home: Path) -> None:
    undecided = linted(project, home).undecided
    listing = "\n".join(
        f"{each.code} {each.location.path}:{each.location.span.line} {each.reason}" for each in undecided
    )
    assert len(undecided) <= project.undecided, listing


@by_name
def test_a_naive_rule_would_fire(project: Project) -> None:
    """Each rule exists, its words are there, and at least one of them can be made right."""
    assert project.about
    assert any(naive.mutation for naive in project.naive)
    for naive in project.naive:
        assert CATALOGUE.find(naive.rule) is not None, naive.rule
        assert naive.text in (project.folder / naive.file).read_text(encoding="utf-8"), naive
        assert naive.why


@pytest.mark.parametrize(("project", "naive"), MUTATIONS)
def test_the_rule_fires_after_a_small_mistake(project: Project, naive: Naive, home: Path, tmp_path: Path) -> None:
    mutation = naive.mutation
    assert mutation is not None
    folder = project.copy_to(tmp_path)
    file = folder / mutation.file
    text = file.read_text(encoding="utf-8")
    assert text.count(mutation.replace) == 1, "the edit has to be at one place"
    file.write_text(text.replace(mutation.replace, mutation.by), encoding="utf-8")
    before = {finding.code for finding in linted(project, home).findings}
    after = {finding.code for finding in lint(folder).findings}
    assert mutation.fires
    assert set(mutation.fires) <= after - before, f"new: {sorted(after - before)}"


def test_the_corpus_is_large_and_various() -> None:
    assert len(PROJECTS) >= 15
    assert len(MUTATIONS) >= 3 * len(PROJECTS)
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == {project.name for project in PROJECTS}
    assert {project.release for project in PROJECTS} >= RELEASES
    assert [pattern for pattern in LAYOUTS if not any(FOLDER.rglob(pattern))] == []
    kinds = {name.partition(":")[0].partition("/")[0] for project in PROJECTS for name in project.deployments}
    assert {"Dockerfile", "compose", "Deployment", "StatefulSet", "Procfile", "project"} <= kinds


def test_git_tracks_every_file() -> None:
    """An ignore rule, ours or a project's own, easily loses the env files."""
    listing = subprocess.run(["git", "ls-files", "-z", "."], cwd=FOLDER, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git work tree")
    tracked = set(listing.stdout.split("\0")) - {""}
    there = {
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there
    assert there == {path for path in tracked if os.path.lexists(FOLDER / path)}
    assert any(path.endswith("/.env") for path in tracked)
    assert sum(path.endswith(DESCRIPTION) for path in tracked) == len(PROJECTS)
