from tenxgraph.core.graph import StateGraph
from tenxgraph.utils import END
from injectq import InjectQ

import graph.wiring
from graph.keys import Kept


def reply(state):
    return state


graph = StateGraph()
graph.add_node("MAIN", reply)
graph.set_entry_point("MAIN")
graph.add_edge("MAIN", END)
container = InjectQ.get_instance()
app = graph.compile(checkpointer=container[Kept])
