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
tier = "{}-{}".format(os.getenv("TIER"), max(int(os.environ["LIMIT"]), 3))
saver = SqliteCheckpointer() if tier == "prod-3" else InMemoryCheckpointer()
app = graph.compile(checkpointer=saver)
