"""What the server does that its signatures do not show, release by release.

A release's settings, options and import paths are data read from its wheel (``releases/``). What the code does
with them changed several times without a trace in any signature; those changes are stated here, each with the first
release that has it and the file where it stands. ``Behaviour`` answers for one release.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from packaging.version import Version

from agentflow_lint.records import record


@record(frozen=True)
class Behaviour:
    """What one server release does. Paths below are inside the server package."""

    mode_lowercased: bool
    """MODE is lower-cased before it is compared (0.2.7, src/app/core/config/settings.py)."""

    development_enables_debug: bool
    """MODE=DEVELOPMENT in capitals turns FastAPI's debug pages on (up to 0.2.6, src/app/main.py)."""

    cli_puts_project_on_path: bool
    """The CLI server adds the config's folder to sys.path (0.2.8, cli/commands/api.py)."""

    checks_import_path_colon: bool
    """A graph path without a colon gets an error that says so (0.2.9, src/app/loader.py)."""

    hides_error_details_in_production: bool
    """Production answers errors with a general message, every other mode with its own text and details (0.2.7,
    src/app/core/exceptions/handle_errors.py)."""

    allows_disabling_credentials: bool
    """CORS_ALLOW_CREDENTIALS is read; before, credentials are always allowed (0.5.0, setup_middleware.py)."""

    strips_origins: bool
    """Blanks around ORIGINS entries are removed and empty entries dropped (0.5.0, setup_middleware.py)."""

    refuses_credentialed_wildcard: bool
    """Production with a ``*`` origin and credentials does not start (0.5.0, setup_middleware.py)."""

    binds_configured_store: bool
    """The ``store`` key is loaded and bound, None included (0.5.0, src/app/loader.py)."""

    uses_redis_key: bool
    """The ``redis`` key is used, and REDIS_URL in its absence (0.5.0, src/app/loader.py: attach_all_modules)."""

    names_authorization: bool
    """``authorization`` takes the names of built-in backends and an object for roles; before, import paths only (0.5.0,
    loader.py)."""

    owns_threads_in_production: bool
    """Without an ``authorization`` key, production lets only its owner read a thread (0.5.0, loader.py)."""

    counts_proxies_from_the_right: bool
    """The rate limit takes a caller's address from the right of X-Forwarded-For; before, the leftmost entry, which the
    caller writes (0.5.0, src/app/core/middleware/rate_limit/keying.py)."""

    cli_searches_parent_folders: bool
    """The CLI looks for the config in the parents of the working directory too (0.5.1, cli/core/config.py)."""

    env_file_reaches_settings: bool
    """The ASGI target loads the env file before it builds the settings (0.6.0, src/app/main.py)."""

    knows_trusted_proxies: bool
    """``rate_limit.trusted_proxies`` limits whose X-Forwarded-For counts; an empty list is everybody's until 0.8.0
    (0.6.0, rate_limit/keying.py)."""

    limits_uploads_apart: bool
    """/v1/files/upload takes MEDIA_MAX_SIZE_MB where that exceeds MAX_REQUEST_SIZE (0.6.0, setup_middleware.py)."""

    hides_docs_in_production: bool
    """Docs and ReDoc are off in production unless a path is set explicitly (0.6.0, settings.py)."""

    schema_follows_docs: bool
    """/openapi.json is served only while docs or ReDoc are (0.6.0, src/app/main.py)."""

    hides_evals_in_production: bool
    """/v1/evals/runs, which asks for no authentication, is there outside production only (0.6.0, src/app/main.py)."""

    checks_jwt_secret_length: bool
    """Production refuses an HMAC secret under 32 bytes (0.6.0, src/app/core/auth/jwt_auth.py)."""

    jwt_auth_starts: bool
    """``"auth": "jwt"`` starts (0.2.0-0.2.1 and from 0.6.0; loader.py of 0.2.2-0.5.1 refuses its own config)."""

    serves_without_auth: bool
    """Without ``auth`` the guarded routes are open; 0.2.7 answers 403 on each (src/app/core/auth/permissions.py)."""

    ping_ignores_allowed_hosts: bool
    """/ping answers whatever the Host header says (0.6.0, setup_middleware.py)."""

    reads_legacy_config: bool
    """The ASGI target falls back to agentflow.json when there is no 10xgraph.json (0.7.0, graph_config.py)."""

    cli_misses_legacy_config: bool
    """The CLI without ``-c`` does not find a lone agentflow.json (0.7.0, cli/commands/api.py: the name is compared
    after it became a Path)."""

    forces_debug_off: bool
    """IS_DEBUG is false in production whatever the environment says (0.8.0, settings.py)."""

    reports_readiness: bool
    """/health/ready answers 503 while the checkpointer, the store or Redis fails (0.8.0, routers/ping/readiness.py)."""

    checks_strictly_on_request: bool
    """STRICT_PRODUCTION_CHECKS=true refuses wildcard hosts, wildcard origins and docs (0.8.0, settings.py)."""

    trusts_private_proxies_only: bool
    """Without ``rate_limit.trusted_proxies``, X-Forwarded-For counts from loopback and private networks only (0.8.0,
    src/app/core/config/graph_config.py: DEFAULT_TRUSTED_PROXIES)."""

    owns_threads_with_auth: bool
    """Without an ``authorization`` key, any deployment with auth on is owner-only (0.8.0, loader.py)."""

    demands_owner_lookup: bool
    """With auth on, ownership and rbac refuse a checkpointer that cannot name a thread's owner (0.8.0, loader.py)."""


