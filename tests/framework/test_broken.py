"""Defects as released: their bounds, when a setup meets them, and that the replayed parsers know the same."""

from __future__ import annotations

from typing import Any

import pytest
from packaging.version import Version

from agentflow_lint.framework.broken import DEFECTS, Setup, breaks_redis_limiter, defects
from agentflow_lint.framework.config_checks import rejections
from agentflow_lint.framework.release import known_releases

AGENT = {"agent": "graph.agent:app"}
JWT: dict[str, Any] = {**AGENT, "auth": "jwt"}
CUSTOM = {**AGENT, "auth": {"method": "custom", "path": "auth.backend:Backend"}}
LIMITED = {**AGENT, "rate_limit": {"backend": "redis", "redis": {"url": "redis://cache:6379/0"}}}


def met(version: str, data: dict[str, Any], core: str = "0.6.7") -> dict[str, str]:
    return {defect.name: presence for defect, presence in defects(version, Setup(data, core))}


def releases_with(name: str, data: dict[str, Any], core: str = "0.6.7") -> list[str]:
    return [version for version in known_releases() if met(version, data, core).get(name) == "present"]


@pytest.mark.parametrize(
    ("name", "data", "core", "first", "last", "count"),
    [
        ("core-reorganised", JWT, "0.10.1", "0.1.8", "0.2.9", 12),
        ("jwt-never-bound", JWT, "0.6.7", "0.1.8", "0.1.9", 2),
        ("jwt-refused", JWT, "0.6.7", "0.2.2", "0.5.1", 23),
        ("custom-auth-refused", CUSTOM, "0.6.7", "0.1.8", "0.2.3", 6),
        ("core-too-old", AGENT, "0.4.5", "0.1.8", "0.1.8", 1),
        ("anonymous-refused", AGENT, "0.6.7", "0.2.7", "0.2.7", 1),
        ("redis-rate-limit", LIMITED, "0.6.7", "0.3.2", "0.8.0", 17),
    ],
)
def test_the_releases_that_have_a_defect(
    name: str, data: dict[str, Any], core: str, first: str, last: str, count: int
) -> None:
    found = releases_with(name, data, core)
    assert (found[0], found[-1], len(found)) == (first, last, count)


def test_every_defect_has_a_release_without_it_to_upgrade_to() -> None:
    known = known_releases()
    for defect in DEFECTS:
        assert defect.mended in known
        assert Version(defect.since) < Version(defect.mended)
        assert any(defect.ships_with(version) for version in known)
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize(
    ("core", "has_yaml", "expected"),
    [
        ("0.6.6", False, None),
        ("0.6.7", False, "present"),
        ("0.7.4.9", None, "undecided"),
        ("0.7.4.9", True, None),
        ("0.7.5.0", False, None),
    ],
)
def test_cores_that_do_not_require_yaml(core: str, has_yaml: bool | None, expected: str | None) -> None:
    found = {defect.name: presence for defect, presence in defects("0.3.2.9", Setup(AGENT, core, has_yaml))}
    assert found.get("core-without-yaml") == expected


@pytest.mark.parametrize(
    ("core", "has_a2a", "expected"),
    [
        ("0.7.0", False, None),
        ("0.7.1", False, "present"),
        ("0.7.1", True, "undecided"),
        ("0.7.1", None, "undecided"),
        ("0.7.2", False, None),
    ],
)
def test_the_core_that_does_not_require_an_a2a_sdk(core: str, has_a2a: bool | None, expected: str | None) -> None:
    found = {defect.name: presence for defect, presence in defects("0.3.2", Setup(AGENT, core, True, has_a2a))}
    assert found.get("core-without-a2a") == expected


@pytest.mark.parametrize("core", ["0.5.0", "0.6.7"])
def test_a_core_from_before_the_move_is_fine(core: str) -> None:
    assert met("0.2.9", JWT, core).keys() == {"jwt-refused"}


@pytest.mark.parametrize(
    ("change", "presence"),
    [
        ({}, "present"),
        ({"enabled": "yes"}, "present"),
        ({"redis": "redis://cache"}, "present"),
        ({"redis": "${REDIS_URL}"}, "present"),
        ({"enabled": False}, None),
        ({"enabled": "off"}, None),
        ({"enabled": 1}, None),
        ({"backend": "memory"}, None),
        ({"redis": None}, None),
        ({"redis": {"prefix": "p"}}, None),
        ({"redis": {"url": 5}}, None),
    ],
)
def test_when_the_limiter_is_built_from_a_url(change: dict[str, Any], presence: str | None) -> None:
    data = {**LIMITED, "rate_limit": {**LIMITED["rate_limit"], **change}}  # type: ignore[dict-item]
    assert met("0.6.1", data).get("redis-rate-limit") == presence


def test_the_projects_own_code_may_avert_it() -> None:
    assert met("0.6.1", {**LIMITED, "injectq": "graph.container:container"}) == {"redis-rate-limit": "undecided"}
    assert met("0.2.7", {**AGENT, "authorization": "auth.backend:Open"}) == {"anonymous-refused": "undecided"}
    assert met("0.2.7", JWT) == {"jwt-refused": "present"}


def test_which_releases_cannot_use_a_url() -> None:
    assert [breaks_redis_limiter(version) for version in ("0.3.1", "0.3.2", "0.8.0", "0.9.0")] == [0, 1, 1, 0]


@pytest.mark.parametrize("version", known_releases())
@pytest.mark.parametrize("data", [JWT, CUSTOM, LIMITED, {**LIMITED, "injectq": "c:c"}, AGENT], ids="-".join)
def test_the_replayed_parsers_name_the_same_defects(version: str, data: dict[str, Any]) -> None:
    """The parsers' own AF108 rejections exist for those who ask whether a config starts; the table speaks."""
    replayed = {
        (rejection.path, rejection.when, rejection.uncertain)
        for rejection in rejections(version, data, lambda _: None)
        if rejection.rule == "AF108"
    }
    table = {
        (defect.path, defect.when, presence == "undecided")
        for defect, presence in defects(version, Setup(data, "0.6.7"))
        if defect.name != "anonymous-refused"
    }
    assert replayed == table
