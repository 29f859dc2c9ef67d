"""The keys that name something to import, plus ``env``, ``observability`` and the keys of 0.8.0 about access.

Source: ``src/app/loader.py``, ``GraphConfig`` in ``src/app/core/config/graph_config.py``, ``_setup_observability``
in ``src/app/core/config/setup_middleware.py``, ``src/app/core/auth/revocation.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentflow_lint.framework.config_checks.import_paths import import_path_problem
from agentflow_lint.framework.config_checks.placeholders import references
from agentflow_lint.framework.config_checks.redis_url import redis_url_problem
from agentflow_lint.framework.config_checks.verdict import Path, Rejection, Start, Unseen, refused
from agentflow_lint.framework.secrets import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INTROSPECTION = ("open", "scoped")


def plugin_paths(start: Start) -> Mapping[str, Any]:
    """Where this release keeps its import paths: at the top, in 0.1.7 under ``graphs``."""
    if start.since("0.1.8"):
        return start.data
    graphs = start.data.get("graphs", {})
    return graphs if isinstance(graphs, dict) else {}


def _prefix(start: Start) -> Path:
    return () if start.since("0.1.8") else ("graphs",)


def env(start: Start) -> Iterator[Rejection]:
    """``env`` has to be a string; a file that is missing is nobody's error."""
    value = start.data.get("env")
    if value and not isinstance(value, str):
        yield refused(("env",), f"env is {shown(value)}; it takes the path of one env file as a string")


def graphs(start: Start) -> Iterator[Rejection]:
    """The ``graphs`` object of 0.1.7, which holds the import paths there."""
    value = start.data.get("graphs", {})
    if not start.since("0.1.8") and not isinstance(value, dict):
        yield refused(("graphs",), f"graphs is {shown(value)}; this release takes an object with agent", "AF102")


def injectq(start: Start) -> Iterator[Rejection]:
    """``injectq``, imported before the app is built."""
    yield from _plugin(start, "injectq")


def agent(start: Start) -> Iterator[Rejection]:
    """``agent``, the graph."""
    if not start.since("0.1.8") and not isinstance(start.data.get("graphs", {}), dict):
        return
    path: Path = (*_prefix(start), "agent")
    paths = plugin_paths(start)
    value = paths.get("agent")
    name = ".".join(str(part) for part in path)
    if not value and (start.since("0.1.8") or "agent" not in paths):
        state = "is not set" if "agent" not in paths else f"is {shown(value)}"
        yield refused(path, f"{name} {state}; it names the graph to serve as module:attribute", "AF102")
    elif not isinstance(value, str):
        yield refused(path, f"{name} is {shown(value)}; it takes a string module:attribute", "AF102")
    else:
        problem = import_path_problem(value)
        if problem:
            yield refused(path, f"{name} {problem}", "AF201")


def store(start: Start) -> Iterator[Rejection]:
    """``store``, which releases before 0.5.0 read and never load."""
    if start.since("0.5.0"):
        yield from _plugin(start, "store")


def thread_name_generator(start: Start) -> Iterator[Rejection]:
    """``thread_name_generator`` (from 0.1.8)."""
    if start.since("0.1.8"):
        yield from _plugin(start, "thread_name_generator")


def _plugin(start: Start, key: str) -> Iterator[Rejection]:
    value = plugin_paths(start).get(key)
    problem = import_path_problem(value) if value else None
    if problem:
        path: Path = (*_prefix(start), key)
        yield refused(path, f"{'.'.join(str(part) for part in path)} {problem}", "AF206")


def observability(start: Start) -> Iterator[Rejection]:
    """``observability`` (from 0.5.0): only the shapes that end in an AttributeError; a bad level warns."""
    value = start.data.get("observability")
    if not value or not start.since("0.5.0"):
        return
    if not isinstance(value, dict):
        yield refused(("observability",), f"observability is {shown(value)}; it takes an object or null")
        return
    for key in ("logfire", "langsmith"):
        part = value.get(key)
        if part and not isinstance(part, dict):
            text = f'observability.{key} is {shown(part)}; it takes an object such as {{"enabled": true}}'
            yield refused(("observability", key), text)


def graph_introspection(start: Start) -> Iterator[Rejection]:
    """``graph_introspection`` (from 0.8.0), read when an identity without scopes asks for the graph's structure."""
    value = start.data.get("graph_introspection")
    if value is None or not start.since("0.8.0") or value in INTROSPECTION:
        return
    text = f'graph_introspection is {shown(value)}; it takes "open" or "scoped", else introspection answers 500'
    yield refused(("graph_introspection",), text, when="use")


def token_revocation(start: Start) -> Iterator[Rejection]:
    """``token_revocation`` (from 0.8.0): a non-string is refused always, a bad string only while auth is on."""
    value = start.data.get("token_revocation")
    if not start.since("0.8.0") or value is None:
        return
    path: Path = ("token_revocation",)
    forms = '"redis", "memory", module:attribute or null'
    if not isinstance(value, str):
        yield refused(path, f"token_revocation is {shown(value)}; it takes {forms}")
        return
    if not value or value == "memory" or not start.data.get("auth"):
        return
    bound = start.may_bind("revocation")
    unless = ", unless the project's InjectQ container binds a TokenRevocationBackend" if bound else ""
    if value == "redis":
        yield from _redis_revocation(start, unless)
    elif ":" not in value:
        text = f"token_revocation is {shown(value)}; it takes {forms}"
        yield Rejection(path, text + unless, "start", "AF103", uncertain=bound)
    else:
        # Here alone the value is split at its first colon only; a second one ends up in the attribute's name.
        problem = import_path_problem(value)
        if problem:
            yield Rejection(path, f"token_revocation {problem}{unless}", "start", "AF206", uncertain=bound)


def _redis_revocation(start: Start, unless: str) -> Iterator[Rejection]:
    url = None if start.data.get("redis") else start.environ("REDIS_URL")
    if start.data.get("redis") or (isinstance(url, str) and url):
        return
    if isinstance(url, Unseen):
        text, open_question = "token_revocation is redis, and whether REDIS_URL is set is not known here", True
    else:
        text, open_question = "token_revocation is redis, and neither the redis key nor REDIS_URL holds a URL", False
    uncertain = open_question or bool(unless)
    yield Rejection(("token_revocation",), text + unless, "start", "AF103", ("REDIS_URL",), uncertain=uncertain)


def redis(start: Start) -> Iterator[Rejection]:
    """``redis``, never expanded; from 0.8.0 a value that is no Redis URL ends the start (with the package there)."""
    value = start.data.get("redis")
    if not value or not start.since("0.8.0"):
        return
    problem = redis_url_problem(value)
    if not problem:
        return
    names = [name for _, name in references(value)] if isinstance(value, str) else []
    never = "; variables are never expanded here, only in rate_limit.redis" if names else ""
    rule = "AF106" if names else "AF103"
    yield Rejection(("redis",), f"redis {problem}{never}", "start", rule, requires="redis")
