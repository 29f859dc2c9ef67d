import httpx
from agentflow.core.graph import Agent, StateGraph, ToolNode
from agentflow.utils.constants import END


async def nearest_van(postcode: str) -> str:
    """The van that is closest to a postcode."""
    async with httpx.AsyncClient(timeout=5) as tracking:
        return (await tracking.get("https://tracking.example.com/nearest", params={"at": postcode})).text


def after_dispatcher(state) -> str:
    last = state.context[-1] if state.context else None
    return "VANS" if last is not None and last.tools_calls else END


flow = StateGraph()
flow.add_node("DISPATCHER", Agent(model="gemini-2.0-flash", provider="google", tool_node_name="VANS"))
flow.add_node("VANS", ToolNode([nearest_van]))
flow.add_conditional_edges("DISPATCHER", after_dispatcher, {"VANS": "VANS", END: END})
flow.add_edge("VANS", "DISPATCHER")
flow.set_entry_point("DISPATCHER")
