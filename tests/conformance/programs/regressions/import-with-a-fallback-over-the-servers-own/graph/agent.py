from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END
from pydantic_settings import BaseSettings
from tenxgraph.storage.checkpointer import InMemoryCheckpointer, SqliteCheckpointer


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
class Settings(BaseSettings):
    tier: str = "memory"


saver = SqliteCheckpointer() if Settings().tier == "prod" else InMemoryCheckpointer()
app = graph.compile(checkpointer=saver)
