"""Lock files: the exact versions that uv, Poetry, PDM, Pipenv and PEP 751 tools resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from agentflow_lint.records import once
from agentflow_lint.sources.json import JsonObject, JsonScalar, read_json
from agentflow_lint.sources.requirements.facts import Collected, RequirementsFile
from agentflow_lint.sources.requirements.poetry import specifier_of
from agentflow_lint.sources.toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agentflow_lint.sources.text import SourceText, Span
    from agentflow_lint.sources.toml import TomlDocument

LockKind: TypeAlias = Literal["uv", "poetry", "pdm", "pylock", "pipenv"]

_KINDS: dict[str, LockKind] = {
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "pylock.toml": "pylock",
    "Pipfile.lock": "pipenv",
}
_MAIN_GROUPS = ("main", "default")


def lock_kind(name: str) -> LockKind | None:
    """The kind of lock file that a file of this name (without folders) is, if any."""
    return _KINDS.get(name)


@once
def read_lock(text: SourceText, kind: LockKind) -> RequirementsFile:
    """Read the versions that a lock file names; never raises.

    ``group`` is None for what the main dependencies need and where the format does not tell (uv, PEP 751); for the
    others it is the first group that needs the package. The project itself is left out where the lock marks it.
    """
    return _pipenv(text) if kind == "pipenv" else _toml_lock(text, kind)


def _toml_lock(text: SourceText, kind: LockKind) -> RequirementsFile:
    document = read_toml(text)
    found = Collected()
    if document.problem:
        found.problem(f"not TOML: {document.problem.message}", document.problem.span)
        return found.file()
    found.requires_python = _requires_python(document.data)
    array = "packages" if kind == "pylock" else "package"
    packages = document.data.get(array)
    for index, package in enumerate(packages if isinstance(packages, list) else ()):
        if isinstance(package, dict) and not _is_project(package):
            name, version = package.get("name"), package.get("version")
            span = _package_span(document, array, index)
            found.add_locked(name, version, span, _group(package), _marker(package))
    return found.file()


def _package_span(document: TomlDocument, array: str, index: int) -> Span:
    """The ``version = "..."`` line, else the header of the package."""
    return document.statement_span((array, index, "version"))


def _requires_python(data: Mapping[str, Any]) -> str | None:
    metadata = data.get("metadata")
    python = data.get("requires-python")
    if python is None and isinstance(metadata, dict):
        python = metadata.get("python-versions", metadata.get("requires_python"))
    return specifier_of(python) if isinstance(python, str) else None


def _is_project(package: Mapping[str, Any]) -> bool:
    source = package.get("source")
    return isinstance(source, dict) and ("virtual" in source or source.get("editable") == ".")


def _group(package: Mapping[str, Any]) -> str | None:
    groups = package.get("groups", package.get("category"))
    names = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    if not names or any(name in _MAIN_GROUPS for name in names):
        return None
    return next((name for name in names if isinstance(name, str)), None)


def _marker(package: Mapping[str, Any]) -> str | None:
    forks = package.get("resolution-markers")
    if isinstance(forks, list) and all(isinstance(fork, str) for fork in forks):
        return " or ".join(f"({fork})" for fork in forks)
    marker = package.get("marker", package.get("markers"))
    return marker if isinstance(marker, str) else None


def _pipenv(text: SourceText) -> RequirementsFile:
    document = read_json(text)
    found = Collected()
    if document.problem:
        found.problem(f"not JSON: {document.problem.message}", document.problem.span)
        return found.file()
    python = document.find(("_meta", "requires", "python_version"))
    if isinstance(python, JsonScalar) and isinstance(python.value, str):
        found.requires_python = specifier_of(python.value + ".*")
    for section, group in (("default", None), ("develop", "develop")):
        packages = document.find((section,))
        for member in packages.members if isinstance(packages, JsonObject) else ():
            locked = member.value if isinstance(member.value, JsonObject) else JsonObject((), member.key_span)
            version, marker = locked.member("version"), locked.member("markers")
            written = version.value.value if version and isinstance(version.value, JsonScalar) else None
            found.add_locked(
                member.key,
                written.removeprefix("==") if isinstance(written, str) else None,
                version.value.span if version else member.key_span,
                group,
                marker.value.value if marker and isinstance(marker.value, JsonScalar) else None,
            )
    return found.file()
