"""Asks a patient what brings them here, before they see the doctor."""

import os

from tenxgraph.core import Agent, StateGraph
from tenxgraph.storage.checkpointer import SqliteCheckpointer
from tenxgraph.utils import END


def checkpointer() -> SqliteCheckpointer:
    """One clinic, one machine: a file on the volume is enough."""
    return SqliteCheckpointer(os.environ.get("INTAKE_DB", "./intake.db"))


workflow = StateGraph()
workflow.add_node(
    "INTAKE",
    Agent(
        model="gemini-2.5-flash",
        provider="google",
        system_prompt=[{"role": "system", "content": "Ask one question at a time. Give no diagnosis."}],
    ),
)
workflow.set_entry_point("INTAKE")
workflow.add_edge("INTAKE", END)

app = workflow.compile(checkpointer=checkpointer())
