import os

from agentflow.storage.checkpointer import PgCheckpointer


def build_checkpointer() -> PgCheckpointer:
    return PgCheckpointer(
        postgres_dsn=os.environ["DATABASE_URL"],
        redis_url=os.environ["REDIS_URL"],
        pool_config={"min_size": 1, "max_size": 8},
    )
