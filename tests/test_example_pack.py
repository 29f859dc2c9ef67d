"""The example of a rule pack is installed by pip, and is then a rule pack like the built-in one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.wheels import build_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[1]
PACK = ROOT / "tests" / "example_pack"


def install(project: Path, target: Path, work: Path) -> None:
    wheel = build_wheel(project, work)
    options = ["--no-index", "--no-deps", "--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pip")
    target = tmp_path_factory.mktemp("site")
    install(PACK, target, tmp_path_factory.mktemp("wheels"))
    return target


def lint(*arguments: str, path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agentflow_lint", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(path), "NO_COLOR": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "agentflow.json").write_text('{"agent": "graph.agent:app"}\n')
    (folder / "Dockerfile").write_text('FROM python:3.12-slim\nCMD ["agentflow", "api"]\n')
    return folder


def test_its_finding_shows_with_its_page(installed: Path, project: Path) -> None:
    done = lint("check", "--select", "ACME", "--fail-on", "warning", path=installed, folder=project)
    assert done.returncode == 1, done.stderr
    assert "warning[ACME101]: foreign-base-image: Deployment `Dockerfile` is built on `python:3.12-slim`" in done.stdout
    done = lint("check", "--select", "ACME", "--output-format", "json", path=installed, folder=project)
    (diagnostic,) = json.loads(done.stdout)["diagnostics"]
    assert diagnostic["url"] == "https://docs.acme.example/agentflow-rules/images/foreign_base_image.md"


def test_it_runs_without_being_selected(installed: Path, project: Path) -> None:
    done = lint("check", "--output-format", "concise", path=installed, folder=project)
    assert "ACME101" in done.stdout
    assert re.search(r" AF\d{3} ", done.stdout)


def test_it_is_listed_beside_the_built_in_rules(installed: Path, project: Path) -> None:
    rows = lint("rules", path=installed, folder=project).stdout.splitlines()
    assert rows[0].split()[:4] == ["ACME101", "foreign-base-image", "degrades", "warning"]
    assert len([row for row in rows if row.startswith("AF")]) == len(rows) - 1 > 50


def test_it_is_explained(installed: Path, project: Path) -> None:
    page = (PACK / "acme_rules" / "images" / "foreign_base_image.md").read_text(encoding="utf-8")
    assert lint("explain", "foreign-base-image", path=installed, folder=project).stdout == page


def test_its_option_is_configured_shown_and_in_the_schema(installed: Path, project: Path) -> None:
    (project / "agentflow-lint.toml").write_text('[rules.ACME101]\nregistries = ["python:3.12-slim", "docker.io"]\n')
    done = lint("check", "--select", "ACME", path=installed, folder=project)
    assert "Build on an image of `python:3.12-slim` or `docker.io`." in done.stdout
    shown = lint("config", path=installed, folder=project).stdout
    assert re.search(
        r'rules\.ACME101\.registries = \["python:3\.12-slim", "docker\.io"\] +# agentflow-lint\.toml:2', shown
    )
    schema = json.loads(lint("schema", "--config", path=installed, folder=project).stdout)
    option = schema["properties"]["rules"]["properties"]["ACME101"]["properties"]["registries"]
    assert (option["type"], option["default"]) == ("array", ["registry.acme.example"])
    (project / "agentflow-lint.toml").write_text("[rules.ACME101]\nregistrys = []\n")
    done = lint("check", path=installed, folder=project)
    assert done.returncode == 2
    assert "agentflow-lint.toml:2: rules.ACME101: unknown option 'registrys'; did you mean 'registries'?" in done.stderr


def test_it_is_suppressed_and_selected_like_any_rule(installed: Path, project: Path) -> None:
    (project / "agentflow-lint.toml").write_text('severity = { ACME = "error" }\n')
    assert lint("check", "--select", "ACME", path=installed, folder=project).returncode == 1
    done = lint("check", "--ignore", "foreign-base-image", "--output-format", "concise", path=installed, folder=project)
    assert "ACME101" not in done.stdout


def test_its_own_tests_pass(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    tests = shutil.copytree(PACK / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tests), str(tests)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


def test_the_linter_does_not_know_it_where_it_is_not_installed(project: Path, tmp_path: Path) -> None:
    done = lint("explain", "ACME101", path=tmp_path, folder=project)
    assert done.returncode == 2
    assert "unknown rule 'ACME101'" in done.stderr


@pytest.mark.parametrize(
    ("code", "name", "claimed", "other"),
    [
        ("ACME101", "another-name", "ACME101", "acme_rules.images.foreign_base_image.ForeignBaseImage"),
        (
            "ACME102",
            "foreign-base-image",
            "foreign-base-image",
            "acme_rules.images.foreign_base_image.ForeignBaseImage",
        ),
        ("AF301", "another-name", "AF301", "agentflow_rules.network.wildcard_origins.WildcardOrigins"),
    ],
)
def test_a_pack_that_claims_what_another_has_is_refused(
    installed: Path, project: Path, tmp_path: Path, code: str, name: str, claimed: str, other: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(PACK, copy, ignore=shutil.ignore_patterns("__pycache__"))
    os.rename(copy / "acme_rules", copy / "copied_rules")
    for path, old, new in [
        ("pyproject.toml", "acme_rules", "copied_rules"),
        ("pyproject.toml", "acme-agentflow-rules", "copied-rules"),
        ("copied_rules/images/foreign_base_image.py", '"ACME101"', f'"{code}"'),
        ("copied_rules/images/foreign_base_image.py", '"foreign-base-image"', f'"{name}"'),
    ]:
        text = (copy / path).read_text(encoding="utf-8")
        assert old in text
        (copy / path).write_text(text.replace(old, new), encoding="utf-8")
    both = tmp_path / "both"
    shutil.copytree(installed, both)
    install(copy, both, tmp_path)
    done = lint("check", path=both, folder=project)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"both claim {claimed}; codes and names must be unique" in line
    assert "copied_rules.images.foreign_base_image.ForeignBaseImage" in line
    assert other in line


def test_what_is_installed_is_the_whole_pack(installed: Path) -> None:
    sources = {path.relative_to(PACK) for path in (PACK / "acme_rules").rglob("*") if path.suffix in (".py", ".md")}
    assert len(sources) == 4
    assert {path for path in sources if not (installed / path).is_file()} == set()


def test_git_tracks_every_file_of_the_pack() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git work tree")
    command = ["git", "ls-files", "tests/example_pack"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    wanted = {str(path.relative_to(ROOT)) for path in PACK.rglob("*") if path.suffix in (".py", ".md", ".toml")}
    assert wanted == set(listed)
