"""The conversation: answer, use a tool where one helps, answer again."""

from tenxgraph.core import Agent, StateGraph
from tenxgraph.utils import END

from support.state import TicketState
from support.tools import helpdesk_tools

PROMPT = """
You work at the helpdesk. Look for an existing ticket before you open one,
and tell the customer its number.
"""


def next_step(state: TicketState) -> str:
    """To the tools when the assistant asked for one, else to the end."""
    last = state.context[-1] if state.context else None
    if last is not None and last.role == "assistant" and last.tools_calls:
        return "TOOLS"
    return END


def helpdesk_workflow() -> StateGraph:
    """The graph, not compiled yet."""
    workflow = StateGraph(TicketState())
    workflow.add_node(
        "ASSISTANT",
        Agent(
            model="gemini-2.5-flash",
            provider="google",
            system_prompt=[{"role": "system", "content": PROMPT}],
            tool_node="TOOLS",
            trim_context=True,
        ),
    )
    workflow.add_node("TOOLS", helpdesk_tools)
    workflow.add_conditional_edges("ASSISTANT", next_step, {"TOOLS": "TOOLS", END: END})
    workflow.add_edge("TOOLS", "ASSISTANT")
    workflow.set_entry_point("ASSISTANT")
    return workflow
