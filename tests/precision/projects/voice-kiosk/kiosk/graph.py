import os

from tenxgraph.core import Agent, StateGraph, ToolNode
from tenxgraph.storage.checkpointer import PgCheckpointer
from tenxgraph.utils import END

MODELS = {"fast": "gemini-2.5-flash-lite", "good": "gemini-2.5-flash"}


def platform_of(train: str) -> str:
    """The platform of a train."""
    return str(sum(map(ord, train)) % 12 + 1)


def _next(state) -> str:
    last = state.context[-1] if state.context else None
    return "PLATFORMS" if last and last.role == "assistant" and last.tools_calls else END


async def make():
    graph = StateGraph()
    graph.add_node(
        "ANSWER",
        Agent(model=MODELS[os.environ.get("KIOSK_MODEL", "fast")], provider="google", tool_node="PLATFORMS"),
    )
    graph.add_node("PLATFORMS", ToolNode([platform_of]))
    graph.add_conditional_edges("ANSWER", _next, {"PLATFORMS": "PLATFORMS", END: END})
    graph.add_edge("PLATFORMS", "ANSWER")
    graph.set_entry_point("ANSWER")
    threads = PgCheckpointer(postgres_dsn=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
    await threads.asetup()
    return graph.compile(checkpointer=threads)
