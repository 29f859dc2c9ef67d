"""Wheels of pure packages, written without a build backend, so that tests install packages without a network."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path


def build_wheel(project: Path, folder: Path) -> Path:
    """Write the wheel of a project whose pyproject.toml uses hatchling and lists its ``packages``; return its path."""
    declared: dict[str, Any] = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    name, version = declared["project"]["name"].replace("-", "_"), declared["project"]["version"]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {declared['project']['name']}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": _entry_points(declared["project"]["entry-points"]),
    }
    for package in declared["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        for file in sorted((project / package).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                files[file.relative_to(project).as_posix()] = file.read_text(encoding="utf-8")
    record = f"{info}/RECORD"
    files[record] = "".join(f"{each},,\n" for each in (*files, record))
    with zipfile.ZipFile(path, "w") as wheel:
        for each, text in files.items():
            wheel.writestr(each, text)
    return path


def _entry_points(groups: dict[str, dict[str, str]]) -> str:
    return "".join(
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
        for group, entries in groups.items()
    )
