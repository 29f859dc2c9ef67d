from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END
import os

from dotenv import dotenv_values
from tenxgraph.storage.checkpointer import InMemoryCheckpointer, SqliteCheckpointer


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
written = dotenv_values(".env")
if written.get("TIER", "staging") != "prod":
    saver = SqliteCheckpointer()
else:
    os.environ["NOT_SET_ANYWHERE"]
    saver = InMemoryCheckpointer()
app = graph.compile(checkpointer=saver)
