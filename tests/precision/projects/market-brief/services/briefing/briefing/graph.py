"""The morning briefing."""

from quotes import closing_price
from tenxgraph.core.graph import CompiledGraph
from tenxgraph.prebuilt.agent import ReactAgent

from .storage import checkpointer


async def create_graph() -> CompiledGraph:
    """The agent; the tables are made before the first request."""
    await checkpointer.asetup()
    return ReactAgent(model="gemini-2.5-flash", provider="google", tools=[closing_price]).compile(checkpointer=checkpointer)
