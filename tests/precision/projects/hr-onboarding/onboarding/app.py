"""The factory that the server calls once."""

import os

from agentflow.core.graph import Agent, StateGraph, ToolNode
from agentflow.storage.checkpointer import PgCheckpointer
from agentflow.utils.constants import END

from onboarding.checklist import next_task


def _route(state) -> str:
    last = state.context[-1] if state.context else None
    return "TASKS" if last is not None and getattr(last, "tools_calls", None) else END


async def build():
    graph = StateGraph()
    graph.add_node(
        "GUIDE",
        Agent(
            model="gemini-2.5-flash",
            provider="google",
            system_prompt=[{"role": "system", "content": "Lead a new colleague through the first week."}],
            tool_node_name="TASKS",
        ),
    )
    graph.add_node("TASKS", ToolNode([next_task]))
    graph.add_conditional_edges("GUIDE", _route, {"TASKS": "TASKS", END: END})
    graph.add_edge("TASKS", "GUIDE")
    graph.set_entry_point("GUIDE")
    checkpointer = PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
    await checkpointer.asetup()
    return graph.compile(checkpointer=checkpointer)
