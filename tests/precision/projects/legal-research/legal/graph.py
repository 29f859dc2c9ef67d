"""Research questions over the chambers' library."""

from agentflow.core.graph import Agent, StateGraph
from agentflow.utils.constants import END

from legal.library import library
from legal.persistence import checkpointer

research = StateGraph()
research.add_node(
    "RESEARCH",
    Agent(
        model="gemini-2.5-pro",
        provider="google",
        system_prompt=[{"role": "system", "content": "Cite a source for every statement."}],
    ),
)
research.set_entry_point("RESEARCH")
research.add_edge("RESEARCH", END)

app = research.compile(checkpointer=checkpointer, store=library)
