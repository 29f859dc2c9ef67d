"""Which Dockerfile of the project builds a container's image: by what compose calls it, else where only one can be."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.compose.images import repository
from agentflow_lint.model.compose.serving import built_names
from agentflow_lint.model.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agentflow_lint.model.deployment import Deployment
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.model.project import Project

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


def is_foreign(image: str) -> bool:
    """Whether an image reference is of a well-known image that no project builds."""
    return posixpath.basename(repository(image)) in _FOREIGN


class BuiltImages:
    """The images that the project builds: one for each production Dockerfile, and those that compose files name."""

    def __init__(self, project: Project, dockerfiles: Sequence[Deployment]) -> None:
        self._by_dockerfile = {
            each.name: each.image for each in dockerfiles if each.image is not None and not each.is_development
        }
        self._by_name = built_names(project)

    def of_name(self, image: str) -> Image | None:
        """The image to which a compose file gives this name, whatever the tag."""
        return self._by_name.get(repository(image))

    def likely(self, image: str) -> Image | Unknown:
        """The project's only image, or the only one whose Dockerfile is named like the image."""
        name = repository(image)
        if len(self._by_dockerfile) == 1:
            return next(iter(self._by_dockerfile.values()))
        if not self._by_dockerfile:
            return Unknown(f"no Dockerfile of the project builds the image {name}")
        wanted = _words(posixpath.basename(name))
        alike = [image for path, image in self._by_dockerfile.items() if _words(path) & wanted]
        if len(alike) == 1:
            return alike[0]
        return Unknown(f"several Dockerfiles may build the image {name}")


def _words(name: str) -> set[str]:
    """The telling words of a Dockerfile's path or an image's name."""
    return set(_SEPARATORS.split(name.lower())) - {"", "dockerfile", "containerfile", "docker", "deploy", "build"}
