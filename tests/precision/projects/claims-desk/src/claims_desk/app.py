"""What the server loads."""

from tenxgraph.core.graph import CompiledGraph

from claims_desk.memory import open_memory
from claims_desk.workflow import build_workflow


async def create_app() -> CompiledGraph:
    """The compiled graph, its memory ready for the first request."""
    return build_workflow().compile(checkpointer=await open_memory())
