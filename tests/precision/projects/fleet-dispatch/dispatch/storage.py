import asyncio
import os

from agentflow.storage.checkpointer import PgCheckpointer


def threads() -> PgCheckpointer:
    return PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])


def create_tables() -> None:
    asyncio.run(threads().asetup())
