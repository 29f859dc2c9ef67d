"""Each reason for which schema and server may differ: a config that shows it, and a line of the documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from agentflow_lint.framework.config_checks import rejections
from tests.conformance.configuration.case import Configuration
from tests.conformance.referees import BY_NAME
from tests.conformance.schema.comparison import compare
from tests.conformance.schema.inexpressible import REASONS

NEWEST = BY_NAME["0.9.0-config"]
DOCUMENT = Path(__file__).parents[3] / "docs" / "schema.md"

TOOL = {"node": "TOOLS", "name": "one", "description": "It does."}
REFUSED: dict[str, tuple[dict[str, Any], ...]] = {
    "environment": (
        {"rate_limit": {"redis": "${NOWHERE}"}},
        {"auth": "jwt", "token_revocation": "redis"},
        {"auth": "jwt"},
    ),
    "import-targets": ({"agent": "nowhere:app"}, {"agent": "served:nothing"}, {"store": "served:app"}),
    "project-code": ({"rate_limit": {"backend": "custom"}, "injectq": "plug.parts:container"},),
    "equal-names": ({"remote_tools": [TOOL, TOOL]},),
    "fractions-of-zero": ({"runs": {"max_concurrent_per_user": 10.0}},),
    "unusual-numbers": ({"rate_limit": {"requests": float("inf")}}, {"rate_limit": {"requests": "1" * 4400}}),
    "unusual-urls": ({"redis": "redis://[::1"}, {"redis": "redis://h?db=x&db=1"}, {"redis": "http://é"}),
    "unusual-letters": ({"agent": "served:a\u2019b"}, {"remote_tools": [{**TOOL, "name": "\ud800"}]}),
}
ANSWER = {"outcome": "refused", "error": "ValueError", "message": "why", "unusable": []}
TAKEN = {"outcome": "accepted", "unusable": []}


def configuration(content: dict[str, Any]) -> Configuration:
    return Configuration(json.dumps({"agent": "served:app", **content}), None, {})


@pytest.mark.parametrize(
    ("reason", "content"), [(reason, content) for reason, contents in REFUSED.items() for content in contents]
)
def test_the_schema_takes_what_the_server_refuses(reason: str, content: dict[str, Any]) -> None:
    compared = compare(NEWEST, configuration(content), ANSWER)
    assert compared.valid
    assert compared.reasons == (reason,)


def test_a_broken_release() -> None:
    compared = compare(BY_NAME["0.5.1-config"], configuration({"auth": "jwt"}), ANSWER)
    assert (compared.valid, compared.reasons) == (True, ("broken-in-release",))


def test_the_schema_refuses_what_the_server_takes() -> None:
    content = {"rate_limit": {"requests": "\u0663"}}
    assert not list(rejections("0.9.0", {"agent": "served:app", **content}, lambda _: None))
    compared = compare(NEWEST, configuration(content), TAKEN)
    assert (compared.valid, compared.reasons) == (False, ("other-digits",))


def test_every_reason_is_shown_and_documented() -> None:
    assert {*REFUSED, "broken-in-release", "other-digits"} == set(REASONS)
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, what in REASONS.items():
        assert f"| {name} | {what} |" in text


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"runs": {"timeout": "600"}}, TAKEN),
        ({"rate_limit": {"requests": 0}}, TAKEN),
        ({}, ANSWER),
        ({"websocket": {"max_connections": 1}}, {"outcome": "accepted", "unusable": ["websocket: ValueError"]}),
    ],
    ids=str,
)
def test_any_other_difference_is_a_disagreement(content: dict[str, Any], answer: dict[str, Any]) -> None:
    compared = compare(NEWEST, configuration(content), answer)
    assert compared.reasons == ()
    assert compared.disagrees
    assert compared.difference


def test_one_reason_does_not_excuse_another_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conformance.schema.comparison.validator", lambda _: Draft7Validator(True))
    one = {"rate_limit": {"redis": "${NOWHERE}"}}
    assert not compare(NEWEST, configuration(one), ANSWER).disagrees
    assert compare(NEWEST, configuration({**one, "runs": {"timeout": "600"}}), ANSWER).disagrees
