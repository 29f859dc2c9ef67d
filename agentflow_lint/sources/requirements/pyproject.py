"""pyproject.toml: what [project], [dependency-groups], Poetry, PDM and uv ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.records import once
from agentflow_lint.sources.requirements.facts import Collected, Include, Requirement, RequirementsFile, canonical
from agentflow_lint.sources.requirements.poetry import specifier_of
from agentflow_lint.sources.toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.sources.text import SourceText
    from agentflow_lint.sources.toml import Path, TomlDocument


@once
def read_pyproject(text: SourceText) -> RequirementsFile:
    """Read the dependencies that a pyproject.toml declares; never raises.

    A group that includes another group does not repeat its requirements. ``dependencies`` that setuptools takes
    from files are includes.
    """
    document = read_toml(text)
    found = Collected()
    if document.problem:
        found.problem(f"not TOML: {document.problem.message}", document.problem.span)
        return found.file()
    project = _table(document.data, "project")
    python = project.get("requires-python")
    found.requires_python = python if isinstance(python, str) else None
    _add_list(found, document, ("project", "dependencies"), project.get("dependencies"), None)
    _add_lists(found, document, ("project", "optional-dependencies"), project.get("optional-dependencies"))
    _add_lists(found, document, ("dependency-groups",), document.data.get("dependency-groups"))
    tool = _table(document.data, "tool")
    _add_lists(found, document, ("tool", "pdm", "dev-dependencies"), _table(tool, "pdm").get("dev-dependencies"))
    _add_list(found, document, ("tool", "uv", "dev-dependencies"), _table(tool, "uv").get("dev-dependencies"), "dev")
    _add_dynamic(found, document, project, tool)
    _add_poetry(found, document, _table(tool, "poetry"))
    return found.file()


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _add_lists(found: Collected, document: TomlDocument, path: Path, groups: object) -> None:
    for group, items in groups.items() if isinstance(groups, dict) else ():
        _add_list(found, document, (*path, group), items, group)


def _add_list(found: Collected, document: TomlDocument, path: Path, items: object, group: str | None) -> None:
    if not isinstance(items, list):
        return
    spans = document.item_spans(path)
    for index, item in enumerate(items):
        span = spans[index] if index < len(spans) else document.span(path)
        if isinstance(item, str):
            found.add(item.removeprefix("-e ").strip(), span, group)
        elif not isinstance(item, dict):
            found.problem("this is not a requirement", span)


def _add_dynamic(found: Collected, document: TomlDocument, project: Mapping[str, Any], tool: Mapping[str, Any]) -> None:
    dynamic = project.get("dynamic")
    source = _table(_table(_table(tool, "setuptools"), "dynamic"), "dependencies").get("file")
    if not isinstance(dynamic, list) or "dependencies" not in dynamic:
        return
    path: Path = ("tool", "setuptools", "dynamic", "dependencies", "file")
    for index, name in enumerate(source if isinstance(source, list) else [source]):
        if isinstance(name, str):
            found.includes.append(Include(name, False, document.span((*path, index))))


def _add_poetry(found: Collected, document: TomlDocument, poetry: Mapping[str, Any]) -> None:
    base: Path = ("tool", "poetry")
    main = _table(poetry, "dependencies")
    extras: dict[str, list[str]] = {}
    for extra, names in _table(poetry, "extras").items():
        for name in _items(names):
            if isinstance(name, str):
                extras.setdefault(canonical(name), []).append(extra)
    for name, wanted in main.items():
        if name.lower() == "python":
            version = wanted.get("version") if isinstance(wanted, dict) else wanted
            if found.requires_python is None and isinstance(version, str):
                found.requires_python = specifier_of(version)
        else:
            _add_constraints(found, document, (*base, "dependencies", name), wanted, None, extras)
    for name, wanted in _table(poetry, "dev-dependencies").items():
        _add_constraints(found, document, (*base, "dev-dependencies", name), wanted, "dev", {})
    for group, table in _table(poetry, "group").items():
        for name, wanted in _table(table, "dependencies").items() if isinstance(table, dict) else ():
            _add_constraints(found, document, (*base, "group", group, "dependencies", name), wanted, group, {})


def _add_constraints(
    found: Collected,
    document: TomlDocument,
    path: Path,
    wanted: object,
    group: str | None,
    extras_of: Mapping[str, list[str]],
) -> None:
    """Add one key of a Poetry table, whose value is a version, a table, or a list of tables for several markers."""
    name = canonical(str(path[-1]))
    span = document.statement_span(path)
    for each in wanted if isinstance(wanted, list) else [wanted]:
        table: object = {"version": each} if isinstance(each, str) else each
        if not isinstance(table, dict):
            found.problem("this is not a requirement", span)
            continue
        version, markers = table.get("version"), table.get("markers")
        marker = markers if isinstance(markers, str) else None
        specifier = specifier_of(version) if isinstance(version, str) else ""
        if specifier is None:
            found.problem(f"the versions wanted of {name} cannot be written as a PEP 440 specifier", span)
        extras = frozenset(canonical(extra) for extra in _items(table.get("extras")) if isinstance(extra, str))
        # What is optional comes with the extras that list it, or never.
        groups = [group] if table.get("optional") is not True else extras_of.get(name) or ["optional"]
        found.requirements.extend(
            Requirement(name, extras, specifier or "", False, span, each_group, marker) for each_group in groups
        )


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
