"""The JSON Schema of a release's config: its own keys, and what it takes for each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from packaging.version import Version

from agentflow_lint.framework.config_keys import introduced_after, last_read_before
from agentflow_lint.framework.config_schema.definitions import definitions
from agentflow_lint.framework.config_schema.keys import Era, fragment
from agentflow_lint.framework.config_schema.texts import DESCRIPTIONS, hints
from agentflow_lint.framework.config_schema.together import conditions
from agentflow_lint.framework.release import known_releases, load_release

if TYPE_CHECKING:
    from agentflow_lint.framework.config_keys import KeyPath
    from agentflow_lint.framework.config_schema.shapes import Schema
    from agentflow_lint.framework.facts import ConfigKeys, Release

#: The dialect that every editor's validator knows.
DIALECT = "http://json-schema.org/draft-07/schema#"


def config_schema(version: str) -> Schema:
    """The JSON Schema (draft-07) of the config that server release ``version`` reads.

    Valid is what the release takes, as far as a schema can say it; keys that it does not know it ignores, and so does
    the schema. Raises :class:`~agentflow_lint.framework.facts.UnknownRelease`.
    """
    release = load_release(version)
    era = Era(release)
    name = f"{release.distribution} {release.version}"
    schema: Schema = {
        "$schema": DIALECT,
        "$id": f"urn:agentflow-lint:config:{release.distribution}:{release.version}",
        "title": f"{release.config_names[0]} of {name}",
        "description": f"What {name} takes in {' or '.join(release.config_names)}. Keys that it does not know are "
        "ignored. Variables, files and import targets are not looked at: agentflow-lint itself does that.",
        "type": "object",
        "required": ["agent"],
        "properties": _properties(era, (), release.config_keys, _all_keys()),
    }
    if together := list(conditions(era)):
        schema["allOf"] = together
    schema["definitions"] = definitions(schema)
    return schema


def _properties(era: Era, above: KeyPath, read: ConfigKeys, known: ConfigKeys) -> dict[str, Schema]:
    """The keys below ``above``: those that the release reads, then those that only others read."""
    keys = {key: _read(era, (*above, key), read[key], known[key]) for key in read}
    return keys | {key: _unread(era.release, (*above, key)) for key in known if key not in read}


def _read(era: Era, path: KeyPath, read: ConfigKeys, known: ConfigKeys) -> Schema:
    release = era.release
    schema: Schema = {"description": _description(release, path), **hints(release.version, path)}
    if ignored := _ignored(release, path):
        schema |= {"deprecated": True, "deprecationMessage": ignored}
    value = fragment(era, path)
    # What stands beside a reference does not count in this draft.
    schema |= {"allOf": [value]} if "$ref" in value else value
    if read:
        holder = schema.get("items", schema)
        holder["properties"] = _properties(era, path, read, known)
    return schema


def _description(release: Release, path: KeyPath) -> str:
    since = _first_reader(path)
    known_from = "" if since == known_releases()[0] else f" Since {since}."
    broken = _broken(release, path)
    return DESCRIPTIONS[path] + known_from + (f" {broken}" if broken else "")


def _broken(release: Release, path: KeyPath) -> str:
    """What of a key is right and does not work in this release; the schema refuses none of it."""
    version = Version(release.version)
    if path == ("auth",) and not release.behaviour.jwt_auth_starts:
        return 'In this release "jwt" is refused all the same (mended in 0.6.0).'
    if path == ("auth",) and version < Version("0.2.0"):
        return 'In this release "jwt" is never put to use (mended in 0.2.0).'
    if path == ("auth", "path") and version < Version("0.2.4"):
        return "In this release no path works (mended in 0.2.4)."
    if path == ("rate_limit", "backend") and version < Version("0.9.0"):
        return "In this release redis with a URL ends the start (mended in 0.9.0)."
    return ""


def _ignored(release: Release, path: KeyPath) -> str:
    """Why a key that the release reads has no effect; empty for all others."""
    if path == ("checkpointer",):
        return "The server never applies it: pass the checkpointer to compile()."
    if path == ("store",) and not release.behaviour.binds_configured_store:
        return "This release never applies it: pass the store to compile()."
    return ""


def _unread(release: Release, path: KeyPath) -> Schema:
    later = introduced_after(release.version, path)
    when = f"from {later} on" if later else f"up to {last_read_before(release.version, path)}"
    name = f"{release.distribution} {release.version}"
    unread = f"{name} never reads it: it has a meaning {when}."
    return {"description": unread, "deprecated": True, "deprecationMessage": unread, "doNotSuggest": True}


@cache
def _first_reader(path: KeyPath) -> str:
    """The first known release that reads ``path``."""
    oldest = known_releases()[0]
    return oldest if _has(load_release(oldest).config_keys, path) else str(introduced_after(oldest, path))


def _has(tree: ConfigKeys, path: KeyPath) -> bool:
    for key in path:
        if key not in tree:
            return False
        tree = tree[key]
    return True


@cache
def _all_keys() -> ConfigKeys:
    """Every key that some known release reads."""
    found: ConfigKeys = {}
    for version in known_releases():
        found = _merged(found, load_release(version).config_keys)
    return found


def _merged(one: ConfigKeys, other: ConfigKeys) -> ConfigKeys:
    keys = sorted({*one, *other})
    return {key: _merged(one.get(key, {}), other.get(key, {})) for key in keys}
