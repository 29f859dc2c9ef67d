"""Replays of the server's own config parsers: which values a release refuses, and when.

``rejections`` yields them in the order in which that release meets them, so the first certain one is the error that
a person sees in the log. Nothing here imports or runs project code; whether modules, attributes and packages exist
is decided elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.version import Version

from agentflow_lint.framework.config_checks import limits, plugins
from agentflow_lint.framework.config_checks.auth import AuthKind, auth, auth_kind, is_jwt_auth
from agentflow_lint.framework.config_checks.authorization import ag_ui_conflict, authorization
from agentflow_lint.framework.config_checks.import_paths import import_path_problem
from agentflow_lint.framework.config_checks.placeholders import Expansion, Placeholder, expand, placeholders
from agentflow_lint.framework.config_checks.rate_limit import rate_limit
from agentflow_lint.framework.config_checks.redis_url import redis_url_problem
from agentflow_lint.framework.config_checks.remote_tools import remote_tools
from agentflow_lint.framework.config_checks.verdict import (
    UNKNOWN,
    Lookup,
    Mentions,
    Rejection,
    Start,
    Unseen,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "UNKNOWN",
    "AuthKind",
    "Expansion",
    "Lookup",
    "Placeholder",
    "Rejection",
    "Unseen",
    "auth_kind",
    "expand",
    "import_path_problem",
    "is_jwt_auth",
    "placeholders",
    "redis_url_problem",
    "rejections",
]

# Start-up order of the ASGI target (src/app/main.py, then attach_all_modules in src/app/loader.py). The CLI looks
# at ``agent`` before anything else.
_IN_ORDER = (
    plugins.env,
    plugins.graphs,
    plugins.injectq,
    plugins.observability,
    rate_limit,
    limits.ag_ui,
    limits.websocket,
    remote_tools,
    plugins.agent,
    plugins.store,
    auth,
    plugins.thread_name_generator,
    limits.runs,
    authorization,
    ag_ui_conflict,
    plugins.token_revocation,
    plugins.redis,
    plugins.graph_introspection,
)


def rejections(
    version: str, data: Mapping[str, Any], environ: Lookup, container_mentions: Mentions = lambda _: True
) -> Iterator[Rejection]:
    """Every config value that server release ``version`` refuses, in start-up order.

    ``data`` is the parsed JSON object. ``environ`` answers for the process environment after the env file was
    loaded: the value, ``UNKNOWN``, or None. What fails only at a request comes in the place where it is read first.
    ``container_mentions`` tells whether the code behind ``injectq`` contains a word and may bind what bears that name.
    """
    start = Start(Version(version), data, environ, container_mentions)
    for check in _IN_ORDER:
        yield from check(start)
