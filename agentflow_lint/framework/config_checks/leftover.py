"""References that expansion leaves in the rate limiter's URL while the parser does not mind.

``os.path.expandvars`` leaves what is not set as it is written, and the server refuses only a value in which nothing at
all was replaced (``_expand_env`` in ``src/app/core/config/graph_config.py``, from 0.3.2). The client is then built with
the rest, and fails at the first request that is counted: ``src/app/core/middleware/rate_limit/redis.py`` answers with
``fail_open``, which is true by default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.version import Version

from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.framework.config_checks.placeholders import expand, references
from agentflow_lint.framework.config_checks.redis_url import redis_url_problem
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agentflow_lint.framework.config_checks.verdict import Lookup, Path


@record(frozen=True)
class Leftover:
    """What stays unresolved in the URL at ``path``: ``variables`` that are not set.

    ``fail_open`` says what becomes of requests: served without a limit, or answered 429. With ``has_container`` the
    project's InjectQ container may bind a client, and the URL is not used at all.
    """

    path: Path
    variables: tuple[str, ...]
    fail_open: bool
    has_container: bool


def leftover(version: str, data: Mapping[str, Any], environ: Lookup) -> Leftover | None:
    """The references left in the URL that this release's rate limiter connects to, if any."""
    limit = data.get("rate_limit")
    if Version(version) < Version("0.3.2") or not isinstance(limit, dict) or limit.get("backend") != "redis":
        return None
    redis = limit.get("redis")
    path: Path = ("rate_limit", "redis", "url") if isinstance(redis, dict) else ("rate_limit", "redis")
    url = redis.get("url") if isinstance(redis, dict) else redis
    if not isinstance(url, str) or not boolean(limit.get("enabled", True)):
        return None
    expansion = expand(url, environ)
    left = tuple(name for name in _meant(url) if name in expansion.unresolved)
    rejected = expansion.refused or (isinstance(expansion.value, str) and redis_url_problem(expansion.value))
    if not left or rejected:
        return None
    fail_open = boolean(limit.get("fail_open", True)) is not False
    return Leftover(path, left, fail_open, bool(data.get("injectq")))


def _meant(url: str) -> Iterator[str]:
    """The variables that the URL certainly asks for: a bare ``$`` before the ``@`` may belong to a password."""
    host = url.rfind("@") + 1
    at = 0
    for text, name in references(url):
        at = url.index(text, at)
        if text.startswith("${") or at >= host:
            yield name
        at += len(text)