#: For each field, the releases at which its value changes, oldest first; the first entry holds from the start.
_CHANGES: dict[str, tuple[tuple[str, Any], ...]] = {
    "mode_lowercased": (("0", False), ("0.2.7", True)),
    "development_enables_debug": (("0", True), ("0.2.7", False)),
    "cli_puts_project_on_path": (("0", False), ("0.2.8", True)),
    "checks_import_path_colon": (("0", False), ("0.2.9", True)),
    "hides_error_details_in_production": (("0", False), ("0.2.7", True)),
    "allows_disabling_credentials": (("0", False), ("0.5.0", True)),
    "strips_origins": (("0", False), ("0.5.0", True)),
    "refuses_credentialed_wildcard": (("0", False), ("0.5.0", True)),
    "binds_configured_store": (("0", False), ("0.5.0", True)),
    "uses_redis_key": (("0", False), ("0.5.0", True)),
    "names_authorization": (("0", False), ("0.5.0", True)),
    "owns_threads_in_production": (("0", False), ("0.5.0", True)),
    "counts_proxies_from_the_right": (("0", False), ("0.5.0", True)),
    "cli_searches_parent_folders": (("0", False), ("0.5.1", True)),
    "env_file_reaches_settings": (("0", False), ("0.6.0", True)),
    "knows_trusted_proxies": (("0", False), ("0.6.0", True)),
    "limits_uploads_apart": (("0", False), ("0.6.0", True)),
    "hides_docs_in_production": (("0", False), ("0.6.0", True)),
    "schema_follows_docs": (("0", False), ("0.6.0", True)),
    "hides_evals_in_production": (("0", False), ("0.6.0", True)),
    "checks_jwt_secret_length": (("0", False), ("0.6.0", True)),
    "jwt_auth_starts": (("0", False), ("0.2.0", True), ("0.2.2", False), ("0.6.0", True)),
    "serves_without_auth": (("0", True), ("0.2.7", False), ("0.2.8", True)),
    "ping_ignores_allowed_hosts": (("0", False), ("0.6.0", True)),
    "reads_legacy_config": (("0", False), ("0.7.0", True)),
    "cli_misses_legacy_config": (("0", False), ("0.7.0", True)),
    "forces_debug_off": (("0", False), ("0.8.0", True)),
    "reports_readiness": (("0", False), ("0.8.0", True)),
    "checks_strictly_on_request": (("0", False), ("0.8.0", True)),
    "trusts_private_proxies_only": (("0", False), ("0.8.0", True)),
    "owns_threads_with_auth": (("0", False), ("0.8.0", True)),
    "demands_owner_lookup": (("0", False), ("0.8.0", True)),
}


@cache
def behaviour_of(version: str) -> Behaviour:
    """The behaviour of server release ``version`` (one numbering across both distributions)."""
    release = Version(version)
    values = {}
    for field in fields(Behaviour):
        current = None
        for since, value in _CHANGES[field.name]:
            if Version(since) <= release:
                current = value
        values[field.name] = current
    return Behaviour(**values)  # type: ignore[arg-type]


def first_release_with(name: str) -> str:
    """The release from which ``name`` (a field of :class:`Behaviour`) has the value it has today."""
    return _CHANGES[name][-1][0]
