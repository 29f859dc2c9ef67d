"""What a release changed against the one before it, for the person who reviews the data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: More changed names than this in one module are counted, not listed.
_LISTED = 12


def previous(document: dict[str, Any], folder: Path) -> dict[str, Any] | None:
    """The newest release before ``document`` of its line: servers share one numbering, so do the cores."""
    older = []
    for path in folder.glob("*.json"):
        if path.name == "index.json":
            continue
        other = json.loads(path.read_text(encoding="utf-8"))
        key = (Version(other["version"]), other["distribution"] == document["distribution"])
        if Version(other["version"]) < Version(document["version"]):
            older.append((key, other))
    return max(older, key=lambda pair: pair[0])[1] if older else None


def changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """One line per difference, ``+`` added, ``-`` removed, ``~`` changed."""
    for key in ("distribution", "package", "aliases", "requires_python", "core_distribution", "scripts"):
        yield from _changed(key, old.get(key), new.get(key))
    for key in ("asgi_targets", "config_names"):
        yield from _changed(key, old.get(key), new.get(key))
    yield from _sets("requires", old["requires"], new["requires"])
    yield from _mappings("extra", old["extras"], new["extras"])
    yield from _mappings("setting", old.get("settings", {}), new.get("settings", {}))
    yield from _sets("config key", _paths(old.get("config_keys", {})), _paths(new.get("config_keys", {})))
    yield from _mappings("option", _options(old), _options(new))
    yield from _mappings("abstract class", old.get("abstract_methods", {}), new.get("abstract_methods", {}))
    yield from _sets("module", list(old["modules"]), list(new["modules"]))
    for module in sorted(set(old["modules"]) & set(new["modules"])):
        before, after = set(old["modules"][module].split()), set(new["modules"][module].split())
        for sign, names in (("-", before - after), ("+", after - before)):
            if names:
                shown = ", ".join(sorted(names)) if len(names) <= _LISTED else f"{len(names)} names"
                yield f"{sign} {module or new['package']}: {shown}"


def _changed(what: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"~ {what}: {json.dumps(old)} -> {json.dumps(new)}"


def _sets(what: str, old: list[str], new: list[str]) -> Iterator[str]:
    for sign, names in (("-", set(old) - set(new)), ("+", set(new) - set(old))):
        for name in sorted(names):
            yield f"{sign} {what} {name}"


def _mappings(what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    yield from _sets(what, list(old), list(new))
    for name in sorted(set(old) & set(new)):
        yield from _changed(f"{what} {name}", old[name], new[name])


def _paths(tree: dict[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key, inner in tree.items():
        found += [prefix + key, *_paths(inner, f"{prefix}{key}.")]
    return found


def _options(document: dict[str, Any]) -> dict[str, Any]:
    found = {f"(root) {option['names'][0]}": option for option in document.get("root_options", [])}
    for name, command in document.get("commands", {}).items():
        found[name] = {key: value for key, value in command.items() if key != "options"}
        found |= {f"{name} {option['names'][0]}": option for option in command["options"]}
    return found
