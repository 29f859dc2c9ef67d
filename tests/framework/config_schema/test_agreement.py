"""The schema of every release against the replay of its parsers, which the real servers were compared with."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from agentflow_lint.framework.config_checks import rejections
from agentflow_lint.framework.release import known_releases
from tests.conformance.configuration.strategies import data
from tests.conformance.schema.comparison import validator
from tests.conformance.schema.inexpressible import expressible, why_invalid
from tests.framework.config_schema.cases import REFUSED, SOUND, TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conformance.referees import Referee

ENVIRONMENT = {"REDIS_URL": "redis://localhost:6379/0", "HOST": "localhost"}
#: The releases in which something about the config changed.
ERAS = ("0.1.8", "0.2.4", "0.2.7", "0.3.2", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "0.9.0")


def referee(version: str) -> Referee:
    return SimpleNamespace(release=version)  # type: ignore[return-value]


def assert_agrees(version: str, config: Mapping[str, Any]) -> None:
    errors = list(validator(version).iter_errors(config))
    refused = [rejection.message for rejection in expressible(version, config, ENVIRONMENT.get)]
    if refused:
        assert errors, refused
    elif errors and not any(rejections(version, config, ENVIRONMENT.get)):
        assert any(why_invalid(leaf) for error in errors for leaf in error.context or [error]), errors


@pytest.mark.parametrize("version", ERAS)
def test_generated_configs(version: str) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data(referee(version)))
    def agrees(config: dict[str, Any]) -> None:
        assert_agrees(version, json.loads(json.dumps(config)))

    agrees()


@pytest.mark.parametrize("config", SOUND, ids=json.dumps)
def test_what_the_newest_release_takes(config: dict[str, Any]) -> None:
    config = {"agent": "graph.agent:app", **config}
    assert all(rejection.uncertain for rejection in rejections("0.9.0", config, ENVIRONMENT.get))
    validator("0.9.0").validate(config)


@pytest.mark.parametrize("config", REFUSED, ids=json.dumps)
def test_what_the_newest_release_refuses(config: dict[str, Any]) -> None:
    config = {"agent": "graph.agent:app", **config}
    assert list(expressible("0.9.0", config, ENVIRONMENT.get))
    assert not validator("0.9.0").is_valid(config)


@pytest.mark.parametrize("config", [*SOUND, *REFUSED, *TEXTS], ids=json.dumps)
def test_all_of_it_in_every_release(config: dict[str, Any]) -> None:
    for version in known_releases():
        assert_agrees(version, {"agent": "graph.agent:app", **config})


@pytest.mark.parametrize("config", [[], None, 1, "x"])
def test_a_config_is_an_object(config: object) -> None:
    assert not validator("0.9.0").is_valid(config)
