"""The table of what releases do beyond their signatures."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

import pytest
from packaging.version import Version

from agentflow_lint.framework import behaviour
from agentflow_lint.framework.behaviour import Behaviour, behaviour_of, first_release_with
from agentflow_lint.framework.release import known_releases

NAMES = [field.name for field in fields(Behaviour)]


def test_every_fact_has_its_history_and_no_history_is_left_over() -> None:
    assert len(NAMES) >= 20
    assert set(behaviour._CHANGES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_history_starts_at_the_beginning_and_only_changes_at_known_releases(name: str) -> None:
    changes = behaviour._CHANGES[name]
    assert changes[0][0] == "0"
    assert len(changes) > 1, "a fact that never changed tells no release from another"
    versions = [Version(since) for since, _ in changes]
    assert versions == sorted(set(versions))
    assert {since for since, _ in changes[1:]} <= set(known_releases())
    values = [value for _, value in changes]
    assert all(before != after for before, after in pairwise(values))


@pytest.mark.parametrize("version", known_releases())
def test_every_known_release_has_every_fact(version: str) -> None:
    found = behaviour_of(version)
    assert all(getattr(found, name) is not None for name in NAMES)


@pytest.mark.parametrize(
    ("name", "last_without", "first_with"),
    [
        ("mode_lowercased", "0.2.6", "0.2.7"),
        ("cli_puts_project_on_path", "0.2.7", "0.2.8"),
        ("checks_import_path_colon", "0.2.8", "0.2.9"),
        ("hides_error_details_in_production", "0.2.6", "0.2.7"),
        ("allows_disabling_credentials", "0.4.0", "0.5.0"),
        ("strips_origins", "0.4.0", "0.5.0"),
        ("refuses_credentialed_wildcard", "0.4.0", "0.5.0"),
        ("binds_configured_store", "0.4.0", "0.5.0"),
        ("uses_redis_key", "0.4.0", "0.5.0"),
        ("owns_threads_in_production", "0.4.0", "0.5.0"),
        ("cli_searches_parent_folders", "0.5.0", "0.5.1"),
        ("env_file_reaches_settings", "0.5.1", "0.6.0"),
        ("hides_docs_in_production", "0.5.1", "0.6.0"),
        ("schema_follows_docs", "0.5.1", "0.6.0"),
        ("hides_evals_in_production", "0.5.1", "0.6.0"),
        ("checks_jwt_secret_length", "0.5.1", "0.6.0"),
        ("jwt_auth_starts", "0.5.1", "0.6.0"),
        ("ping_ignores_allowed_hosts", "0.5.1", "0.6.0"),
        ("reads_legacy_config", "0.6.1", "0.7.0"),
        ("cli_misses_legacy_config", "0.6.1", "0.7.0"),
        ("forces_debug_off", "0.7.0", "0.8.0"),
        ("reports_readiness", "0.7.0", "0.8.0"),
        ("checks_strictly_on_request", "0.7.0", "0.8.0"),
        ("owns_threads_with_auth", "0.7.0", "0.8.0"),
    ],
)
def test_the_release_that_changed_it(name: str, last_without: str, first_with: str) -> None:
    assert getattr(behaviour_of(last_without), name) is False
    assert getattr(behaviour_of(first_with), name) is True
    assert getattr(behaviour_of("0.9.0"), name) is True
    assert first_release_with(name) == first_with


def test_debug_by_mode_ended_when_the_mode_was_lower_cased() -> None:
    assert behaviour_of("0.2.6").development_enables_debug is True
    assert behaviour_of("0.2.7").development_enables_debug is False


def test_jwt_worked_briefly_broke_and_came_back() -> None:
    starting = [version for version in known_releases() if behaviour_of(version).jwt_auth_starts]
    assert starting == ["0.2.0", "0.2.1", "0.6.0", "0.6.1", "0.7.0", "0.8.0", "0.9.0"]
