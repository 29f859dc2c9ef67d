"""Which release a project runs, by its own statements."""

import pytest

from agentflow_lint.model.dependencies.pins import choose_release, read_dependencies
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.project import load_project


@pytest.fixture
def choice(tmp_path):
    def choose(files, target=None):
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content)
        return choose_release(read_dependencies(ProjectFiles(str(tmp_path))), target)

    return choose


def versions(found):
    return found.release.distribution, found.release.version


def test_without_any_statement_the_newest_release_counts(choice):
    found = choice({})
    assert versions(found) == ("10xgraph-api", "0.9.0")
    assert found.source == "newest"
    assert found.pin is None


def test_the_target_release_overrides_every_pin(choice):
    found = choice({"requirements.txt": "10xgraph-api==0.9.0\n"}, target="0.4.0")
    assert versions(found) == ("10xscale-agentflow-cli", "0.4.0")
    assert found.source == "target-release"


@pytest.mark.parametrize(
    ("requirement", "version"),
    [
        ("10xscale-agentflow-cli==0.5.1", "0.5.1"),
        ("10xscale-agentflow-cli", "0.6.1"),
        ("10xscale-agentflow-cli>=0.4,<0.5", "0.4.0"),
        ("10xscale_agentflow_cli[jwt]~=0.3.2", "0.3.2.9"),
        ("10xgraph-api>=0.7", "0.9.0"),
        ("10xgraph-api<0.9", "0.8.0"),
    ],
)
def test_a_range_means_the_newest_release_that_it_allows(choice, requirement, version):
    found = choice({"requirements.txt": f"{requirement}\n"})
    assert found.release.version == version
    assert found.pin.location.path == "requirements.txt"


def test_a_lock_file_is_stronger_than_a_range(choice):
    found = choice(
        {
            "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["10xgraph-api>=0.7"]\n',
            "uv.lock": 'version = 1\n\n[[package]]\nname = "10xgraph-api"\nversion = "0.7.0"\n',
        }
    )
    assert found.release.version == "0.7.0"
    assert found.pin.location.path == "uv.lock"
    assert found.pin.location.span.line == 5


def test_the_core_alone_tells_the_server_by_its_name(choice):
    assert versions(choice({"requirements.txt": "10xscale-agentflow\n"})) == ("10xscale-agentflow-cli", "0.6.1")


def test_a_pinned_core_is_the_one_that_runs(choice):
    found = choice({"requirements.txt": "10xscale-agentflow-cli==0.6.1\n10xscale-agentflow==0.10.0\n"})
    assert found.core.version == "0.10.0"


def test_an_unpinned_core_is_the_newest_that_the_server_takes(choice):
    assert choice({"requirements.txt": "10xscale-agentflow-cli==0.6.1\n"}).core.version == "0.10.1"
    assert choice({"requirements.txt": "10xgraph-api==0.8.0\n"}).core.version == "0.10.3"


def test_includes_are_followed_inside_the_project(choice):
    found = choice({"requirements.txt": "-r requirements/base.txt\n", "requirements/base.txt": "10xgraph-api==0.8.0\n"})
    assert found.release.version == "0.8.0"
    assert found.pin.location.path == "requirements/base.txt"


def test_requirements_in_a_folder_of_that_name_are_read(choice):
    found = choice({"requirements/base.in": "10xgraph-api==0.8.0\n", "requirements/dev.txt": "-r base.in\npytest\n"})
    assert found.release.version == "0.8.0"
    assert found.pin.location.path == "requirements/base.in"


def test_what_the_files_that_an_image_installs_include_counts(tmp_path):
    files = {
        "deps/prod.txt": "-r base.txt\n-r prod.txt\ngunicorn\n",
        "deps/base.txt": "10xgraph-api==0.8.0\n",
        "Dockerfile": "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r deps/prod.txt\n",
        "10xgraph.json": "{}",
    }
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    found = load_project(str(tmp_path)).release_choice
    assert found.release.version == "0.8.0"
    assert found.pin is not None
    assert found.pin.location.path == "deps/base.txt"


def test_an_include_that_includes_itself_ends(choice):
    assert choice({"requirements.txt": "-r requirements.txt\n10xgraph-api==0.8.0\n"}).release.version == "0.8.0"


@pytest.mark.parametrize(
    ("requirement", "match", "version"),
    [
        ("10xgraph-api==1.4.0", "newer", "0.9.0"),
        ("10xscale-agentflow-cli==0.1.2", "older", "0.1.8"),
        ("10xscale-agentflow-cli==0.4.7", "unlisted", "0.4.0"),
    ],
)
def test_a_release_that_is_not_known_is_stood_in_for(choice, requirement, match, version):
    found = choice({"requirements.txt": f"{requirement}\n"})
    assert (found.match, found.release.version) == (match, version)


def test_a_requirement_without_a_name_leaves_the_dependencies_open(tmp_path):
    (tmp_path / "requirements.txt").write_text("-e ../library\n10xgraph-api\n")
    assert not read_dependencies(ProjectFiles(str(tmp_path))).is_complete
