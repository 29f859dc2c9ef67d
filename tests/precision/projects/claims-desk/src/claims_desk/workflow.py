"""Answer, use a tool where one helps, answer again."""

from tenxgraph.core import Agent, StateGraph
from tenxgraph.core.state import AgentState
from tenxgraph.utils import END

from claims_desk.tools import TOOLS


def _after_intake(state: AgentState) -> str:
    last = state.context[-1] if state.context else None
    return "TOOLS" if last is not None and last.role == "assistant" and last.tools_calls else END


def build_workflow() -> StateGraph:
    """The graph, not compiled yet."""
    workflow = StateGraph(AgentState())
    workflow.add_node(
        "INTAKE",
        Agent(
            model="gemini-2.5-flash",
            provider="google",
            system_prompt=[{"role": "system", "content": "Take in the claim. Ask for the policy number first."}],
            tool_node="TOOLS",
        ),
    )
    workflow.add_node("TOOLS", TOOLS)
    workflow.add_conditional_edges("INTAKE", _after_intake, {"TOOLS": "TOOLS", END: END})
    workflow.add_edge("TOOLS", "INTAKE")
    workflow.set_entry_point("INTAKE")
    return workflow
