"""Module resolution, checked against the interpreter's own path finder."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
from typing import TYPE_CHECKING

import pytest

from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.loading.modules import (
    FrameworkModule,
    MissingModule,
    ModuleFinder,
    NamespacePackage,
    ProjectModule,
    StandardLibrary,
    ThirdParty,
    UnknownModule,
    absolute_name,
)

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, *paths: str) -> ProjectFiles:
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("")
    return ProjectFiles(str(root))


class Library:
    def has_module(self, dotted: str) -> bool:
        return dotted in ("agentflow", "agentflow.core")


def test_a_package_comes_before_a_module_of_the_same_name(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "graph/__init__.py", "graph.py", "graph/agent.py"))
    assert finder.find("graph") == ProjectModule("graph/__init__.py", True)
    assert finder.find("graph.agent") == ProjectModule("graph/agent.py", False)


def test_a_module_comes_before_a_folder_without_init(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "graph/agent.py", "graph.py"))
    assert finder.find("graph") == ProjectModule("graph.py", False)
    assert finder.find("graph.agent") == MissingModule("graph.agent")


def test_namespace_packages_join_the_folders_of_the_search_path(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "a/ns/one.py", "b/ns/two.py"), ("a", "b"))
    assert finder.find("ns") == NamespacePackage(("a/ns", "b/ns"))
    assert finder.find("ns.two") == ProjectModule("b/ns/two.py", False)


def test_a_namespace_package_gives_way_to_anything_later_on_the_path(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "a/x/one.py", "b/x.py"), ("a", "b"))
    assert finder.find("x") == ProjectModule("b/x.py", False)


def test_the_search_path_decides_the_order(tmp_path: Path) -> None:
    files = write(tmp_path, "graph.py", "src/graph.py")
    assert ModuleFinder(files, ("src", "")).find("graph") == ProjectModule("src/graph.py", False)
    assert ModuleFinder(files, ("", "src")).find("graph") == ProjectModule("graph.py", False)


def test_a_missing_module_says_which_part_is_missing_and_what_is_near(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "graph/__init__.py", "graph/agent.py"), declared=frozenset())
    assert finder.find("graph.agnet.deeper") == MissingModule("graph.agnet", ("agent",))
    assert finder.find("grahp") == MissingModule("grahp", ("graph",), is_external=True)


def test_names_are_compared_exactly(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "Graph.py"), declared=frozenset())
    assert isinstance(finder.find("graph"), MissingModule)


def test_what_is_declared_or_may_be_is_third_party(tmp_path: Path) -> None:
    files = write(tmp_path, "graph.py")
    assert ModuleFinder(files, declared=frozenset({"httpx"})).find("httpx.client") == ThirdParty("httpx.client")
    assert ModuleFinder(files, declared=None).find("anything") == ThirdParty("anything")
    assert isinstance(ModuleFinder(files, declared=frozenset()).find("httpx"), MissingModule)


def test_a_folder_of_a_dependencys_name_does_not_hide_it(tmp_path: Path) -> None:
    """A data folder called ``redis`` is a namespace package, which an installed package beats."""
    files = write(tmp_path, "redis/dump.txt")
    assert ModuleFinder(files, declared=frozenset({"redis"})).find("redis") == ThirdParty("redis")


def test_the_standard_library_is_that_of_the_servers_python(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "graph.py"), declared=frozenset())
    assert finder.find("os.path") == StandardLibrary("os.path")
    assert isinstance(finder.find("distutils"), MissingModule)
    assert finder.find("annotationlib") == StandardLibrary("annotationlib")


def test_a_project_module_with_a_standard_name_is_undecided(tmp_path: Path) -> None:
    assert isinstance(ModuleFinder(write(tmp_path, "token.py")).find("token"), UnknownModule)


def test_framework_modules_come_from_the_release(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "graph.py"), framework={"agentflow": Library()})
    assert finder.find("agentflow.core") == FrameworkModule("agentflow.core")
    assert finder.find("agentflow.graph") == MissingModule("agentflow.graph", in_framework=True)


@pytest.mark.parametrize(
    "path", ["m.cpython-312-x86_64-linux-gnu.so", "m.pyd", "m.pyi", "m/__init__.cpython-312-x86_64-linux-gnu.so"]
)
def test_what_is_not_source_is_unknown(tmp_path: Path, path: str) -> None:
    assert isinstance(ModuleFinder(write(tmp_path, path)).find("m"), UnknownModule)


@pytest.mark.parametrize("name", ["", "a..b", ".a", "a.", "graph/agent", "graph agent", "1a"])
def test_no_such_name_can_be_imported(tmp_path: Path, name: str) -> None:
    assert isinstance(ModuleFinder(write(tmp_path, "graph/agent.py")).find(name), MissingModule)


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("")
    files = write(tmp_path / "project", "graph.py")
    os.symlink(outside, tmp_path / "project" / "linked.py")
    assert isinstance(ModuleFinder(files, declared=frozenset()).find("linked"), MissingModule)


def test_the_modules_of_the_folders_are_listed(tmp_path: Path) -> None:
    for path in ("app/__init__.py", "main.py", "src/more.py", "os.py", "docs/index.md", "not-a-name.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("")
    finder = ModuleFinder(ProjectFiles(str(tmp_path)), ("", "src"), declared=frozenset())
    # A module of the standard library's name is not certain to be found, a folder without code is a package to Python.
    assert finder.top_modules() == ("app", "docs", "main", "more", "src")


def test_submodules_are_listed(tmp_path: Path) -> None:
    finder = ModuleFinder(write(tmp_path, "graph/__init__.py", "graph/agent.py", "graph/tools/x.py", "graph/a-b.py"))
    assert finder.submodules("graph") == ("agent", "tools")
    assert finder.submodules("graph.agent") == ()


LAYOUTS = [
    ("x.py",),
    ("x/__init__.py",),
    ("x/__init__.py", "x.py"),
    ("x/y.py",),
    ("x/y.py", "x.py"),
    ("a/x.py", "x/__init__.py"),
    ("a/x/y.py", "x.py"),
    ("a/x/y.py", "x/z.py"),
    ("a/x/__init__.py", "x.py"),
    ("other.py",),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("search", [("",), ("a", ""), ("", "a")])
def test_agrees_with_the_interpreter(tmp_path: Path, layout: tuple[str, ...], search: tuple[str, ...]) -> None:
    files = write(tmp_path, *layout)
    found = ModuleFinder(files, search, declared=frozenset()).find("x")
    spec = importlib.machinery.PathFinder.find_spec("x", [str(tmp_path / folder) for folder in search])
    if spec is None:
        assert isinstance(found, MissingModule)
    elif spec.origin is None:
        assert isinstance(found, NamespacePackage)
        assert [str(tmp_path / folder) for folder in found.folders] == list(spec.submodule_search_locations or ())
    else:
        assert isinstance(found, ProjectModule)
        assert str(tmp_path / found.path) == spec.origin
        assert found.is_package == (spec.submodule_search_locations is not None)


@pytest.mark.parametrize(
    ("package", "level", "module", "expected"),
    [
        ("a.b", 0, "c", "c"),
        ("a.b", 1, "c", "a.b.c"),
        ("a.b", 1, "", "a.b"),
        ("a.b", 2, "c.d", "a.c.d"),
        ("a.b", 3, "c", None),
        ("", 1, "c", None),
    ],
)
def test_relative_names(package: str, level: int, module: str, expected: str | None) -> None:
    assert absolute_name(package, level, module) == expected
    if expected is not None and level:
        assert importlib.util.resolve_name("." * level + module, package).rstrip(".") == expected
    elif level:
        with pytest.raises(ImportError):
            importlib.util.resolve_name("." * level + module, package)
