from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END
from dotenv import dotenv_values
from tenxgraph.storage.checkpointer import InMemoryCheckpointer, SqliteCheckpointer


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
options = {**dotenv_values(".env")}
saver = SqliteCheckpointer() if options["TIER"] == "prod" else InMemoryCheckpointer()
app = graph.compile(checkpointer=saver)
