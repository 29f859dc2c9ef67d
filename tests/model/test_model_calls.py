from __future__ import annotations

import json
import math

import pytest

from agentflow_lint.model.model_calls import Limit, longest_run
from agentflow_lint.model.project import ModelOptions, load_project
from agentflow_lint.model.values import Location, Origin, Unknown
from agentflow_lint.sources.text import Span


@pytest.fixture
def longest(tmp_path):
    def ask(release="0.9.0", variables="", provided=(), **config):
        (tmp_path / "agentflow.json").write_text(json.dumps({"agent": "a:b", "env": ".env", **config}))
        (tmp_path / ".env").write_text(variables)
        (deployment,) = load_project(str(tmp_path), ModelOptions(release, provided)).deployments
        return longest_run(deployment)

    return ask


@pytest.mark.parametrize(
    ("release", "config", "variables", "seconds"),
    [
        ("0.9.0", {}, "", 600),
        ("0.9.0", {"runs": {"timeout": 90.5}}, "AGENTFLOW_LLM_TIMEOUT=30", 90.5),
        ("0.9.0", {"runs": {"timeout": "90"}}, "", 600),  # refused, AF103
        ("0.9.0", {"runs": {"timeout": True}}, "", 600),
        ("0.9.0", {"runs": {"timeout": None}}, "AGENTFLOW_LLM_TIMEOUT=30", 30),
        ("0.9.0", {}, "AGENTFLOW_LLM_TIMEOUT=soon", 600),
        ("0.9.0", {}, "AGENTFLOW_LLM_TIMEOUT=-1", 600),
        ("0.7.0", {"runs": {"timeout": 90}}, "", 600),  # no release before 0.8.0 reads it
    ],
)
def test_the_longest_run(longest, release, config, variables, seconds):
    value = longest(release, variables, **config)
    assert isinstance(value, Limit)
    assert value.seconds == seconds


def test_a_core_without_the_variable(longest, tmp_path):
    (tmp_path / "requirements.txt").write_text("10xscale-agentflow-cli==0.3.2\n10xscale-agentflow==0.7.1\n")
    value = longest("0.3.2", "AGENTFLOW_LLM_TIMEOUT=30")
    assert value.seconds == 600
    assert value.origin.label == "default of the openai SDK"


def test_where_it_comes_from(longest):
    value = longest(variables="AGENTFLOW_LLM_TIMEOUT=30\n")
    assert value.origin.location == Location(".env", Span(1, 23, 1, 25))
    assert value.origin.label == "env file .env"


def test_a_limit_from_outside_is_not_known(longest):
    assert isinstance(longest(provided=("AGENTFLOW_LLM_TIMEOUT",)), Unknown)


@pytest.mark.parametrize(("seconds", "granted"), [(math.inf, 600), (30, 30), (900, 900)])
def test_who_waits_grants_a_client_without_a_limit_what_the_others_take(seconds, granted):
    assert Limit(seconds, Origin("somewhere")).to_grant == granted
