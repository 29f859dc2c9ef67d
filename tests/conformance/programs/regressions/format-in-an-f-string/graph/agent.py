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
tier = os.environ["TIER"]
saver = SqliteCheckpointer() if f"{tier!s:<6}|" == "prod  |" else InMemoryCheckpointer()
app = graph.compile(checkpointer=saver)
