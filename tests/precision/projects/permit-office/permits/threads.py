from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenxgraph.storage.checkpointer import PgCheckpointer


@dataclass(frozen=True)
class Threads:
    """Where threads are kept."""

    dsn: str
    redis: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Threads:
        return cls(environment["DATABASE_URL"], environment.get("REDIS_URL") or "redis://localhost:6379/1")

    @property
    def checkpointer(self) -> PgCheckpointer:
        return PgCheckpointer(self.dsn, redis_url=self.redis)
