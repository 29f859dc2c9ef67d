"""What the agent can do besides talking."""

import os

import httpx
from tenxgraph.core import ToolNode

_SECONDS = 10.0


async def find_tickets(words: str) -> str:
    """Tickets whose subject contains the given words."""
    async with httpx.AsyncClient(base_url=os.environ["TICKETS_URL"], timeout=_SECONDS) as tickets:
        answer = await tickets.get("/tickets", params={"subject": words})
        answer.raise_for_status()
        return answer.text


async def file_ticket(subject: str) -> str:
    """Open a new ticket and say its number."""
    async with httpx.AsyncClient(base_url=os.environ["TICKETS_URL"], timeout=_SECONDS) as tickets:
        answer = await tickets.post("/tickets", json={"subject": subject})
        answer.raise_for_status()
        return f"Ticket {answer.json()['number']} is open."


helpdesk_tools = ToolNode([find_tickets, file_ticket])
