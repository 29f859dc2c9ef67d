"""Reads an invoice, checks it, and asks when something is missing."""

from tenxgraph.prebuilt.agent import ReactAgent

from . import ledger
from .memory import memory

app = ReactAgent(
    model="gemini-2.5-flash",
    provider="google",
    tools=[ledger.find_order, ledger.book],
    system_prompt=[{"role": "system", "content": "Match each invoice with its order before you book it."}],
).compile(checkpointer=memory)
