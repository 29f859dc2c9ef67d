import os

import pytest

from agentflow_lint.discovery import discover


@pytest.fixture
def tree(tmp_path):
    for path in ("a/agentflow.json", "b/deep/10xgraph.json", "a/graph/agent.py", "a/.env", "plain/readme.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


def roots(tree, *paths):
    found = discover([str(tree / path) for path in paths])
    return [os.path.relpath(root, tree).replace(os.sep, "/") for root in found.roots]


def test_a_folder_above_many_projects_gives_them_all(tree):
    assert roots(tree, "") == ["a", "b/deep"]


@pytest.mark.parametrize("path", ["a", "a/agentflow.json", "a/.env", "a/graph/agent.py", "a/graph"])
def test_any_file_or_folder_of_a_project_means_the_project(tree, path):
    assert roots(tree, path) == ["a"]


@pytest.mark.parametrize("path", ["a/compose.yaml", "a/docker/docker-compose.prod.yml"])
def test_a_compose_file_means_the_project_that_it_is_in(tree, path):
    (tree / path).parent.mkdir(exist_ok=True)
    (tree / path).touch()
    assert roots(tree, path) == ["a"]


def test_several_files_of_one_project_are_one_project(tree):
    assert roots(tree, "a/.env", "a/graph/agent.py") == ["a"]


def test_a_folder_without_a_project_is_reported(tree):
    found = discover([str(tree / "plain")])
    assert found.roots == ()
    assert found.empty == (str(tree / "plain"),)


def test_a_file_above_projects_means_the_projects_below_it(tree):
    (tree / "docker-compose.yml").touch()
    assert roots(tree, "docker-compose.yml") == ["a", "b/deep"]


def test_a_path_that_does_not_exist_is_an_error(tree):
    with pytest.raises(FileNotFoundError):
        discover([str(tree / "nowhere")])


@pytest.mark.parametrize("folder", ["node_modules", ".venv", ".git", "lib/site-packages"])
def test_installed_packages_are_not_projects(tree, folder):
    (tree / folder / "x").mkdir(parents=True)
    (tree / folder / "x" / "agentflow.json").touch()
    assert roots(tree, "") == ["a", "b/deep"]


def test_a_virtual_environment_by_any_name_is_not_walked(tree):
    (tree / "myenv").mkdir()
    (tree / "myenv" / "pyvenv.cfg").touch()
    (tree / "myenv" / "agentflow.json").touch()
    assert roots(tree, "") == ["a", "b/deep"]


def test_an_excluded_folder_is_not_walked(tree):
    assert len(discover([str(tree)], exclude=["b"]).roots) == 1


def test_a_project_inside_a_project_is_found_too(tree):
    (tree / "a" / "sub").mkdir()
    (tree / "a" / "sub" / "agentflow.json").touch()
    assert roots(tree, "a") == ["a", "a/sub"]


def test_the_search_upwards_stops_at_the_repository(tree):
    (tree / "agentflow.json").touch()
    (tree / "plain" / ".git").mkdir()
    assert roots(tree, "plain/readme.md") == []
