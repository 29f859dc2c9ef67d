"""What the server loads: an async factory, because the memory's tables have to be made first."""

from tenxgraph.core.graph import CompiledGraph

from support.memory import conversation_memory
from support.workflow import helpdesk_workflow


async def create_app() -> CompiledGraph:
    """The compiled graph over the shared memory."""
    return helpdesk_workflow().compile(checkpointer=await conversation_memory())
