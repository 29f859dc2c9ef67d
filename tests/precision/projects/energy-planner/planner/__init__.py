"""Plans when a building uses energy."""

import os

from tenxgraph.prebuilt.agent import ReactAgent
from tenxgraph.storage.checkpointer import PgCheckpointer

from . import tariffs


def threads() -> PgCheckpointer:
    return PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])


def create():
    agent = ReactAgent(
        model=os.getenv("PLANNER_MODEL", "gemini-2.5-flash"),
        provider="google",
        tools=[tariffs.price_at, tariffs.cheapest_hours],
    )
    return agent.compile(checkpointer=threads())
