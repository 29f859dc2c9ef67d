"""What is recorded of a wheel: one JSON document per release, laid out so that a person can review it."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from .abstract_methods import abstract_methods
from .command_line import command_line
from .config_keys import config_keys
from .names import surfaces
from .settings import settings
from .wheel import ExtractionError, literal_assignments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .names import Surface
    from .wheel import Wheel

SERVERS = ("10xscale-agentflow-cli", "10xgraph-api")
#: core distribution -> the package it installs.
CORES = {"10xscale-agentflow": "agentflow", "10xgraph": "tenxgraph"}
_WIDTH = 120


def data_file(wheel: Wheel) -> str:
    """Where the data of this wheel belongs, below ``agentflow_lint/framework``."""
    name = canonicalize_name(wheel.distribution)
    if name in SERVERS:
        return f"releases/{wheel.version}.json"
    if name in CORES:
        return f"cores/{name}-{wheel.version}.json"
    raise ExtractionError(f"{wheel.path.name}: {wheel.distribution} is no distribution of the framework")


def extract(wheel: Wheel) -> dict[str, Any]:
    """The data of one release, server or core."""
    server = data_file(wheel).startswith("releases/")
    base, extras = wheel.requirements
    found = surfaces(wheel, wheel.package)
    document: dict[str, Any] = {
        "distribution": canonicalize_name(wheel.distribution),
        "version": wheel.version,
        "package": wheel.package,
        "aliases": wheel.aliases,
        "requires_python": wheel.requires_python,
        "requires": base,
        "extras": extras,
    }
    if server:
        cores = [name for line in base if (name := canonicalize_name(Requirement(line).name)) in CORES]
        if len(cores) != 1:
            raise ExtractionError(f"{wheel.path.name} requires {cores or 'no core'}")
        parsed = command_line(wheel)
        document |= {
            "core_distribution": cores[0],
            "core_package": CORES[cores[0]],
            "scripts": wheel.console_scripts,
            "asgi_targets": _asgi_targets(wheel, found),
            "config_names": _config_names(wheel),
            "config_keys": config_keys(wheel),
            "settings": settings(wheel),
            "root_options": parsed.root_options,
            "commands": parsed.commands,
        }
    document["abstract_methods"] = abstract_methods(wheel)
    document["dynamic_modules"] = [name[len(wheel.package) + 1 :] for name, surface in found.items() if surface.dynamic]
    document["modules"] = {name[len(wheel.package) + 1 :]: " ".join(surface.names) for name, surface in found.items()}
    return document


def _asgi_targets(wheel: Wheel, found: Mapping[str, Surface]) -> list[str]:
    module = "src.app.main"
    if "app" not in found[f"{wheel.package}.{module}"].names:
        raise ExtractionError(f"{wheel.path.name}: {module} binds no app")
    return [f"{package}.{module}:app" for package in (wheel.package, *wheel.aliases)]


def _config_names(wheel: Wheel) -> list[str]:
    """The file names that the ASGI target tries in the working directory, first choice first."""
    constants = literal_assignments(wheel.tree(f"{wheel.package}.src.app.core.config.graph_config"))
    names = [constants[name] for name in ("CONFIG_FILE", "LEGACY_CONFIG_FILE") if name in constants]
    if names:
        return [str(name) for name in names]
    for node in ast.walk(wheel.tree(f"{wheel.package}.src.app.main")):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("environ.get"):
            values = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if len(values) == 2 and values[0] == "GRAPH_PATH":
                return [str(values[1])]
    raise ExtractionError(f"{wheel.path.name}: no default config file name found")


def render(document: dict[str, Any]) -> str:
    """``document`` as JSON: a container stands on one line when it fits, else has one line per entry."""
    return _rendered(document, "", top=True) + "\n"


def _rendered(value: object, indent: str, *, top: bool = False) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    inner = indent + "  "
    if not isinstance(value, dict | list) or (len(flat) + len(indent) + 40 <= _WIDTH and not top):
        return flat
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _rendered(item, inner) for item in value) + f"\n{indent}]"
    lines = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {_rendered(item, inner)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def render_index(folder: Path) -> str:
    """The index of one data folder: distribution -> versions, oldest first."""
    index: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.json")):
        if path.name != "index.json":
            document = json.loads(path.read_text(encoding="utf-8"))
            index.setdefault(document["distribution"], []).append(document["version"])
    return render({name: sorted(versions, key=Version) for name, versions in sorted(index.items(), reverse=True)})
