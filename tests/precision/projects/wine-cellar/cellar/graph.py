from tenxgraph import END, Agent, StateGraph

from cellar import db

_builder = StateGraph()
_builder.add_node("SOMMELIER", Agent(model="gpt-4.1-mini", system_prompt=[{"role": "system", "content": "One wine."}]))
_builder.set_entry_point("SOMMELIER")
_builder.add_edge("SOMMELIER", END)


class Serving:
    """What is served: made once, when the server asks for it."""

    def __call__(self):
        return _builder.compile(checkpointer=db.saver())


graph = Serving()
