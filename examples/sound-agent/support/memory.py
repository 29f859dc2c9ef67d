"""Where conversations are kept: one database for all replicas."""

import os

from tenxgraph.storage.checkpointer import PgCheckpointer


async def conversation_memory() -> PgCheckpointer:
    """The shared memory, with its tables made on a new database."""
    memory = PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
    await memory.asetup()
    return memory
