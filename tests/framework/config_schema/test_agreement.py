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


SOUND: tuple[dict[str, Any], ...] = (
    {},
    {"rate_limit": {}, "auth": "jwt"},
    {"rate_limit": {"requests": "1_000", "window": 60.9, "enabled": " YES ", "trusted_proxies": ["::1", "10.0.0.0/8"]}},
    {"rate_limit": {"backend": "redis", "redis": {"url": "redis://${HOST}:6379"}}},
    {"rate_limit": {"backend": "redis", "enabled": "off"}},
    {"rate_limit": {"backend": "custom"}, "injectq": "graph.container:container"},
    {"websocket": {"max_connections": "10", "max_connections_per_user": None}},
    {"auth": {"method": "custom", "path": "graph.auth:Auth"}},
    {"auth": {}, "store": [], "injectq": 0, "thread_name_generator": False},
    {"authorization": {"type": "Roles", "backend": "", "roles": {"admin": "*"}, "role_scopes": 1}},
    {"runs": {"max_concurrent_per_user": False, "timeout": 0.5}},
    {"remote_tools": [{"node_name": "T", "name": "n", "description": "d", "parameters": {"x": 1}}]},
    {"observability": {"logfire": None, "level": 3}, "graph_introspection": None},
    {"$schema": "./schema.json", "_comment": "why", "unknown": {"anything": [1]}},
)
REFUSED: tuple[dict[str, Any], ...] = (
    {"agent": None},
    {"agent": ""},
    {"agent": "graph/agent.py:app"},
    {"agent": "graph.agent"},
    {"agent": "graph.agent:app\n"},
    {"env": [".env"]},
    {"auth": "none"},
    {"auth": {"method": "jwt"}},
    {"auth": True},
    {"authorization": {}},
    {"authorization": {"backend": "rbac", "roles": {"admin": 1}}},
    {"rate_limit": {"enabled": 1}},
    {"rate_limit": {"enabled": None}},
    {"rate_limit": {"requests": 0}},
    {"rate_limit": {"requests": "1.5"}},
    {"rate_limit": {"backend": "redis"}},
    {"rate_limit": {"backend": "redis", "redis": ""}},
    {"rate_limit": {"backend": "redis", "redis": {"url": "http://h"}}},
    {"rate_limit": {"backend": "custom"}},
    {"rate_limit": {"redis": "${"}},
    {"rate_limit": {"trusted_proxies": ["10.0.0.0/33"]}},
    {"runs": {"timeout": "600"}},
    {"runs": {"max_concurrent_per_user": True}},
    {"runs": {"thread_ids": "server"}, "ag_ui": {"enabled": "on"}, "authorization": " Ownership "},
    {"remote_tools": None},
    {"remote_tools": [{"node": "T", "node_name": "T", "name": "n", "description": "d"}]},
    {"redis": {"url": "redis://h"}},
    {"redis": "redis://h?db=x"},
    {"token_revocation": 1},
    {"token_revocation": "yes", "auth": "jwt"},
    {"observability": {"logfire": True}},
    {"graph_introspection": "closed"},
    {"websocket": {"realtime_client_overrides": ["model"]}},
)


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


@pytest.mark.parametrize("config", [*SOUND, *REFUSED], ids=json.dumps)
def test_all_of_it_in_every_release(config: dict[str, Any]) -> None:
    for version in known_releases():
        assert_agrees(version, {"agent": "graph.agent:app", **config})


@pytest.mark.parametrize("config", [[], None, 1, "x"])
def test_a_config_is_an_object(config: object) -> None:
    assert not validator("0.9.0").is_valid(config)
