from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END
from tenxgraph.storage.checkpointer import InMemoryCheckpointer, SqliteCheckpointer


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)


class Threads(SqliteCheckpointer):
    pass


class Config:
    saver = Threads()


app = graph.compile(checkpointer=Config.saver)
