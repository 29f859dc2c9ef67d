"""The threads' database. The platform hands out postgres:// URLs, which asyncpg takes as they are."""

import os

from tenxgraph.storage.checkpointer import InMemoryCheckpointer, PgCheckpointer

if os.environ.get("MODE") == "production":
    memory = PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
else:
    memory = InMemoryCheckpointer()
