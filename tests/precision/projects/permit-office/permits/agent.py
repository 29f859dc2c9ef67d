"""Tells citizens which permit they need."""

import os

from tenxgraph.core.graph import Agent, StateGraph
from tenxgraph.utils.constants import END

from .threads import Threads

_NODES = {
    "ASK": "Ask what the citizen wants to build.",
    "ADVISE": "Name the permit and the papers it needs.",
}


def _build() -> StateGraph:
    graph = StateGraph()
    names = list(_NODES)
    for name, prompt in _NODES.items():
        graph.add_node(name, Agent(model="gemini-2.5-flash", system_prompt=[{"role": "system", "content": prompt}]))
    for here, there in zip(names, names[1:]):
        graph.add_edge(here, there)
    graph.add_edge(names[-1], END)
    graph.set_entry_point(names[0])
    return graph


agent = _build().compile(Threads.from_environment(os.environ).checkpointer)
