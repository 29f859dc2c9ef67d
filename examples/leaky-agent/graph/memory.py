"""Where conversations are kept."""

from agentflow.storage.checkpointer import InMemoryCheckpointer as TicketMemory


def conversation_memory() -> TicketMemory:
    """One memory for all conversations."""
    return TicketMemory()
