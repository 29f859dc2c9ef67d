"""What the built-in JWT auth demands of its two variables.

Both are looked up in ``os.environ`` when ``auth`` is parsed (``auth_config`` in
``src/app/core/config/graph_config.py``, every release): the settings' default algorithm does not count there.
Tokens are then verified by PyJWT (``src/app/core/auth/jwt_auth.py``), which exactly one algorithm is allowed to.
The framework has no list of placeholder secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from packaging.version import Version

from agentflow_lint.framework.secrets import shown
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

MINIMUM_HMAC_BYTES = 32
"""Shortest HS* secret that production accepts from 0.6.0 on, in UTF-8 bytes (``MIN_HMAC_BYTES``, jwt_auth.py)."""

HMAC_ALGORITHMS = frozenset({"HS256", "HS384", "HS512"})
KEY_PAIR_ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES256K", "ES384", "ES512", "ES521", "EdDSA"}
)
"""What PyJWT verifies with a public key; it needs the package ``cryptography``."""

JwtProblemKind = Literal[
    "missing-secret", "missing-algorithm", "short-secret", "unusable-algorithm", "secret-is-no-key", "secret-is-a-key"
]


@record(frozen=True)
class JwtProblem:
    """One thing that is wrong with the JWT variables; holds nothing of the secret but its length.

    ``refuses`` says that the server does not start; otherwise ``short-secret`` serves with a guessable secret and
    the last three fail every authenticated request.
    """

    kind: JwtProblemKind
    refuses: bool
    message: str


def jwt_problems(version: str, *, production: bool, secret: str | None, algorithm: str | None) -> Iterator[JwtProblem]:
    """Every problem of these two variables under server release ``version``, the ones that refuse first.

    None is a variable that is not set; an empty one counts as missing, as it does for the server.
    """
    if not secret:
        text = "JWT auth needs JWT_SECRET_KEY in the server's environment, and it is " + _absence(secret)
        yield JwtProblem("missing-secret", True, text)
    if not algorithm:
        text = f"JWT auth needs JWT_ALGORITHM in the server's environment (HS256, say), and it is {_absence(algorithm)}"
        yield JwtProblem("missing-algorithm", True, text)
    if secret and algorithm:
        yield from _secret_length(Version(version), production, secret, algorithm)
        yield from _algorithm(secret, algorithm)


def _absence(value: str | None) -> str:
    return "not set" if value is None else "empty"


def _secret_length(release: Version, production: bool, secret: str, algorithm: str) -> Iterator[JwtProblem]:
    length = len(secret.encode("utf-8", "surrogateescape"))
    if not algorithm.upper().startswith("HS") or length >= MINIMUM_HMAC_BYTES:
        return
    refuses = production and release >= Version("0.6.0")
    outcome = "production refuses to start with it" if refuses else "it can be guessed from a single token"
    text = f"JWT_SECRET_KEY has {length} bytes; HMAC secrets need {MINIMUM_HMAC_BYTES}, and {outcome}"
    yield JwtProblem("short-secret", refuses, text)


def _algorithm(secret: str, algorithm: str) -> Iterator[JwtProblem]:
    if algorithm in HMAC_ALGORITHMS:
        if _is_asymmetric_key(secret):
            text = f"JWT_ALGORITHM is {algorithm} and JWT_SECRET_KEY is a PEM or SSH key, which PyJWT refuses to mix"
            yield JwtProblem("secret-is-a-key", False, text)
    elif algorithm in KEY_PAIR_ALGORITHMS:
        if not _may_be_key(secret):
            text = f"JWT_ALGORITHM is {algorithm}, which takes a public key in PEM form, and JWT_SECRET_KEY is none"
            yield JwtProblem("secret-is-no-key", False, text)
    elif algorithm == "none":
        yield JwtProblem("unusable-algorithm", False, "JWT_ALGORITHM is none, with which no token is ever accepted")
    else:
        meant = {name.upper(): name for name in HMAC_ALGORITHMS | KEY_PAIR_ALGORITHMS}.get(algorithm.strip().upper())
        hint = f" (write {meant})" if meant else ""
        text = f"JWT_ALGORITHM is {shown(algorithm)}, which PyJWT does not know{hint}: every token is refused"
        yield JwtProblem("unusable-algorithm", False, text)


def _may_be_key(secret: str) -> bool:
    return "-----BEGIN " in secret or secret.startswith(("ssh-", "ecdsa-sha2-"))


def _is_asymmetric_key(secret: str) -> bool:
    return ("-----BEGIN " in secret and "-----END " in secret) or secret.startswith(
        ("ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-")
    )
