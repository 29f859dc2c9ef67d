"""The backends that a deployment is given by URL: databases, Redis, vector stores, and what each is for.

From the settings (REDIS_URL), the config (``redis``, ``rate_limit.redis``), the arguments of framework classes that the
served graph's modules construct, and the variables that those modules read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from agentflow_lint.framework.config_checks.leniency import boolean
from agentflow_lint.framework.config_checks.placeholders import expand
from agentflow_lint.model.config_values import lookup_in
from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.values import Absent, Known, Location, Origin, Value
from agentflow_lint.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.deployment import Deployment

Use = Literal["threads", "thread-cache", "shared-redis", "rate-limit", "store", "own"]
"""``threads``: the checkpointer's database; ``thread-cache``: its Redis; ``shared-redis``: what the server itself uses
Redis for; ``own``: a variable that the project's code reads."""

#: Arguments of framework classes that hold a backend's URL or host name.
_ARGUMENTS: dict[str, tuple[tuple[str, Use], ...]] = {
    "PgCheckpointer": (("postgres_dsn", "threads"), ("redis_url", "thread-cache")),
    "QdrantStore": (("url", "store"), ("host", "store")),
}
#: Schemes of backends; an http URL may be anything, the server's own address included.
_SCHEMES = (
    "postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2", "redis", "rediss",
    "mysql", "mysql+aiomysql", "mysql+pymysql", "mariadb", "mongodb", "mongodb+srv", "amqp", "amqps", "kafka", "nats",
    "memcached", "neo4j", "bolt",
)  # fmt: skip


@record(frozen=True)
class Backend:
    """One backend: ``name`` is the variable, key or argument that names it, and ``url`` its URL or host name.

    ``location`` is where the URL stands, or where it is used if it stands in no file.
    """

    name: str
    use: Use
    url: str
    location: Location
    origin: Origin

    @property
    def host(self) -> str | None:
        """The host that it names; None for a socket, or for what is no URL."""
        return host_of(self.url)


def host_of(url: str) -> str | None:
    """The host of a URL, or of a plain host name with or without a port; None where it names none."""
    from urllib.parse import parse_qs, urlsplit

    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        host = parts.hostname
        if not host and parts.query:  # postgresql:///threads?host=localhost
            host = parse_qs(parts.query).get("host", [""])[0]
    except ValueError:
        return None
    return host if host and not host.startswith("/") else None


def leads_nowhere(deployment: Deployment, host: str) -> bool | None:
    """Whether a host name is one that only compose could resolve, and no service of the compose project has it.

    None where a network of another project may bring the name; False for what is no plain name.
    """
    composed = deployment.composed
    if composed is None or not re.fullmatch(r"[A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*", host):
        return False
    if composed.compose.knows_host(host, composed.service):
        return False
    shared = composed.shares_network or composed.service.networks or _default_network_is_shared(deployment)
    return None if shared else True


def _default_network_is_shared(deployment: Deployment) -> bool:
    from agentflow_lint.sources.yaml import read_yaml

    for path in deployment.composed.compose.read if deployment.composed else ():
        text = deployment.project.files.read(path)
        documents = () if isinstance(text, (Missing, Unreadable)) else read_yaml(text).documents
        if any(each.root is not None and each.root.at("networks", "default", "external") for each in documents):
            return True
    return False


def is_backend_url(text: str) -> bool:
    """Whether a text is the URL of a database, a cache or a queue, by its scheme."""
    return "://" in text and text.partition("://")[0].lower() in _SCHEMES


def credentials_of(url: str) -> tuple[str, str] | None:
    """User and password of a URL, as they stand there; None where it names no password."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return None if parts.password is None else (parts.username or "", parts.password)


def backends(deployment: Deployment) -> tuple[Backend, ...]:
    """The backends whose URLs are known, each place once, in the order in which the server would meet them."""
    found: dict[tuple[Location, str], Backend] = {}
    for backend in uses_of_backends(deployment):
        found.setdefault((backend.location, backend.url), backend)
    return tuple(found.values())


def uses_of_backends(deployment: Deployment) -> tuple[Backend, ...]:
    """The backends whose URLs are known, once for each use: one variable may serve the checkpointer and the server."""
    return (*_of_server(deployment), *_of_graph(deployment), *_of_variables(deployment))


def _of_server(deployment: Deployment) -> Iterator[Backend]:
    release, config = deployment.release, deployment.config
    if release.behaviour.uses_redis_key:
        url = config.get("redis")
        if isinstance(url, str) and url:
            place = config.at_value("redis")
            yield Backend("redis", "shared-redis", url, place, Origin("the config", place))
        elif not url:
            yield from _backend("REDIS_URL", "shared-redis", deployment.settings.text("REDIS_URL"), deployment.anchor)
    limit = config.get("rate_limit")
    if not isinstance(limit, dict) or limit.get("backend") != "redis" or not boolean(limit.get("enabled", True)):
        return
    if any(rejection.path[:1] == ("rate_limit",) for rejection in deployment.config_rejections):
        return
    redis = limit.get("redis")
    path = ("rate_limit", "redis") if isinstance(redis, str) else ("rate_limit", "redis", "url")
    text = redis if isinstance(redis, str) else redis.get("url") if isinstance(redis, dict) else None
    if isinstance(text, str) and text:
        yield from _expanded(deployment, text, path)


def _expanded(deployment: Deployment, text: str, path: tuple[str, ...]) -> Iterator[Backend]:
    expansion = expand(text, lookup_in(deployment.environment))
    if not isinstance(expansion.value, str):
        return
    place = deployment.config.at_value(*path)
    origin = Origin("the config", place)
    for name in expansion.variables:
        value = deployment.environment.get(name)
        if isinstance(value, Known) and value.origin.location:
            place, origin = value.origin.location, value.origin
    yield Backend(".".join(path), "rate-limit", expansion.value, place, origin)


def _of_graph(deployment: Deployment) -> Iterator[Backend]:
    for made in deployment.intended_graph.constructions:
        for argument, use in _ARGUMENTS.get(made.class_name, ()):
            value = made.arguments.get(argument)
            if value is not None:
                yield from _backend(f"{made.class_name}.{argument}", use, value, made.location)


def _of_variables(deployment: Deployment) -> Iterator[Backend]:
    """Variables that reachable code reads and that hold a backend's URL."""
    names = dict.fromkeys(read.name for read in deployment.intended_graph.env_reads)
    for name in names:
        value = deployment.environment.get(name)
        if isinstance(value, Known) and is_backend_url(value.value):
            yield from _backend(name, "own", value, deployment.anchor)


def _backend(name: str, use: Use, value: Value[str] | Value[object], at: Location) -> Iterator[Backend]:
    if isinstance(value, Absent) or not isinstance(value, Known):
        return
    if isinstance(value.value, str) and value.value:
        yield Backend(name, use, value.value, value.origin.location or at, value.origin)
