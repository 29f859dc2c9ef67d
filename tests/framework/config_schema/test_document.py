"""The schema as a document: for every release, of every key, in the form that editors take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

from agentflow_lint.framework.config_keys import subtree
from agentflow_lint.framework.config_schema import config_schema
from agentflow_lint.framework.config_schema.keys import _FRAGMENTS
from agentflow_lint.framework.config_schema.texts import _DEFAULTS, _EXAMPLES, DESCRIPTIONS
from agentflow_lint.framework.facts import UnknownRelease
from agentflow_lint.framework.release import known_releases, load_release
from tests.golden import assert_golden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.framework.config_keys import KeyPath
    from agentflow_lint.framework.facts import ConfigKeys

GOLDEN = Path(__file__).parent / "golden"
RELEASES = known_releases()
each = pytest.mark.parametrize("version", RELEASES)


def paths(tree: ConfigKeys, above: KeyPath = ()) -> Iterator[KeyPath]:
    for key in tree:
        yield (*above, key)
        yield from paths(tree[key], (*above, key))


def at(schema: dict[str, Any], path: KeyPath) -> dict[str, Any]:
    for key in path:
        schema = schema.get("items", schema)["properties"][key]
    return schema


def parts(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from parts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from parts(inner)


EVERY_KEY = {path for version in RELEASES for path in paths(load_release(version).config_keys)}


@pytest.mark.parametrize("version", [RELEASES[0], RELEASES[-1]])
def test_golden(version: str) -> None:
    written = json.dumps(config_schema(version), indent=2) + "\n"
    assert_golden(GOLDEN / f"{'oldest' if version == RELEASES[0] else 'newest'}.json", written)


@each
def test_it_is_a_schema_of_its_dialect(version: str) -> None:
    Draft7Validator.check_schema(config_schema(version))


@each
def test_every_reference_leads_somewhere_and_stands_alone(version: str) -> None:
    schema = config_schema(version)
    references = [part for part in parts(schema) if "$ref" in part]
    assert references
    assert {reference["$ref"].rpartition("/")[2] for reference in references} == set(schema["definitions"])
    assert all(len(reference) == 1 for reference in references)


@each
def test_every_key_that_the_release_reads_is_described_and_offered(version: str) -> None:
    schema = config_schema(version)
    read = set(paths(load_release(version).config_keys))
    for path in read:
        key = at(schema, path)
        assert DESCRIPTIONS[path] in key["description"]
        assert "doNotSuggest" not in key
    assert read


@each
def test_a_key_that_only_other_releases_read_takes_anything_and_says_so(version: str) -> None:
    schema = config_schema(version)
    tree = load_release(version).config_keys
    read = set(paths(tree))
    # Where the release looks no deeper, nothing below is named.
    unread = {path for path in EVERY_KEY - read if subtree(tree, path[:-1])}
    for path in unread:
        key = at(schema, path)
        assert set(key) == {"description", "deprecated", "deprecationMessage", "doNotSuggest"}
        assert version in key["deprecationMessage"]
    # Only the newest release may read every key there is.
    assert unread or version == RELEASES[-1]


@each
def test_every_default_and_example_is_valid(version: str) -> None:
    schema = config_schema(version)
    checked = 0
    for path in paths(load_release(version).config_keys):
        key = at(schema, path)
        validator = Draft7Validator({**key, "definitions": schema["definitions"]})
        for value in [*key.get("examples", ()), *([key["default"]] if "default" in key else ())]:
            validator.validate(value)
            checked += 1
    assert checked >= 3


def test_there_is_no_text_and_no_shape_for_a_key_that_no_release_reads() -> None:
    assert set(DESCRIPTIONS) == EVERY_KEY
    for table in (_FRAGMENTS, _DEFAULTS, _EXAMPLES):
        assert set(table) <= EVERY_KEY


def test_a_default_follows_the_release() -> None:
    def default(version: str, *path: str) -> object:
        return at(config_schema(version), path)["default"]

    assert default("0.5.1", "websocket", "max_connections") is None
    assert default("0.6.0", "websocket", "max_connections") == 1000
    assert default("0.6.1", "rate_limit", "redis", "prefix") == "agentflow:rate-limit"
    assert default("0.7.0", "rate_limit", "redis", "prefix") == "10xgraph:rate-limit"


def test_a_key_without_effect_is_deprecated() -> None:
    assert at(config_schema("0.9.0"), ("checkpointer",))["deprecated"] is True
    assert at(config_schema("0.4.0"), ("store",))["deprecated"] is True
    assert "deprecated" not in at(config_schema("0.5.0"), ("store",))
    assert at(config_schema("0.7.0"), ("runs",))["deprecationMessage"].endswith("from 0.8.0 on.")


def test_a_description_says_since_when_and_what_is_broken() -> None:
    assert at(config_schema("0.9.0"), ("runs", "timeout"))["description"].endswith("Since 0.8.0.")
    assert "Since" not in at(config_schema("0.9.0"), ("agent",))["description"]
    assert "mended in 0.6.0" in at(config_schema("0.5.1"), ("auth",))["description"]
    assert "mended" not in at(config_schema("0.9.0"), ("auth",))["description"]


@each
def test_every_pattern_is_plain_enough_for_all_dialects(version: str) -> None:
    patterns = {part["pattern"] for part in parts(config_schema(version)) if isinstance(part.get("pattern"), str)}
    assert patterns
    for pattern in patterns:
        re.compile(pattern)
        # No flags, no look-behind, no class that means something else in another dialect ([\s\S] is everything in all).
        assert not re.search(r"\(\?(?![:!=])|\\[A-Zac-mo-qsvwyz]", pattern.replace(r"[\s\S]", "")), pattern


def test_an_unknown_release_is_an_error() -> None:
    with pytest.raises(UnknownRelease):
        config_schema("9.9.9")
