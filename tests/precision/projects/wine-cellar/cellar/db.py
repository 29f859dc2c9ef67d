import os
from functools import lru_cache

from tenxgraph.storage.checkpointer import PgCheckpointer as _Saver


@lru_cache(maxsize=1)
def saver():
    made = _Saver(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
    made.setup()
    return made
