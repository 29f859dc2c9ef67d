"""Which rules may account for the exception with which a server refuses a configuration."""

from __future__ import annotations

import re

_IMPORT_PATHS = "AF102 AF201 AF202 AF203 AF204 AF206"

#: Stage, pattern for ``type: message``, and the codes of which the linter must report one; the most telling first.
_REASONS: tuple[tuple[str, str, str], ...] = (
    ("import", r"^(JSONDecodeError|UnicodeDecodeError)", "AF101"),
    ("import", r"^InsecureCorsConfigError", "AF302"),
    ("import", r"STRICT_PRODUCTION_CHECKS=true and MODE=production", "AF301 AF303 AF304"),
    ("import", r"^ValidationError: \d+ validation errors? for (Media)?Settings", "AF118"),
    ("import", r"^ValueError: Unknown level", "AF118"),
    ("import", r"^AssertionError", "AF118"),
    ("import", r"MEDIA_MAX_SIZE_MB|cannot convert float", "AF118 AF103"),
    ("import", r"^TypeError: .*PathLike", "AF103"),
    ("import", r"^AttributeError: .* has no attribute 'get'", "AF101 AF103"),
    ("import", r"^NameError", "AF108"),
    ("import", r"rate_limit\.redis|Unresolved environment variable", "AF103 AF106"),
    ("import", r"^ValueError: (rate_limit|websocket|ag_ui|observability)\b", "AF103"),
    ("import", r"Failed to load InjectQ|values to unpack", "AF206"),
    ("lifespan", r"Agent graph not found", "AF102"),
    ("lifespan", r"graph path|Failed to load graph", _IMPORT_PATHS),
    ("lifespan", r"^ValueError: .*\b(remote_tools|runs|websocket|ag_ui)\b", "AF103"),
    ("lifespan", r"JWT_SECRET_KEY and JWT_ALGORITHM must be set", "AF402"),
    ("lifespan", r"JWT_SECRET_KEY is shorter", "AF403"),
    ("lifespan", r"Both 'method' and 'path' must be specified", "AF108"),
    ("lifespan", r"Both method and path must be provided|Unsupported auth method|Custom auth", "AF404 AF206 AF108"),
    ("lifespan", r"auth path|BaseAuth", "AF206 AF404"),
    ("lifespan", r"[Aa]uthorization", "AF103 AF206"),
    ("lifespan", r"token_revocation|TokenRevocation", "AF103 AF206"),
    ("lifespan", r"(store|checkpointer) path|BaseStore|ThreadNameGenerator", "AF206"),
    ("lifespan", r"Redis URL must specify|Port (could not|out of range)", "AF103 AF106 AF118"),
    ("lifespan", r"^ValidationError: \d+ validation errors? for MediaSettings", "AF118"),
)


def codes(stage: str, error: str, message: str) -> frozenset[str]:
    """The codes that may account for a refusal; empty when no pattern knows it."""
    text = f"{error}: {message}"
    for where, pattern, accountable in _REASONS:
        if where == stage and re.search(pattern, text):
            return frozenset(accountable.split())
    return frozenset()
