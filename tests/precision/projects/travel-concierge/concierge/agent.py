"""The graph that the server loads."""

from tenxgraph.core import Agent, StateGraph
from tenxgraph.core.state import AgentState
from tenxgraph.utils import END

from concierge.checkpointing import checkpointer
from concierge.tools import tools


def _route(state: AgentState) -> str:
    last = state.context[-1] if state.context else None
    return "TOOLS" if last is not None and last.role == "assistant" and last.tools_calls else END


graph = StateGraph(AgentState())
graph.add_node(
    "PLANNER",
    Agent(
        model="gemini-2.5-pro",
        provider="google",
        system_prompt=[{"role": "system", "content": "Plan the trip within the budget. Never book without a yes."}],
        tool_node="TOOLS",
        trim_context=True,
    ),
)
graph.add_node("TOOLS", tools)
graph.add_conditional_edges("PLANNER", _route, {"TOOLS": "TOOLS", END: END})
graph.add_edge("TOOLS", "PLANNER")
graph.set_entry_point("PLANNER")

app = graph.compile(checkpointer=checkpointer)
