"""Which Dockerfile of the project builds a container's image: by what compose calls it, else where only one can be."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.files import Missing, Unreadable
from agentflow_lint.model.image import Image, build_image
from agentflow_lint.model.values import Unknown
from agentflow_lint.records import record
from agentflow_lint.sources.yaml import YamlMapping, YamlScalar, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.files import ProjectFiles

_COMPOSE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")

#: Images that projects run beside their own, by the last part of their name.
_FOREIGN = frozenset(
    (
        *("redis", "redis-stack", "redis-stack-server", "valkey", "keydb", "memcached", "redis-exporter"),
        *("postgres", "postgresql", "pgvector", "timescaledb", "pgbouncer", "pgadmin4", "postgres-exporter"),
        *("cloud-sql-proxy", "gce-proxy", "mysql", "mariadb", "mongo", "mongodb", "neo4j", "adminer", "minio"),
        *("elasticsearch", "opensearch", "qdrant", "weaviate", "chroma", "milvus", "localstack"),
        *("rabbitmq", "kafka", "zookeeper", "nats", "flower", "mailhog", "consul", "vault", "keycloak"),
        *("nginx", "nginx-unprivileged", "httpd", "traefik", "envoy", "haproxy", "caddy", "cloudflared"),
        *("oauth2-proxy", "prometheus", "grafana", "loki", "promtail", "tempo", "jaeger", "all-in-one"),
        *("alertmanager", "node-exporter", "opentelemetry-collector", "opentelemetry-collector-contrib"),
        *("otel-collector", "fluentd", "fluent-bit", "vector", "datadog-agent", "langfuse", "n8n"),
        *("ollama", "vllm", "vllm-openai", "text-generation-inference", "litellm"),
        *("busybox", "alpine", "ubuntu", "debian", "curl", "kubectl", "pause"),
    )
)
_SEPARATORS = re.compile(r"[^a-z0-9]+")


@record(frozen=True)
class Named:
    """An image's name as a container writes it: ``repository`` without registry, tag and digest."""

    repository: str

    @property
    def last(self) -> str:
        """The last part: ``web`` of ``team/web``."""
        return posixpath.basename(self.repository)

    @property
    def is_foreign(self) -> bool:
        """Whether it is a well-known image that no project builds."""
        return self.last in _FOREIGN


def named(image: str) -> Named:
    """The name in an image reference such as ``ghcr.io/team/web:1.2@sha256:...``."""
    name = image.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    first, _, rest = (folder + slash).partition("/")
    if "." in first or ":" in first or first == "localhost":  # a registry, by Docker's own rule
        folder = rest.rstrip("/")
    last = last.partition(":")[0]
    return Named(f"{folder.rstrip('/')}/{last}" if folder else last)


class BuiltImages:
    """The images that the project builds: one for each production Dockerfile, and those that compose names."""

    def __init__(self, files: ProjectFiles, dockerfiles: Sequence[Deployment]) -> None:
        self._by_dockerfile = {
            each.name: each.image for each in dockerfiles if each.image is not None and not each.is_development
        }
        self._by_name = dict(_built_by_compose(files))

    def of_name(self, name: Named) -> Image | None:
        """The image that has this very name in a compose file."""
        return self._by_name.get(name.repository)

    def likely(self, name: Named) -> Image | Unknown:
        """The project's only image, or the only one whose Dockerfile is named like the image."""
        if len(self._by_dockerfile) == 1:
            return next(iter(self._by_dockerfile.values()))
        if not self._by_dockerfile:
            return Unknown(f"no Dockerfile of the project builds the image {name.repository}")
        alike = [image for path, image in self._by_dockerfile.items() if _words(path) & _words(name.last)]
        if len(alike) == 1:
            return alike[0]
        return Unknown(f"several Dockerfiles may build the image {name.repository}")


def _words(name: str) -> set[str]:
    """The telling words of a Dockerfile's path or an image's name."""
    return set(_SEPARATORS.split(name.lower())) - {"", "dockerfile", "containerfile", "docker", "deploy", "build"}


def _built_by_compose(files: ProjectFiles) -> Iterator[tuple[str, Image]]:
    for path in _COMPOSE_NAMES:
        if not files.is_file(path):
            continue
        text = files.read(path)
        if isinstance(text, (Missing, Unreadable)):
            continue
        for document in read_yaml(text).documents:
            services = document.root.at("services") if document.root else None
            for entry in services.entries if isinstance(services, YamlMapping) else ():
                name = _literal(entry.value.at("image"))
                image = _built(files, entry.value)
                if name is not None and image is not None:
                    yield named(name).repository, image


def _built(files: ProjectFiles, service: object) -> Image | None:
    build = service.get("build") if isinstance(service, YamlMapping) else None
    context = _literal(build.get("context")) if isinstance(build, YamlMapping) else _literal(build)
    dockerfile: str | None = "Dockerfile"
    target: str | None = None
    if isinstance(build, YamlMapping):
        context = "." if build.get("context") is None else context
        dockerfile = "Dockerfile" if build.get("dockerfile") is None else _literal(build.get("dockerfile"))
        target = _literal(build.get("target"))
    if context is None or dockerfile is None:
        return None
    folder = posixpath.normpath(context)
    path = posixpath.normpath(posixpath.join(folder, dockerfile))
    if folder.startswith(("/", "..")) or path.startswith(("/", "..")):
        return None
    image = build_image(files, path, folder, target=target)
    return image if isinstance(image, Image) else None


def _literal(node: object) -> str | None:
    """A string in which compose puts no variable."""
    if isinstance(node, YamlScalar) and isinstance(node.value, str) and "$" not in node.value:
        return node.value
    return None
