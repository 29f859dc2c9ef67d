from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END
from src.shop import saver


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
app = graph.compile(checkpointer=saver)
