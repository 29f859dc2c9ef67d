"""Checks a draft before it goes to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenxgraph.core import Agent, StateGraph
from tenxgraph.utils import END

from newsroom.store import archive

if TYPE_CHECKING:
    from tenxgraph.storage.checkpointer import InMemoryCheckpointer  # noqa: F401


def build() -> StateGraph:
    graph = StateGraph()
    graph.add_node("CHECK", Agent(model="claude-sonnet-4-5", provider="anthropic"))
    graph.add_node("STYLE", Agent(model="claude-haiku-4-5", provider="anthropic"))
    graph.set_entry_point("CHECK")
    graph.add_edge("CHECK", "STYLE")
    graph.add_edge("STYLE", END)
    return graph


app = build().compile(checkpointer=archive.open_archive())
