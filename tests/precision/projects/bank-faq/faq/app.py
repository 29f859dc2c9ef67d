import logging
import os

from tenxgraph.core.graph import Agent, StateGraph
from tenxgraph.storage import checkpointer as stores
from tenxgraph.utils.constants import END

log = logging.getLogger(__name__)


def _checkpointer(mode: str):
    match mode.lower():
        case "production" | "staging":
            return stores.PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
        case _:
            log.warning("threads are kept in memory")
            return stores.InMemoryCheckpointer()


graph = StateGraph()
graph.add_node("FAQ", Agent(model="gpt-4.1", provider="openai"))
graph.set_entry_point("FAQ")
graph.add_edge("FAQ", END)

app = graph.compile(checkpointer=_checkpointer(os.environ.get("MODE", "development")))
