"""What the built-in JWT auth demands of its variables."""

from __future__ import annotations

import pytest

from agentflow_lint.framework.jwt import jwt_problems

LONG = "k" * 32
PEM = "-----BEGIN PUBLIC KEY-----\nhunter2\n-----END PUBLIC KEY-----\n"

CASES: list[tuple[str | None, str | None, list[str]]] = [
    (LONG, "HS256", []),
    (LONG, "HS512", []),
    (None, "HS256", ["missing-secret"]),
    ("", "HS256", ["missing-secret"]),
    (LONG, None, ["missing-algorithm"]),
    (LONG, "", ["missing-algorithm"]),
    (None, None, ["missing-secret", "missing-algorithm"]),
    ("k" * 31, "HS256", ["short-secret"]),
    ("ä" * 16, "HS256", []),
    ("k" * 31, "hs256", ["short-secret", "unusable-algorithm"]),
    (LONG, "hs256", ["unusable-algorithm"]),
    (LONG, "HS256 ", ["unusable-algorithm"]),
    (LONG, "none", ["unusable-algorithm"]),
    (LONG, "HS255", ["unusable-algorithm"]),
    (LONG, "RS256", ["secret-is-no-key"]),
    (LONG, "EdDSA", ["secret-is-no-key"]),
    (PEM, "RS256", []),
    ("ssh-rsa AAAA", "RS256", []),
    ("x", "ES256", ["secret-is-no-key"]),
    (PEM, "HS256", ["secret-is-a-key"]),
]


@pytest.mark.parametrize(("secret", "algorithm", "kinds"), CASES)
def test_problems(secret: str | None, algorithm: str | None, kinds: list[str]) -> None:
    found = list(jwt_problems("0.9.0", production=True, secret=secret, algorithm=algorithm))
    assert [problem.kind for problem in found] == kinds
    assert not any(secret in problem.message for problem in found if secret and len(secret) > 1)


@pytest.mark.parametrize(
    ("version", "production", "refuses"),
    [("0.5.1", True, False), ("0.6.0", True, True), ("0.6.0", False, False), ("0.9.0", True, True)],
)
def test_who_refuses_a_short_secret(version: str, production: bool, refuses: bool) -> None:
    [problem] = jwt_problems(version, production=production, secret="hunter2", algorithm="HS256")
    assert (problem.kind, problem.refuses) == ("short-secret", refuses)
    assert "hunter2" not in problem.message


@pytest.mark.parametrize("version", ["0.1.7", "0.6.0", "0.9.0"])
@pytest.mark.parametrize("production", [True, False])
def test_every_release_refuses_missing_variables(version: str, production: bool) -> None:
    assert [p.refuses for p in jwt_problems(version, production=production, secret=None, algorithm=None)] == [True] * 2


def test_only_missing_and_short_secrets_stop_the_start() -> None:
    assert [p.refuses for p in jwt_problems("0.9.0", production=True, secret=LONG, algorithm="none")] == [False]
