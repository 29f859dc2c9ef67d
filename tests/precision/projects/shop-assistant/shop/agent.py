from agentflow.core import Agent, StateGraph, ToolNode
from agentflow.utils import END

from shop.memory import build_checkpointer
from shop.orders import order_status
from shop.store import catalogue


def needs_tool(state) -> str:
    message = state.context[-1] if state.context else None
    if message is not None and message.role == "assistant" and message.tools_calls:
        return "TOOL"
    return END


graph = StateGraph()
graph.add_node(
    "MAIN",
    Agent(
        model="gemini-2.5-flash",
        provider="google",
        system_prompt=[{"role": "system", "content": "You help customers of a hardware shop."}],
        tool_node="TOOL",
    ),
)
graph.add_node("TOOL", ToolNode([order_status]))
graph.add_conditional_edges("MAIN", needs_tool, {"TOOL": "TOOL", END: END})
graph.add_edge("TOOL", "MAIN")
graph.set_entry_point("MAIN")

app = graph.compile(checkpointer=build_checkpointer(), store=catalogue.store)
