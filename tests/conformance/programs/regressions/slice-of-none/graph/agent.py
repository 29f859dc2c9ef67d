from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END
import os
from tenxgraph.storage.checkpointer import InMemoryCheckpointer, SqliteCheckpointer


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
saver = SqliteCheckpointer() if os.getenv("TIER")[:4] == "prod" else InMemoryCheckpointer()
app = graph.compile(checkpointer=saver)
