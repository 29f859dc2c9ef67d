"""The comparison itself: it agrees with an answer like the linter's own, and sees each way of differing from it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.configuration.case import Configuration
from tests.conformance.configuration.comparison import compare
from tests.conformance.configuration.linter import Verdict, judge
from tests.conformance.referees import BY_NAME

REFEREE = BY_NAME["0.9.0-config"]
SERVED = Configuration(
    '{"agent": "served:app", "env": ".env"}', "MODE=production\nORIGINS=https://a.example\n", {"A": "1"}
)
REFUSED = Configuration('{"agent": "served:app", "rate_limit": 1}', None, {"ORIGINS": "https://a.example"})


def like(verdict: Verdict) -> dict[str, Any]:
    """What a server would answer that does all the linter says."""
    deployment = verdict.deployment
    values: dict[str, dict[str, Any]] = {"settings": {}, "media": {}}
    for name, setting in deployment.release.settings.items():
        values[setting.group][name] = getattr(deployment.settings[name], "value", None)
    environ = {
        name: getattr(deployment.environment.get(name), "value", None) for name in deployment.environment.names()
    }
    app: dict[str, Any] = {"docs": None, "redoc": None, "schema": None, "debug": False, "credentials": True}
    app |= {"origins": ["https://a.example"], "hosts": ["*"]}
    answer = {"outcome": "accepted", "stage": None, "error": None, "message": "", "app": app, "auth": None}
    return answer | values | {"environ": environ}


def test_the_linter_agrees_with_a_server_like_itself() -> None:
    verdict = judge(REFEREE, SERVED)
    compared = compare(like(verdict), verdict)
    assert compared.differences == ()
    assert compared.undecided == ()
    assert compared.compared > 60


@pytest.mark.parametrize(
    ("where", "other", "kind"),
    [
        (("settings", "MODE"), "development", "setting MODE"),
        (("settings", "MAX_REQUEST_SIZE"), 10485760.0, "setting MAX_REQUEST_SIZE"),
        (("settings", "NEW"), "x", "setting NEW"),
        (("media", "MEDIA_REQUIRE_OWNER"), None, "setting MEDIA_REQUIRE_OWNER"),
        (("environ", "ORIGINS"), "*", "variable"),
        (("environ", "MORE"), "*", "variable"),
        (("app", "docs"), "/docs", "docs"),
        (("app", "redoc"), "/redocs", "redoc"),
        (("app", "schema"), "/openapi.json", "schema"),
        (("app", "debug"), True, "debug"),
        (("app", "origins"), ["*"], "origins"),
        (("app", "credentials"), False, "credentials"),
        (("app", "hosts"), [], "hosts"),
        (("auth",), "JwtAuth", "auth"),
    ],
)
def test_each_value_that_differs_is_seen(where: tuple[str, ...], other: object, kind: str) -> None:
    verdict = judge(REFEREE, SERVED)
    answer = like(verdict)
    part = answer
    for step in where[:-1]:
        part = part[step]
    part[where[-1]] = other
    assert [difference.kind for difference in compare(answer, verdict).differences] == [kind]


def test_a_missing_and_an_invented_refusal_are_seen() -> None:
    starts = judge(REFEREE, SERVED)
    refusal = {"outcome": "refused", "stage": "import", "error": "ValueError", "message": "why", "app": None}
    (difference,) = compare(like(starts) | refusal, starts).differences
    assert difference.kind == "refused ValueError why"
    refuses = judge(REFEREE, REFUSED)
    assert refuses.codes == {"AF103"}
    answer = like(refuses) | {"app": None}
    assert [found.kind[:12] for found in compare(answer, refuses).differences] == ["starts AF103"]


def test_a_refusal_for_another_reason_is_seen() -> None:
    refuses = judge(REFEREE, REFUSED)
    refusal = {"outcome": "refused", "stage": "import", "app": None}
    same = {"error": "ValueError", "message": "rate_limit must be an object"}
    assert compare(like(refuses) | refusal | same, refuses).differences == ()
    other = {"error": "InsecureCorsConfigError", "message": "Refusing to start: CORS is ..."}
    (difference,) = compare(like(refuses) | refusal | other, refuses).differences
    assert difference.kind == "reason InsecureCorsConfigError"
    assert "AF302" in difference.text
