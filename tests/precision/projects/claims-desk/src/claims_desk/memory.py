"""Where conversations live: Postgres, or this process on a developer's machine."""

import os

from tenxgraph.storage.checkpointer import BaseCheckpointer, InMemoryCheckpointer, PgCheckpointer


async def open_memory() -> BaseCheckpointer:
    """The checkpointer that CLAIMS_MEMORY asks for."""
    if os.getenv("CLAIMS_MEMORY", "postgres") == "local":
        return InMemoryCheckpointer()
    memory = PgCheckpointer(
        postgres_dsn=os.environ["DATABASE_URL"],
        redis_url=os.environ["REDIS_URL"],
        schema="claims",
    )
    await memory.asetup()
    return memory
