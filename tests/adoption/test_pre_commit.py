"""The hooks, run by the real pre-commit, which installs the product from a repository."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.adoption.product import ENVIRONMENT, ROOT, commit_all, git, run, snapshot

if TYPE_CHECKING:
    import subprocess

pytestmark = pytest.mark.adoption

PRE_COMMIT = str(Path(sys.executable).with_name("pre-commit"))


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("product") / "agentflow-lint"
    return folder, snapshot(folder)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environments, which all tests share."""
    return tmp_path_factory.mktemp("pre-commit")


class Repository:
    """A repository that uses the hooks."""

    def __init__(self, folder: Path, product: tuple[Path, str], home: Path, settings: str) -> None:
        self.folder = folder
        self.home = str(home)
        git(folder.parent, "init", "--quiet", folder.name)
        path, commit = product
        (folder / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: {path}\n  rev: {commit}\n  hooks:\n{settings}"
        )

    def install(self) -> None:
        """Commit what is there and let pre-commit judge every later commit."""
        commit_all(self.folder)
        assert run(self.folder, PRE_COMMIT, "install", PRE_COMMIT_HOME=self.home).returncode == 0

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Stage everything and try to commit it."""
        git(self.folder, "add", "--all")
        return run(self.folder, "git", "commit", "--message", "change", PRE_COMMIT_HOME=self.home)


@pytest.fixture
def repository(tmp_path: Path, product: tuple[Path, str], home: Path, request: pytest.FixtureRequest) -> Repository:
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "examples" / "sound-agent", folder)
    settings = getattr(request, "param", "  - id: agentflow-lint\n")
    repository = Repository(folder, product, home, settings)
    repository.install()
    return repository


def with_settings(*lines: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("repository", ["".join(f"  {line}\n" for line in lines)], indirect=True)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_try_repo_says_what_production_would_do(product: tuple[Path, str], home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "examples" / "leaky-agent", folder)
    git(folder, "init", "--quiet")
    commit_all(folder)
    command = [PRE_COMMIT, "try-repo", str(product[0]), "agentflow-lint", "--all-files"]
    result = run(folder, *command, PRE_COMMIT_HOME=str(home))
    assert result.returncode == 1
    assert "error[AF501]: in-memory-checkpointer" in result.stdout
    shutil.rmtree(folder)
    shutil.copytree(ROOT / "examples" / "sound-agent", folder)
    git(folder, "init", "--quiet")
    commit_all(folder)
    assert run(folder, *command, PRE_COMMIT_HOME=str(home)).returncode == 0


def test_a_commit_that_breaks_production_is_stopped_until_it_is_mended(repository: Repository) -> None:
    config = repository.folder / "10xgraph.json"
    before = config.read_text()
    replace(config, "support.served:", "support.serving:")
    stopped = repository.commit()
    assert stopped.returncode == 1
    assert "AF202" in stopped.stdout
    config.write_text(before)
    (repository.folder / "support" / "note.py").write_text("")
    passed = repository.commit()
    assert (passed.returncode, "Passed" in passed.stdout) == (0, True)


def test_a_commit_without_a_relevant_file_is_not_looked_at(repository: Repository) -> None:
    (repository.folder / "README.md").write_text("Hello\n")
    result = repository.commit()
    assert (result.returncode, "(no files to check)Skipped" in result.stdout) == (0, True)


def test_a_renamed_module_is_noticed(repository: Repository) -> None:
    git(repository.folder, "mv", "support/served.py", "support/serving.py")
    result = repository.commit()
    assert (result.returncode, "AF202" in result.stdout) == (1, True)


def test_a_deleted_module_is_noticed_with_any_other_change(repository: Repository) -> None:
    git(repository.folder, "rm", "--quiet", "support/served.py")
    (repository.folder / "support" / "note.py").write_text("")
    result = repository.commit()
    assert (result.returncode, "AF202" in result.stdout) == (1, True)


@with_settings("- id: agentflow-lint", "  always_run: true")
def test_a_commit_that_only_deletes_is_noticed_with_always_run(repository: Repository) -> None:
    git(repository.folder, "rm", "--quiet", "support/served.py")
    result = repository.commit()
    assert (result.returncode, "AF202" in result.stdout) == (1, True)


def test_a_commit_that_only_deletes_has_no_file_for_the_hook(repository: Repository) -> None:
    git(repository.folder, "rm", "--quiet", "support/served.py")
    assert "(no files to check)Skipped" in repository.commit().stdout


@with_settings("- id: agentflow-lint", "  args: [--select, AF2, --output-format, concise]")
def test_arguments_reach_the_linter(repository: Repository) -> None:
    replace(repository.folder / "10xgraph.json", "support.served:", "support.serving:")
    result = repository.commit()
    assert result.returncode == 1
    assert "10xgraph.json:" in result.stdout


@with_settings("- id: agentflow-lint-fix")
def test_the_fixing_hook_mends_and_stops_the_commit_once(repository: Repository) -> None:
    dockerfile = repository.folder / "Dockerfile"
    before = dockerfile.read_text()
    replace(dockerfile, "ORIGINS=https://support.example.com", "ORIGINS=https://support.example.com/")
    stopped = repository.commit()
    assert (stopped.returncode, "files were modified by this hook" in stopped.stdout) == (1, True)
    assert dockerfile.read_text() == before
    (repository.folder / "support" / "note.py").write_text("")
    assert repository.commit().returncode == 0


def test_a_monorepo_is_checked_project_by_project(tmp_path: Path, product: tuple[Path, str], home: Path) -> None:
    folder = tmp_path / "repository"
    for name in ("one", "two", "broken"):
        shutil.copytree(ROOT / "examples" / "sound-agent", folder / "services" / name)
    (folder / "tools").mkdir()
    replace(folder / "services" / "broken" / "10xgraph.json", "support.served:", "support.serving:")
    repository = Repository(folder, product, home, "  - id: agentflow-lint\n")
    repository.install()

    (folder / "tools" / "lonely.py").write_text("")
    assert repository.commit().returncode == 0, "a file of no project is nobody's fault"
    for name in ("one", "two"):
        (folder / "services" / name / "support" / "note.py").write_text("")
    assert repository.commit().returncode == 0, "a project that did not change is not looked at"
    for name in ("one", "two"):
        (folder / "services" / name / "10xgraph.json").write_text('{"agent": "support.gone:app"}')
    stopped = repository.commit()
    assert stopped.returncode == 1
    assert {name for name in ("one", "two", "broken") if f"services/{name}/10xgraph.json" in stopped.stdout} == {
        "one",
        "two",
    }


def test_the_repository_passes_its_own_hooks(product: tuple[Path, str], home: Path) -> None:
    path = f"{Path(sys.executable).parent}:{ENVIRONMENT['PATH']}"
    result = run(product[0], PRE_COMMIT, "run", "--all-files", PRE_COMMIT_HOME=str(home), PATH=path)
    assert (result.returncode, result.stdout.count("Passed")) == (0, 3), result.stdout
